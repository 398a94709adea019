import { createStore, type StoreApi } from 'zustand/vanilla';
import { ContractError } from '../../../app/contract/errors.ts';
import type { NodeState, StateAction, TransactionMachine } from '../../../app/contract/state.ts';
import type { Workbench } from '../../../app/contract/workbench.ts';
import type { Backend } from '../../../app/rpc/types.ts';
import type { Schedule } from '../../backend/index.ts';
import { rowsOf, type StateRow, TABLE_IDS, type TableId } from './state-rows.ts';

/** From an answer to the next question. */
export const POLL_MS = 1000;

export interface Sort {
  /** Id of a column. */
  readonly by: string;
  readonly descending: boolean;
}

/** The row the cursor is on. */
export interface Selection {
  /** As it was when it was seen last. */
  readonly of: StateRow;
  /** The latest answer does not have it any more. */
  readonly isGone: boolean;
}

/** How a person looks at one table. */
export interface TableView {
  readonly filter: string;
  /** Undefined is the order of the table. */
  readonly sort: Sort | undefined;
  readonly selection: Selection | undefined;
}

/** What a server answered. */
export interface Reading {
  readonly serverId: string;
  readonly state: NodeState;
  /** How far the clock of this page is ahead of the server's, in milliseconds; the least delay seen is the best guess. */
  readonly skewMs: number;
}

export interface StateScreenState {
  /** The server that was chosen; undefined until one runs. */
  readonly serverId: string | undefined;
  readonly table: TableId;
  readonly views: Readonly<Record<TableId, TableView>>;
  readonly reading: Reading | undefined;
  /** The state machines of transactions; empty until they are read. */
  readonly machines: readonly TransactionMachine[];
  /** Why the latest question was not answered. */
  readonly problem: string | undefined;
  /** The view stands still; the server goes on. */
  readonly isPaused: boolean;

  readonly choose: (serverId: string) => void;
  readonly setTable: (table: TableId) => void;
  readonly setFilter: (table: TableId, filter: string) => void;
  readonly setSort: (table: TableId, sort: Sort) => void;
  readonly select: (of: StateRow) => void;
  readonly setPaused: (isPaused: boolean) => void;
  /** Reads the server again and again until the returned function is called. */
  readonly watch: (serverId: string) => () => void;
  /** Rejects with a ContractError when the server says no; shows what came of it at once. */
  readonly act: (serverId: string, action: StateAction) => Promise<void>;
}

export type StateStore = StoreApi<StateScreenState>;

export interface StateOptions {
  readonly schedule: Schedule;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
}

const UNTOUCHED: TableView = { filter: '', sort: undefined, selection: undefined };

const forEachTable = <T>(make: (table: TableId) => T): Readonly<Record<TableId, T>> =>
  Object.fromEntries(TABLE_IDS.map((table) => [table, make(table)])) as Record<TableId, T>;

/** The State screen: which server, which table, what was chosen in it, and the latest answer. */
export function createStateStore(
  backend: Pick<Backend<Workbench>, 'call'>,
  { schedule, now }: StateOptions,
): StateStore {
  return createStore<StateScreenState>((set, get) => {
    const setView = (table: TableId, change: Partial<TableView>): void => {
      const { views } = get();
      set({ views: { ...views, [table]: { ...views[table], ...change } } });
    };

    const take = (serverId: string, state: NodeState): void => {
      const { reading, views } = get();
      const skewMs = now() - state.atMs;
      const known = reading?.serverId === serverId ? reading.skewMs : Infinity;
      set({
        reading: { serverId, state, skewMs: Math.min(known, skewMs) },
        problem: undefined,
        views: forEachTable((table) => ({
          ...views[table],
          selection: seenAgain(views[table].selection, state),
        })),
      });
    };

    let asked = 0;
    let answered = 0;
    const read = async (serverId: string): Promise<void> => {
      const question = ++asked;
      /** Nobody has chosen another server, and no later question was answered first. */
      const isWanted = (): boolean => get().serverId === serverId && question > answered;
      try {
        if (get().machines.length === 0) set(await backend.call('state.machines', {}));
        const state = await backend.call('state.read', { id: serverId });
        if (!isWanted() || get().isPaused) return;
        answered = question;
        take(serverId, state);
      } catch (error) {
        if (!(error instanceof ContractError)) throw error;
        if (isWanted()) set({ problem: error.message });
      }
    };

    return {
      serverId: undefined,
      table: 'registrations',
      views: forEachTable(() => UNTOUCHED),
      reading: undefined,
      machines: [],
      problem: undefined,
      isPaused: false,

      choose: (serverId) => {
        if (serverId === get().serverId) return;
        const { views } = get();
        set({
          serverId,
          reading: undefined,
          problem: undefined,
          isPaused: false,
          views: forEachTable((table) => ({ ...views[table], selection: undefined })),
        });
      },
      setTable: (table) => {
        set({ table });
      },
      setFilter: (table, filter) => {
        setView(table, { filter });
      },
      setSort: (table, sort) => {
        setView(table, { sort });
      },
      select: (of) => {
        setView(of.table, { selection: { of, isGone: false } });
      },
      setPaused: (isPaused) => {
        set({ isPaused });
      },
      watch: (serverId) => {
        let isWatching = true;
        let cancel = (): void => undefined;
        const again = async (): Promise<void> => {
          if (!get().isPaused) await read(serverId);
          if (isWatching) cancel = schedule(POLL_MS, () => void again());
        };
        void again();
        return () => {
          isWatching = false;
          cancel();
        };
      },
      act: async (serverId, action) => {
        await backend.call('state.act', { id: serverId, action });
        set({ isPaused: false });
        await read(serverId);
      },
    };
  });
}

/** The selected row as it is now, or as it was last when it is gone. */
function seenAgain(selection: Selection | undefined, state: NodeState): Selection | undefined {
  if (selection === undefined) return undefined;
  const { table, key } = selection.of;
  const found: StateRow | undefined = rowsOf(state, table).find((row) => row.key === key);
  return found === undefined ? { of: selection.of, isGone: true } : { of: found, isGone: false };
}
