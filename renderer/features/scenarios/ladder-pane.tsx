import { memo, type ReactNode, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ScenarioOutline } from '../../../app/contract/scenarios.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import { useCommands } from '../../ui/use-commands.tsx';
import { visibleString } from '../wire/index.ts';
import { ArrowForm } from './arrow-form.tsx';
import { LadderRowView } from './ladder-row-view.tsx';
import { lanesOf, TARGET } from './planned-ladder.ts';
import { type LadderRow, ladderRows } from './run-ladder.ts';
import { latestRun, type ScenariosStore } from './scenarios-state.ts';
import { useDocument } from './use-document.ts';
import { useStepEdits } from './use-step-edits.ts';
import './scenario-ladder.css';

export interface LadderPaneProps {
  readonly store: ScenariosStore;
  readonly path: string;
  readonly lead?: ReactNode;
}

/** The least room between two lanes: for `200 OK (INVITE)`. */
const LANE_PX = 132;

/** The flow as arrows between actors; a run is drawn on top. */
export const LadderPane = memo(function LadderPane({ store, path, lead }: LadderPaneProps): ReactNode {
  const outline = useDocument(store, path, 'outline');
  const selected = useDocument(store, path, 'selected');
  const run = useStore(store, (s) => latestRun(s.runs, path));
  const target = useStore(store, (s) => s.setup.target);
  const [isAdding, setAdding] = useState(false);
  const edits = useStepEdits(store, path);
  const list = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => (outline === undefined ? [] : ladderRows(outline, run)), [outline, run]);
  const lanes = useMemo(() => (outline === undefined ? [] : lanesOf(outline, rows)), [outline, rows]);
  const [chosen, setChosen] = useState<string>();
  const at = rows.findIndex((row) => row.key === chosen && isOf(row, selected));
  const index = at === -1 ? rows.findIndex((row) => isOf(row, selected)) : at;
  const current = rows[index];

  const choose = (row: LadderRow | undefined): void => {
    if (row === undefined) return;
    setChosen(row.key);
    store.getState().select(path, row.steps[0]?.at);
  };
  const removeAll = (): void => {
    // From the last to the first, so that the paths of those before stay what they are.
    const ats = (current?.steps ?? [])
      .map((step) => step.at)
      .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
    for (const one of ats.length === 1 ? ats : []) edits.remove(one);
    if (ats.length > 1) void edits.apply(ats.map((one) => ({ kind: 'remove', at: one })));
  };
  const move = (by: 1 | -1): void => {
    const edit = (current?.steps ?? []).map((step) => ({ kind: 'move' as const, at: step.at, by }));
    if (edit.length > 0) void edits.apply(edit);
  };
  useCommands(
    (
      [
        [
          'nextArrow',
          'Next arrow',
          ['ArrowDown', 'j'],
          () => {
            choose(rows[index + 1]);
          },
        ],
        [
          'previousArrow',
          'Previous arrow',
          ['ArrowUp', 'k'],
          () => {
            choose(rows[Math.max(0, index - 1)]);
          },
        ],
        ['removeArrow', 'Delete arrow', ['Delete'], removeAll],
        [
          'moveArrowUp',
          'Move arrow up',
          ['Alt+ArrowUp'],
          () => {
            move(-1);
          },
        ],
        [
          'moveArrowDown',
          'Move arrow down',
          ['Alt+ArrowDown'],
          () => {
            move(1);
          },
        ],
        [
          'addArrow',
          'Add a message to the ladder',
          ['a'],
          () => {
            setAdding(true);
          },
        ],
      ] as const
    ).map(([id, label, shortcuts, run_]) => ({
      id: `scenario.${id}`,
      label,
      shortcuts,
      scope: 'scenario-ladder',
      group: 'Scenarios',
      isKeyOnly: id !== 'addArrow',
      run: run_,
    })),
  );

  return (
    <Pane label="Ladder" scope="scenario-ladder">
      <PaneHead
        title={lead ?? 'Ladder'}
        facts={run === undefined ? 'what is to happen' : 'the last run, and what was left'}
      >
        <Button
          kind="quiet"
          size="s"
          icon="plus"
          disabled={outline === undefined}
          onClick={() => {
            setAdding(!isAdding);
          }}
        >
          Message
        </Button>
        <Menu
          align="end"
          entries={[
            {
              label: 'Move up',
              icon: 'up',
              shortcut: 'Alt+ArrowUp',
              isDisabled: current === undefined,
              run: () => {
                move(-1);
              },
            },
            {
              label: 'Move down',
              icon: 'down',
              shortcut: 'Alt+ArrowDown',
              isDisabled: current === undefined,
              run: () => {
                move(1);
              },
            },
            undefined,
            {
              label: 'Delete',
              icon: 'trash',
              shortcut: 'Delete',
              isDanger: true,
              isDisabled: current === undefined,
              run: removeAll,
            },
          ]}
        >
          <IconButton icon="dots" size="s" label="What to do with the arrow" />
        </Menu>
      </PaneHead>
      {isAdding && outline !== undefined && (
        <ArrowForm
          outline={outline}
          selected={outline.steps.find((step) => step.at === selected)}
          onAdd={edits.apply}
          onClose={() => {
            setAdding(false);
            list.current?.focus();
          }}
        />
      )}
      <div className="scroll scladder">
        <div className="scladderbox" style={{ minWidth: 130 + lanes.length * LANE_PX }}>
          <div className="sclanes" aria-hidden="true">
            {lanes.map((lane, i) => (
              <div
                key={lane}
                className="sclane"
                style={{ left: `${String(((i + 0.5) / lanes.length) * 100)}%` }}
              >
                <span className="row">
                  <Icon name={lane === TARGET ? 'servers' : 'phone'} size="s" className="dim" />
                  <bdi className="semi el">{visibleString(lane)}</bdi>
                </span>
                <span className="mono dim el meta">{laneNote(lane, outline, target)}</span>
              </div>
            ))}
          </div>
          <div
            className="scrows"
            role="listbox"
            tabIndex={0}
            ref={list}
            data-pane-focus=""
            aria-label={`Ladder of ${outline?.name ?? path}`}
            aria-activedescendant={current === undefined ? undefined : `scenario-arrow-${current.key}`}
          >
            <div className="sclines" aria-hidden="true">
              {lanes.map((lane, i) => (
                <i key={lane} style={{ left: `${String(((i + 0.5) / lanes.length) * 100)}%` }} />
              ))}
            </div>
            {rows.map((row, i) => (
              <LadderRowView
                key={row.key}
                row={row}
                lanes={lanes}
                number={numberOf(row, outline)}
                isSelected={i === index}
                onSelect={() => {
                  choose(row);
                }}
              />
            ))}
          </div>
        </div>
      </div>
    </Pane>
  );
});

const isOf = (row: LadderRow, at: string | undefined): boolean =>
  at !== undefined && row.steps.some((step) => step.at === at);

const numberOf = (row: LadderRow, outline: ScenarioOutline | undefined): number => {
  const [first] = row.steps;
  return first === undefined ? 0 : (outline?.steps.findIndex((step) => step.at === first.at) ?? -1) + 1;
};

function laneNote(lane: string, outline: ScenarioOutline | undefined, target: string): string {
  const actor = outline?.actors.find(({ name }) => name === lane);
  const node = outline?.nodes.find(({ name }) => name === lane);
  return actor?.transport ?? node?.mode ?? target.replace(/^sips?:/, '');
}
