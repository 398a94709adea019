import { memo, type ReactNode } from 'react';
import { isFailure } from './ladder-label.ts';
import type { LadderLayout } from './ladder-layout.ts';
import { statusClass } from '../wire/index.ts';

export interface MinimapProps {
  readonly layout: LadderLayout;
  readonly selectedId: number | undefined;
  readonly markedId: number | undefined;
  /** The part of the ladder on screen, in px of its content. */
  readonly top: number;
  readonly height: number;
  readonly onGo: (y: number) => void;
}

interface Mark {
  readonly y: number;
  readonly className: string;
}

/** At most so many strokes, so that ten thousand failures are a band and not ten thousand elements. */
const STROKES = 200;

function marksOf(layout: LadderLayout): readonly Mark[] {
  const seen = new Set<number>();
  const marks: Mark[] = [];
  for (const { row, y, height } of layout.rows) {
    if (row.kind !== 'message') continue;
    const { message } = row;
    const isBad = isFailure(message);
    if (!isBad && message.findings === 0) continue;
    const slot = Math.round((y / layout.height) * STROKES);
    if (seen.has(slot)) continue;
    seen.add(slot);
    const finding = message.worst === 'error' ? 'fault' : 'lint';
    marks.push({ y: y + height / 2, className: isBad ? statusClass(message.status ?? 500) : finding });
  }
  return marks;
}

/** Failures, findings, the mark and the selection at their place in the whole conversation. Only for the pointer: keys have n and N. */
export const LadderMinimap = memo(function LadderMinimap(props: MinimapProps): ReactNode {
  const { layout } = props;
  const whole = Math.max(layout.height, props.height);
  const place = (y: number): string => `calc(${String((y / whole) * 100)}% - 2px)`;
  const yOf = (id: number | undefined): number | undefined => {
    const placed = id === undefined ? undefined : layout.rows[layout.rowOfMessage.get(id) ?? -1];
    return placed === undefined ? undefined : placed.y + placed.height / 2;
  };
  const marked = yOf(props.markedId);
  const selected = yOf(props.selectedId);
  const isScrollable = layout.height > props.height;
  return (
    <div
      className="mini"
      aria-hidden="true"
      onPointerDown={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        props.onGo(((event.clientY - box.top) / box.height) * whole);
      }}
    >
      {marksOf(layout).map((mark) => (
        <i key={mark.y} className={mark.className} style={{ top: place(mark.y) }} />
      ))}
      {marked !== undefined && <i className="ink" style={{ top: place(marked) }} />}
      {selected !== undefined && <i className="here" style={{ top: place(selected) }} />}
      {isScrollable && (
        <u
          style={{
            top: `${String((props.top / whole) * 100)}%`,
            height: `${String((props.height / whole) * 100)}%`,
          }}
        />
      )}
    </div>
  );
});
