import { createStore, type StoreApi } from 'zustand/vanilla';
import { ContractError } from '../../../app/contract/errors.ts';
import type {
  DialogPage,
  DialogQuery,
  DialogSummary,
  TrafficSummary,
} from '../../../app/contract/traffic.ts';
import type { Workbench } from '../../../app/contract/workbench.ts';
import type { Backend } from '../../../app/rpc/types.ts';
import type { Unsubscribe } from '../../../app/rpc/unsubscribe.ts';
import type { Schedule } from '../../backend/index.ts';

export type DialogSort = DialogQuery['sort'];
export type FilterError = NonNullable<DialogPage['filterError']>;

export interface DialogListState {
  /** As typed. */
  readonly filter: string;
  readonly sort: DialogSort;
  /** Rows by index divided by {@link PAGE_SIZE}; what is missing has not been asked for. */
  readonly pages: ReadonlyMap<number, readonly DialogSummary[]>;
  readonly total: number;
  readonly matched: number;
  readonly failed: number;
  readonly filterError: FilterError | undefined;
  readonly nearest: DialogPage['nearest'];
  /** Whether the first answer is here. */
  readonly isLoaded: boolean;
  /** Why the list could not be read; it shows what it had. */
  readonly problem: string | undefined;
  readonly summary: TrafficSummary | undefined;
  readonly isFollowing: boolean;
  readonly isPaused: boolean;
  /** Messages that came since the pause. */
  readonly held: number;
  /** The dialog under the cursor; the index is where it was seen last. */
  readonly cursorId: number | undefined;
  readonly cursorIndex: number;
  /** Chosen with Space, for export and merged ladders. */
  readonly chosen: ReadonlySet<number>;
  /** Rows that slid under the viewport with the latest answer; the view moves along so that nothing jumps. */
  readonly slide: { readonly rows: number; readonly serial: number };
}

export interface DialogListStore {
  readonly store: StoreApi<DialogListState>;
  readonly setFilter: (filter: string) => void;
  readonly setSort: (sort: DialogSort) => void;
  /** The rows on screen: half-open. */
  readonly setWindow: (first: number, end: number) => void;
  readonly setFollowing: (isFollowing: boolean) => void;
  readonly setPaused: (isPaused: boolean) => void;
  /** Puts the cursor on a row that is loaded, or on its index until it is. */
  readonly moveTo: (index: number) => void;
  /** Opens a dialog wherever it is in the list. */
  readonly select: (id: number) => void;
  readonly toggleChosen: (id: number) => void;
  readonly clearChosen: () => void;
  /** Asks, at first and again after a reconnect. */
  readonly refresh: () => void;
  readonly dispose: () => void;
}

/** Rows asked for and kept together. */
export const PAGE_SIZE = 100;
/** The list is read again at most so often. */
const REFRESH_MS = 100;
/** Typing pauses shorter than this ask nothing. */
const TYPING_MS = 90;
const MOST_ROWS = 500;

/** The row at an index, when it is loaded. */
export function rowAt(state: DialogListState, index: number): DialogSummary | undefined {
  return state.pages.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE];
}

/** Whether new dialogs come in at the top. */
export function isNewestFirst(sort: DialogSort): boolean {
  return sort.descending && (sort.by === 'startedAtMs' || sort.by === 'id');
}

/** All messages that ever came, dropped ones too. */
const everSeen = (summary: TrafficSummary | undefined): number =>
  (summary?.messages ?? 0) + (summary?.dropped ?? 0);

export function createDialogListStore(
  backend: Backend<Workbench>,
  schedule: Schedule,
  initialSort: DialogSort = { by: 'startedAtMs', descending: true },
): DialogListStore {
  const store = createStore<DialogListState>(() => ({
    filter: '',
    sort: initialSort,
    pages: new Map(),
    total: 0,
    matched: 0,
    failed: 0,
    filterError: undefined,
    nearest: [],
    isLoaded: false,
    problem: undefined,
    summary: undefined,
    isFollowing: true,
    isPaused: false,
    held: 0,
    cursorId: undefined,
    cursorIndex: 0,
    chosen: new Set(),
    slide: { rows: 0, serial: 0 },
  }));
  let window = { first: 0, end: PAGE_SIZE };
  /** Grows when an answer on its way would be about something else. */
  let question = 0;
  let isBusy = false;
  let isDirty = false;
  let isDisposed = false;
  let cancelWait: Unsubscribe | undefined;
  /** While paused: how many new rows stand above those shown. */
  let hiddenAbove = 0;
  let seenAtPause = 0;

  /** Asks as soon as the last question is answered and `delayMs` have passed. */
  const ask = (delayMs: number): void => {
    isDirty = true;
    if (isBusy || cancelWait !== undefined || isDisposed) return;
    cancelWait = schedule(delayMs, () => {
      cancelWait = undefined;
      void load();
    });
  };

  const load = async (): Promise<void> => {
    isDirty = false;
    isBusy = true;
    const asked = question;
    const { filter, sort, isPaused } = store.getState();
    const firstPage = Math.floor(window.first / PAGE_SIZE);
    const offset = firstPage * PAGE_SIZE;
    const wanted = Math.ceil((window.end - offset) / PAGE_SIZE) * PAGE_SIZE + (isSliding() ? PAGE_SIZE : 0);
    const limit = Math.min(MOST_ROWS, Math.max(PAGE_SIZE, wanted));
    try {
      const skip = isPaused && isNewestFirst(sort) ? hiddenAbove : 0;
      const page = await backend.call('dialogs.query', { filter, sort, offset: offset + skip, limit });
      if (asked === question && !isDisposed) apply(page, firstPage, limit, skip);
    } catch (error) {
      if (asked === question && !isDisposed) {
        store.setState({
          problem: error instanceof ContractError ? error.message : 'The list could not be read.',
        });
      }
    }
    if (asked === question) isBusy = false;
    if (isDirty) ask(REFRESH_MS);
  };

  /** Scrolled away from the end where new rows come in: they push what is on screen down. */
  const isSliding = (): boolean => {
    const { sort, isFollowing, isPaused } = store.getState();
    return !isFollowing && !isPaused && window.first > 0 && isNewestFirst(sort);
  };

  const apply = (page: DialogPage, firstPage: number, limit: number, skip: number): void => {
    const old = store.getState();
    if (old.isPaused && isNewestFirst(old.sort)) {
      const above = Math.max(0, page.matched - old.matched);
      if (above !== skip) {
        hiddenAbove = above;
        ask(0);
        return;
      }
    }
    const pages = new Map(old.isPaused ? old.pages : undefined);
    for (let i = 0; i * PAGE_SIZE < Math.max(1, Math.min(limit, page.rows.length)); i += 1) {
      pages.set(firstPage + i, page.rows.slice(i * PAGE_SIZE, (i + 1) * PAGE_SIZE));
    }
    if (!old.isPaused) keepOldPages(old.pages, pages, page.matched);
    const matched = old.isPaused ? old.matched : page.matched;
    const rows = isSliding() ? slideOf(old, page, firstPage) : 0;
    const next: DialogListState = {
      ...old,
      pages,
      matched,
      total: old.isPaused ? old.total : page.total,
      failed: old.isPaused ? old.failed : page.failed,
      filterError: page.filterError,
      nearest: page.nearest,
      isLoaded: true,
      problem: undefined,
      slide: rows === 0 ? old.slide : { rows, serial: old.slide.serial + 1 },
    };
    if (rows !== 0) window = { first: window.first + rows, end: window.end + rows };
    store.setState({ ...next, ...findCursor(next, page.rows, firstPage * PAGE_SIZE) });
  };

  /** Rows further away stay as they were until they come on screen, so that scrolling shows something. */
  const keepOldPages = (
    old: DialogListState['pages'],
    pages: Map<number, readonly DialogSummary[]>,
    matched: number,
  ): void => {
    for (const [key, rows] of old) {
      if (!pages.has(key) && key * PAGE_SIZE < matched) pages.set(key, rows);
    }
  };

  /** By how much the first row on screen moved. */
  const slideOf = (old: DialogListState, page: DialogPage, firstPage: number): number => {
    const anchor = rowAt(old, window.first);
    if (anchor === undefined) return 0;
    const at = page.rows.findIndex((row) => row.id === anchor.id);
    return at === -1 ? Math.max(0, page.matched - old.matched) : firstPage * PAGE_SIZE + at - window.first;
  };

  const findCursor = (
    state: DialogListState,
    rows: readonly DialogSummary[],
    offset: number,
  ): Pick<DialogListState, 'cursorId' | 'cursorIndex'> => {
    const { cursorId, cursorIndex } = state;
    if (cursorId === undefined) {
      const row = rowAt(state, cursorIndex) ?? rows[0];
      return { cursorId: row?.id, cursorIndex: row === undefined ? 0 : cursorIndex };
    }
    const at = rows.findIndex((row) => row.id === cursorId);
    return { cursorId, cursorIndex: at === -1 ? cursorIndex : offset + at };
  };

  /** What is shown belongs to another question from now on. */
  const restart = (delayMs: number): void => {
    question += 1;
    hiddenAbove = 0;
    window = { first: 0, end: window.end - window.first };
    cancelWait?.();
    cancelWait = undefined;
    isBusy = false;
    ask(delayMs);
  };

  const onChanged = (summary: TrafficSummary): void => {
    const { isPaused, summary: known } = store.getState();
    const isNew = known?.revision !== summary.revision;
    if (isPaused) {
      store.setState({ summary, held: Math.max(0, everSeen(summary) - seenAtPause) });
      return;
    }
    store.setState({ summary });
    if (isNew) ask(REFRESH_MS);
  };
  const stopListening = backend.on('traffic.changed', onChanged);

  const refresh = (): void => {
    backend
      .call('traffic.summary', {})
      .then((summary) => {
        if (isDisposed) return;
        store.setState({ summary });
      })
      .catch(() => {
        // The list itself tells what is wrong.
      });
    ask(0);
  };
  return {
    store,
    refresh,
    setFilter: (filter) => {
      if (filter === store.getState().filter) return;
      const isClearing = filter === '';
      store.setState({ filter });
      restart(isClearing ? 0 : TYPING_MS);
    },
    setSort: (sort) => {
      store.setState({ sort, cursorIndex: 0 });
      restart(0);
    },
    setWindow: (first, end) => {
      if (first === window.first && end === window.end) return;
      window = { first, end };
      const { pages, matched } = store.getState();
      const last = Math.min(end, matched) - 1;
      for (let page = Math.floor(first / PAGE_SIZE); page <= Math.floor(last / PAGE_SIZE); page += 1) {
        if (!pages.has(page)) {
          ask(0);
          return;
        }
      }
    },
    setFollowing: (isFollowing) => {
      store.setState({ isFollowing });
      if (isFollowing) ask(0);
    },
    setPaused: (isPaused) => {
      hiddenAbove = 0;
      seenAtPause = everSeen(store.getState().summary);
      store.setState({ isPaused, held: 0 });
      if (!isPaused) ask(0);
    },
    moveTo: (index) => {
      const state = store.getState();
      if (state.matched === 0) return;
      const cursorIndex = Math.max(0, Math.min(state.matched - 1, index));
      const row = rowAt(state, cursorIndex);
      store.setState({ cursorIndex, cursorId: row?.id });
      if (row === undefined) {
        window = { first: cursorIndex, end: cursorIndex + 1 };
        ask(0);
      }
    },
    select: (id) => {
      const state = store.getState();
      let cursorIndex = state.cursorIndex;
      for (const [page, rows] of state.pages) {
        const at = rows.findIndex((row) => row.id === id);
        if (at !== -1) cursorIndex = page * PAGE_SIZE + at;
      }
      store.setState({ cursorId: id, cursorIndex });
    },
    toggleChosen: (id) => {
      const chosen = new Set(store.getState().chosen);
      if (!chosen.delete(id)) chosen.add(id);
      store.setState({ chosen });
    },
    clearChosen: () => {
      store.setState({ chosen: new Set() });
    },
    dispose: () => {
      isDisposed = true;
      cancelWait?.();
      stopListening();
    },
  };
}
