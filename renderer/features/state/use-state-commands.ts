import type { Command } from '../../ui/commands.ts';
import { useCommands } from '../../ui/use-commands.tsx';
import type { RowOffer } from './row-offers.ts';
import { shownRows, stepFrom } from './shown-rows.ts';
import { rowsOf } from './state-rows.ts';
import type { StateStore } from './state-store.ts';
import { TABLES, tableOf } from './tables/index.ts';

/** What only the screen can do. */
export interface StateScreenActions {
  readonly focusRows: () => void;
  readonly focusFilter: () => void;
  readonly focusDetails: () => void;
  /** What the selected row offers now. */
  readonly offers: readonly RowOffer[];
  readonly take: (offer: RowOffer) => void;
}

/** Rows a page key moves. */
const PAGE_ROWS = 20;

const STEPS: readonly (readonly [id: string, label: string, keys: readonly string[], step: number])[] = [
  ['next', 'Next row', ['j', 'ArrowDown'], 1],
  ['previous', 'Previous row', ['k', 'ArrowUp'], -1],
  ['pageDown', 'A page down', ['PageDown'], PAGE_ROWS],
  ['pageUp', 'A page up', ['PageUp'], -PAGE_ROWS],
  ['first', 'First row', ['Home'], -Infinity],
  ['last', 'Last row', ['End'], Infinity],
];

/** Everything the State screen can do by key and by name. */
export function useStateCommands(store: StateStore, on: StateScreenActions): void {
  const { getState } = store;
  const step = (rows: number): void => {
    const { reading, table: id, views, select } = getState();
    if (reading === undefined) return;
    const table = tableOf(id);
    const shown = shownRows(table, rowsOf(reading.state, id), views[id]);
    const row = stepFrom(table, shown, views[id], rows);
    if (row !== undefined) select(row);
  };
  const command = (part: Partial<Command> & Pick<Command, 'id' | 'label' | 'run'>): Command => ({
    group: 'State',
    scope: 'state',
    shortcuts: [],
    ...part,
  });
  useCommands([
    ...TABLES.map(({ table, label }, i) =>
      command({
        id: `state.show:${table}`,
        label: `Show ${label}`,
        icon: 'state',
        shortcuts: [String(i + 1)],
        run: () => {
          getState().setTable(table);
          setTimeout(on.focusRows);
        },
      }),
    ),
    command({
      id: 'state.filter',
      label: 'Filter the table',
      icon: 'filter',
      shortcuts: ['/', 'Mod+F'],
      run: on.focusFilter,
    }),
    command({
      id: 'state.pause',
      label: 'Let the view stand still, or go on',
      icon: 'pause',
      shortcuts: ['p'],
      run: () => {
        getState().setPaused(!getState().isPaused);
      },
    }),
    ...on.offers.map((offer) =>
      command({
        id: `state.${offer.id}`,
        label: offer.label,
        icon: offer.icon,
        shortcuts: [offer.shortcut],
        isEnabled: () => offer.isDisabled !== true,
        run: () => {
          on.take(offer);
        },
      }),
    ),
    ...STEPS.map(([id, label, shortcuts, rows]) =>
      command({
        id: `stateRows.${id}`,
        label,
        scope: 'state-rows',
        group: 'State table',
        shortcuts,
        isKeyOnly: true,
        run: () => {
          step(rows);
        },
      }),
    ),
    command({
      id: 'stateRows.open',
      label: 'Go to the details',
      scope: 'state-rows',
      group: 'State table',
      shortcuts: ['Enter'],
      isKeyOnly: true,
      run: on.focusDetails,
    }),
    command({
      id: 'stateRows.clear',
      label: 'Clear the filter',
      scope: 'state-rows',
      group: 'State table',
      shortcuts: ['Escape'],
      isKeyOnly: true,
      run: () => {
        getState().setFilter(getState().table, '');
        setTimeout(on.focusRows);
      },
    }),
    command({
      id: 'stateDetails.back',
      label: 'Back to the table',
      scope: 'state-details',
      group: 'State table',
      shortcuts: ['Escape'],
      isKeyOnly: true,
      run: on.focusRows,
    }),
  ]);
}
