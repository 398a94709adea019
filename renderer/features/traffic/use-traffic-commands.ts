import { appCommand, type Command } from '../../ui/commands.ts';
import { useCommands } from '../../ui/use-commands.tsx';
import { nextSort } from './column-heads.tsx';
import { DIALOG_LIST_COLUMNS } from './dialog-columns.tsx';
import { rowAt } from './dialog-list-store.ts';
import type { TrafficModel } from './traffic-model.ts';
import type { ColumnChoice } from './use-columns.ts';

/** What only the screen can do. */
export interface TrafficActions {
  readonly focusFilter: () => void;
  readonly focusPane: (scope: 'dialogs' | 'ladder' | 'inspector') => void;
  readonly openColumns: () => void;
  readonly export: () => void;
  readonly makeScenario: () => void;
  readonly replay: () => void;
  readonly clear: () => void;
  /** Space in the ladder: marks A, or compares with it. */
  readonly markOrCompare: () => void;
  readonly goTo: () => void;
  readonly copyMessage: () => void;
  readonly merge: () => void;
  readonly nextFailedDialog: (direction: 1 | -1) => void;
}

/** Rows a page key moves. */
const PAGE_ROWS = 20;

type Row = readonly [
  id: string,
  label: string,
  shortcuts: readonly string[],
  run: () => void,
  isKeyOnly?: boolean,
];

const commandsOf = (scope: string, group: string, rows: readonly Row[]): readonly Command[] =>
  rows.map(([id, label, shortcuts, run, isKeyOnly = false]) => ({
    id: `${scope}.${id}`,
    label,
    shortcuts,
    scope,
    group,
    run,
    isKeyOnly,
  }));

/** Everything the traffic screen can do, with sngrep's keys. */
export function useTrafficCommands(model: TrafficModel, choice: ColumnChoice, on: TrafficActions): void {
  useCommands([
    appCommand('traffic.filter', { icon: 'filter', run: on.focusFilter }),
    appCommand('traffic.export', { icon: 'export', moreShortcuts: ['F2'], run: on.export }),
    appCommand('traffic.scenario', { icon: 'file', run: on.makeScenario }),
    appCommand('traffic.replay', { icon: 'restart', run: on.replay }),
    appCommand('traffic.clear', { icon: 'trash', run: on.clear }),
    ...screenCommands(model, on),
    ...listCommands(model, choice, on),
    ...ladderCommands(model, on),
    ...inspectorCommands(model, on),
  ]);
}

function screenCommands(model: TrafficModel, on: TrafficActions): readonly Command[] {
  return commandsOf('traffic', 'Traffic', [
    ['focusFilter', 'Filter', ['/'], on.focusFilter, true],
    ['pause', 'Pause or go on', ['p'], model.togglePaused],
    ['follow', 'Follow new messages', ['A'], model.toggleFollowing],
    ['columns', 'Columns', ['T'], on.openColumns],
  ]);
}

function listCommands({ list }: TrafficModel, choice: ColumnChoice, on: TrafficActions): readonly Command[] {
  const move = (delta: number) => () => {
    list.moveTo(list.store.getState().cursorIndex + delta);
  };
  const sortBeside = (delta: number) => () => {
    const { sort } = list.store.getState();
    const shown = DIALOG_LIST_COLUMNS.filter((column) => choice.visible.has(column.id));
    const at = shown.findIndex((column) => column.sortBy === sort.by);
    const next = shown[(at + delta + shown.length) % shown.length];
    if (next !== undefined) list.setSort(nextSort(sort, next.sortBy));
  };
  return commandsOf('dialogs', 'Dialog list', [
    ['down', 'Next dialog', ['j', 'ArrowDown'], move(1), true],
    ['up', 'Previous dialog', ['k', 'ArrowUp'], move(-1), true],
    ['pageDown', 'Page down', ['PageDown'], move(PAGE_ROWS), true],
    ['pageUp', 'Page up', ['PageUp'], move(-PAGE_ROWS), true],
    ['first', 'First dialog', ['Home'], move(-Infinity), true],
    ['last', 'Last dialog', ['End'], move(Infinity), true],
    [
      'open',
      'Open ladder',
      ['Enter', 'ArrowRight'],
      () => {
        on.focusPane('ladder');
      },
      true,
    ],
    [
      'choose',
      'Select dialog',
      ['Space'],
      () => {
        const state = list.store.getState();
        const dialog = rowAt(state, state.cursorIndex);
        if (dialog !== undefined) list.toggleChosen(dialog.id);
        list.moveTo(state.cursorIndex + 1);
      },
      true,
    ],
    ['merge', 'Merged ladder of selected dialogs', ['x'], on.merge],
    ['sortLeft', 'Sort by the column before', ['<'], sortBeside(-1), true],
    ['sortRight', 'Sort by the column after', ['>'], sortBeside(1), true],
    [
      'sortOrder',
      'Sort the other way round',
      ['z'],
      () => {
        const { sort } = list.store.getState();
        list.setSort({ ...sort, descending: !sort.descending });
      },
    ],
    [
      'nextFailure',
      'Next failed dialog',
      ['n'],
      () => {
        on.nextFailedDialog(1);
      },
    ],
    [
      'previousFailure',
      'Previous failed dialog',
      ['N'],
      () => {
        on.nextFailedDialog(-1);
      },
    ],
    [
      'back',
      'Clear selection, then filter',
      ['Escape'],
      () => {
        if (list.store.getState().chosen.size > 0) list.clearChosen();
        else list.setFilter('');
      },
      true,
    ],
  ]);
}

function ladderCommands({ ladder }: TrafficModel, on: TrafficActions): readonly Command[] {
  const step = (delta: number) => () => {
    ladder.step(delta);
  };
  const unfold = (isUnfolded: boolean) => () => {
    const { selectedId, ladder: data } = ladder.store.getState();
    const message = data?.messages.find((one) => one.id === selectedId);
    if (message !== undefined) ladder.setUnfolded(message.retransmissionOf ?? message.id, isUnfolded);
  };
  return commandsOf('ladder', 'Ladder', [
    ['down', 'Next message', ['j', 'ArrowDown'], step(1), true],
    ['up', 'Previous message', ['k', 'ArrowUp'], step(-1), true],
    ['pageDown', 'Page down', ['PageDown'], step(PAGE_ROWS), true],
    ['pageUp', 'Page up', ['PageUp'], step(-PAGE_ROWS), true],
    [
      'first',
      'First message',
      ['Home'],
      () => {
        ladder.stepToEnd('first');
      },
      true,
    ],
    [
      'last',
      'Last message',
      ['End'],
      () => {
        ladder.stepToEnd('last');
      },
      true,
    ],
    [
      'open',
      'Read message',
      ['Enter'],
      () => {
        on.focusPane('inspector');
      },
      true,
    ],
    ['mark', 'Mark A, then compare', ['Space'], on.markOrCompare],
    ['unfold', 'Show retransmissions', ['ArrowRight'], unfold(true)],
    ['fold', 'Fold retransmissions', ['ArrowLeft'], unfold(false)],
    [
      'next',
      'Next of the same transaction',
      [']'],
      () => {
        ladder.stepInTransaction(1);
      },
    ],
    [
      'previous',
      'Previous of the same transaction',
      ['['],
      () => {
        ladder.stepInTransaction(-1);
      },
    ],
    [
      'nextFailure',
      'Next failure',
      ['n'],
      () => {
        ladder.stepToFailure(1);
      },
    ],
    [
      'previousFailure',
      'Previous failure',
      ['N'],
      () => {
        ladder.stepToFailure(-1);
      },
    ],
    ['goTo', 'Go to message number', ['g'], on.goTo],
    ['sdp', 'SDP details', ['d'], ladder.toggleSdp],
    ['colour', 'Colour mode', ['c'], ladder.cycleColour],
    ['time', 'Time mode', ['w'], ladder.cycleTime],
    ['copy', 'Copy message', ['y'], on.copyMessage],
    [
      'back',
      'Clear mark, then back to the list',
      ['Escape', 'q'],
      () => {
        if (ladder.store.getState().marked === undefined) on.focusPane('dialogs');
        else ladder.mark(undefined);
      },
      true,
    ],
  ]);
}

function inspectorCommands({ inspector, ladder }: TrafficModel, on: TrafficActions): readonly Command[] {
  return commandsOf('inspector', 'Inspector', [
    ['copy', 'Copy message', ['y'], on.copyMessage],
    [
      'raw',
      'Raw or parsed',
      ['r'],
      () => {
        inspector.setTab(inspector.store.getState().tab === 'raw' ? 'parsed' : 'raw');
      },
    ],
    [
      'next',
      'Next of the same transaction',
      [']'],
      () => {
        ladder.stepInTransaction(1);
      },
      true,
    ],
    [
      'previous',
      'Previous of the same transaction',
      ['['],
      () => {
        ladder.stepInTransaction(-1);
      },
      true,
    ],
    [
      'back',
      'Back to the ladder',
      ['Escape', 'q'],
      () => {
        if (inspector.store.getState().range === undefined) on.focusPane('ladder');
        else inspector.clearSelection();
      },
      true,
    ],
  ]);
}
