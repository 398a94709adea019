import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Lane, MessageSummary } from '../../../app/contract/traffic.ts';
import { Icon } from '../../ui/icon.tsx';
import { formatSeconds, formatTimeOfDayMs, tooltipText, useRowHeight, visibleString } from '../wire/index.ts';
import { LadderDrawing } from './ladder-drawing.tsx';
import {
  createTurns,
  describeRow,
  labelOf,
  toneOf,
  type LadderLabel,
  type TimeMode,
} from './ladder-label.ts';
import {
  COMPACT,
  layoutLadder,
  visibleRange,
  type LadderLayout,
  type LadderMetrics,
} from './ladder-layout.ts';
import { LadderMinimap } from './ladder-minimap.tsx';
import { BreakView, LadderRowView } from './ladder-row-view.tsx';
import type { MessageRow } from './ladder-rows.ts';
import type { LadderState, LadderStore } from './ladder-store.ts';
import { useViewport, type Viewport } from './use-viewport.ts';
import './arrow-label.css';
import './ladder.css';

const GAP_MS = 1000;
const HEAD_HEIGHT = 50;
const OVERSCAN = 300;

/** The time of day needs more room than seconds. */
function metricsFor(timeMode: TimeMode, rowHeight: number): LadderMetrics {
  return { ...COMPACT, rowHeight, gutterWidth: timeMode === 'absolute' ? 126 : COMPACT.gutterWidth };
}

export interface LadderViewProps {
  readonly ladder: LadderStore;
  /** A message is to be read: Enter or a double click. */
  readonly onOpen: (id: number) => void;
}

/** Lanes, arrows and words of one or several dialogs; only what is on screen is in the document. */
export function LadderView({ ladder, onOpen }: LadderViewProps): ReactNode {
  'use no memo';
  const state = useStore(ladder.store);
  const scroller = useRef<HTMLDivElement>(null);
  const viewport = useViewport(scroller);
  const rowHeight = useRowHeight('--row-ladder', COMPACT.rowHeight);
  const metrics = useMemo(() => metricsFor(state.timeMode, rowHeight), [state.timeMode, rowHeight]);
  const data = state.ladder;
  const layout = useMemo(
    () =>
      layoutLadder(data?.messages ?? [], data?.lanes ?? [], {
        width: viewport.width,
        gapMs: GAP_MS,
        unfolded: state.unfolded,
        metrics,
      }),
    [data, viewport.width, state.unfolded, metrics],
  );
  const tones = useMemo(() => tonesOf(layout, state.colourMode), [layout, state.colourMode]);
  const toneOfRow = useCallback((row: MessageRow) => tones.get(row.message.id) ?? '', [tones]);
  const seen = Math.max(0, viewport.height - HEAD_HEIGHT);
  const { first, end } = visibleRange(layout.rows, viewport.top - OVERSCAN, viewport.top + seen + OVERSCAN);

  useKeepInView(scroller, layout, viewport, state.selectedId);
  useFollow(scroller, layout, state);

  const labels = useMemo(() => cachedLabels(state.hasSdpDetails), [state.hasSdpDetails]);
  const onSelect = ladder.select;
  const onToggleFold = useCallback(
    (id: number) => {
      ladder.setUnfolded(id, !ladder.store.getState().unfolded.has(id));
    },
    [ladder],
  );
  const onGo = useCallback((y: number) => {
    const element = scroller.current;
    element?.scrollTo({ top: y - element.clientHeight / 2 });
  }, []);
  const names = useMemo(() => new Map(layout.lanes.map(({ lane }) => [lane.address, lane.name])), [layout]);
  const total = data?.messages.length ?? 0;
  const startMs = data?.messages[0]?.atMs ?? 0;
  const selected = state.selectedId;

  return (
    <div className="ladder-box">
      <div className="scroll ladder" ref={scroller}>
        <LaneHeads layout={layout} timeMode={state.timeMode} gutterWidth={metrics.gutterWidth} />
        <div
          className="lbody"
          role="listbox"
          tabIndex={0}
          aria-label={describeLadder(layout, total)}
          aria-activedescendant={selected === undefined ? undefined : rowDomId(selected)}
          data-pane-focus=""
          style={{ height: layout.height, width: layout.width }}
        >
          <LadderDrawing layout={layout} metrics={metrics} first={first} end={end} toneOf={toneOfRow} />
          {layout.rows.slice(first, end).map((placed, i) => {
            const { row } = placed;
            if (row.kind !== 'message')
              return <BreakView key={`b${String(placed.y)}`} row={row} placed={placed} />;
            const previousMs = previousTime(layout, first + i);
            return (
              <LadderRowView
                key={row.message.id}
                id={rowDomId(row.message.id)}
                row={row}
                placed={placed}
                layout={layout}
                label={labels(row.message)}
                tone={toneOfRow(row)}
                time={timeText(state.timeMode, row.message.atMs, startMs, previousMs)}
                description={describeRow(
                  row,
                  total,
                  (address) => names.get(address) ?? address,
                  previousMs,
                  formatTimeOfDayMs(row.message.atMs),
                )}
                total={total}
                isSelected={row.message.id === selected}
                isMarked={row.message.id === state.marked?.id}
                onSelect={onSelect}
                onOpen={onOpen}
                onToggleFold={onToggleFold}
              />
            );
          })}
        </div>
      </div>
      <LadderMinimap
        layout={layout}
        selectedId={selected}
        markedId={state.marked?.id}
        top={viewport.top}
        height={seen}
        onGo={onGo}
      />
    </div>
  );
}

const rowDomId = (id: number): string => `ladder-message-${String(id)}`;

/** The same label object for the same message, so that a row is drawn again only when it changes. */
function cachedLabels(hasSdpDetails: boolean): (message: MessageSummary) => LadderLabel {
  const labels = new WeakMap<MessageSummary, LadderLabel>();
  return (message) => {
    const label = labels.get(message) ?? labelOf(message, hasSdpDetails);
    labels.set(message, label);
    return label;
  };
}

function tonesOf(layout: LadderLayout, mode: LadderState['colourMode']): ReadonlyMap<number, string> {
  const turnOf = createTurns();
  return new Map(
    layout.rows.flatMap(({ row }) =>
      row.kind === 'message' ? [[row.message.id, toneOf(row.message, mode, turnOf)] as const] : [],
    ),
  );
}

function previousTime(layout: LadderLayout, index: number): number | undefined {
  for (let i = index - 1; i >= 0; i -= 1) {
    const row = layout.rows[i]?.row;
    if (row?.kind === 'message') return row.message.atMs;
  }
  return undefined;
}

function timeText(mode: TimeMode, atMs: number, startMs: number, previousMs: number | undefined): string {
  if (mode === 'absolute') return formatTimeOfDayMs(atMs);
  if (mode === 'since-start') return formatSeconds(atMs - startMs);
  return previousMs === undefined ? '' : `+${formatSeconds(atMs - previousMs)}`;
}

const TIME_HEADS: Readonly<Record<TimeMode, string>> = {
  'since-start': 'Elapsed',
  delta: 'Delta',
  absolute: 'Time',
};

function describeLadder(layout: LadderLayout, total: number): string {
  const names = layout.lanes.map(({ lane }) => visibleString(lane.name)).join(', ');
  return `Ladder of ${String(total)} ${total === 1 ? 'message' : 'messages'} between ${names}`;
}

function LaneHeads(props: {
  readonly layout: LadderLayout;
  readonly timeMode: TimeMode;
  readonly gutterWidth: number;
}): ReactNode {
  const { layout } = props;
  return (
    <div className="lanehead" style={{ width: layout.width }}>
      <span className="hint" style={{ width: props.gutterWidth }}>
        <span className="n">#</span>
        <span className="t">{TIME_HEADS[props.timeMode]}</span>
      </span>
      {layout.lanes.map(({ lane, x }) => (
        <LaneHead key={lane.address} lane={lane} x={x} />
      ))}
    </div>
  );
}

function LaneHead({ lane, x }: { readonly lane: Lane; readonly x: number }): ReactNode {
  return (
    <div className="lane" style={{ left: x }} title={tooltipText(`${lane.name} ${lane.address}`)}>
      <span className="nm">
        <Icon name={lane.kind === 'server' ? 'servers' : 'phone'} />
        <bdi className="el">{visibleString(lane.name)}</bdi>
      </span>
      {lane.name !== lane.address && <span className="ad el">{lane.address}</span>}
    </div>
  );
}

/**
 * The selected row is always in sight, whoever selected it. Reckons with the viewport as it was last measured: asking the document would
 * make it lay out everything at each step.
 */
function useKeepInView(
  scroller: { readonly current: HTMLDivElement | null },
  layout: LadderLayout,
  viewport: Viewport,
  selectedId: number | undefined,
): void {
  const last = useRef<number | undefined>(undefined);
  useLayoutEffect(() => {
    if (selectedId === undefined || last.current === selectedId) return;
    const index = layout.rowOfMessage.get(selectedId) ?? -1;
    const placed = layout.rows[index];
    if (placed === undefined) return;
    last.current = selectedId;
    const seen = viewport.height - HEAD_HEIGHT;
    const bottom = placed.y + placed.height;
    if (placed.y < viewport.top) scroller.current?.scrollTo({ top: index === 0 ? 0 : placed.y - 4 });
    else if (bottom > viewport.top + seen) scroller.current?.scrollTo({ top: bottom - seen + 4 });
  }, [scroller, layout, viewport, selectedId]);
}

/** While following, a view that shows the end goes on showing it when rows come in. */
function useFollow(
  scroller: { readonly current: HTMLDivElement | null },
  layout: LadderLayout,
  state: LadderState,
): void {
  const before = useRef<{ readonly key: string; readonly height: number }>({ key: '', height: 0 });
  const key = state.ids.join();
  useEffect(() => {
    const element = scroller.current;
    const old = before.current;
    before.current = { key, height: layout.height };
    if (element === null || !state.isFollowing || old.key !== key || layout.height <= old.height) return;
    const seen = element.clientHeight - HEAD_HEIGHT;
    if (element.scrollTop + seen >= old.height - COMPACT.rowHeight) element.scrollTo({ top: layout.height });
  }, [scroller, layout.height, key, state.isFollowing]);
}
