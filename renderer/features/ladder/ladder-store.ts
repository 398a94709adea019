import { createStore, type StoreApi } from 'zustand/vanilla';
import { ContractError } from '../../../app/contract/errors.ts';
import type { Ladder, MessageSummary } from '../../../app/contract/traffic.ts';
import type { Workbench } from '../../../app/contract/workbench.ts';
import type { Backend } from '../../../app/rpc/types.ts';
import type { Unsubscribe } from '../../../app/rpc/unsubscribe.ts';
import type { Schedule } from '../../backend/index.ts';
import {
  COLOUR_MODES,
  TIME_MODES,
  isFailure,
  nextOf,
  transactionKey,
  type ColourMode,
  type TimeMode,
} from './ladder-label.ts';

export interface LadderState {
  /** Dialogs asked for, and those shown: they differ while an answer is on its way. */
  readonly ids: readonly number[];
  readonly ladder: Ladder | undefined;
  readonly isLoading: boolean;
  readonly problem: string | undefined;
  readonly selectedId: number | undefined;
  /** Marked A, to be compared; stays when another dialog is opened. */
  readonly marked: MessageSummary | undefined;
  readonly unfolded: ReadonlySet<number>;
  readonly timeMode: TimeMode;
  readonly colourMode: ColourMode;
  readonly hasSdpDetails: boolean;
  readonly isFollowing: boolean;
  readonly isPaused: boolean;
}

export interface LadderStore {
  readonly store: StoreApi<LadderState>;
  /** Shows these dialogs in one ladder; none empties it. */
  readonly open: (ids: readonly number[]) => void;
  readonly select: (id: number | undefined) => void;
  /** Next (1) or previous (-1) of the messages that have a row. */
  readonly step: (delta: number) => void;
  readonly stepToEnd: (which: 'first' | 'last') => void;
  readonly stepInTransaction: (direction: 1 | -1) => void;
  readonly stepToFailure: (direction: 1 | -1) => void;
  /** By its number in the conversation, from 1. */
  readonly goTo: (number: number) => void;
  readonly mark: (id: number | undefined) => void;
  readonly setUnfolded: (id: number, isUnfolded: boolean) => void;
  readonly cycleTime: () => void;
  readonly cycleColour: () => void;
  readonly setColour: (mode: ColourMode) => void;
  readonly toggleSdp: () => void;
  readonly setFollowing: (isFollowing: boolean) => void;
  readonly setPaused: (isPaused: boolean) => void;
  readonly refresh: () => void;
  readonly dispose: () => void;
}

/** A ladder longer than this is cut by the backend. */
export const MOST_MESSAGES = 5000;
const REFRESH_MS = 100;
/** From so many messages on, it is first asked whether anything changed. */
const PROBE_FROM = 300;

/** Changes exactly when a ladder would look different. */
const fingerprint = (ladder: Ladder): string =>
  ladder.dialogs
    .map(
      (d) => `${String(d.id)} ${String(d.messages)} ${String(d.lastAtMs)} ${d.state} ${String(d.findings)}`,
    )
    .join();

/** The first transmission that stands for a message, when retransmissions are folded. */
export function shownId(state: LadderState, message: MessageSummary): number {
  const original = message.retransmissionOf;
  if (original === undefined || state.unfolded.has(original)) return message.id;
  return state.ladder?.messages.some((other) => other.id === original) === true ? original : message.id;
}

/** Messages that have a row of their own, in order. */
function shownMessages(state: LadderState): readonly MessageSummary[] {
  const { ladder, unfolded } = state;
  if (ladder === undefined) return [];
  const present = new Set(ladder.messages.map((message) => message.id));
  return ladder.messages.filter((message) => {
    const original = message.retransmissionOf;
    return original === undefined || !present.has(original) || unfolded.has(original);
  });
}

export function createLadderStore(backend: Backend<Workbench>, schedule: Schedule): LadderStore {
  const store = createStore<LadderState>(() => ({
    ids: [],
    ladder: undefined,
    isLoading: false,
    problem: undefined,
    selectedId: undefined,
    marked: undefined,
    unfolded: new Set(),
    timeMode: 'since-start',
    colourMode: 'method',
    hasSdpDetails: false,
    isFollowing: true,
    isPaused: false,
  }));
  let question = 0;
  let isBusy = false;
  let isDirty = false;
  let isDisposed = false;
  let cancelWait: Unsubscribe | undefined;
  let revision: number | undefined;

  const ask = (delayMs: number): void => {
    isDirty = true;
    if (isBusy || cancelWait !== undefined || isDisposed) return;
    cancelWait = schedule(delayMs, () => {
      cancelWait = undefined;
      void load();
    });
  };

  /** Whether a long ladder is worth reading again. */
  const hasChanged = async (known: Ladder | undefined, ids: readonly number[]): Promise<boolean> => {
    if (known === undefined || known.messages.length < PROBE_FROM) return true;
    const probe = await backend.call('dialogs.ladder', { ids: [...ids], limit: 1 });
    return fingerprint(probe) !== fingerprint(known);
  };

  const load = async (): Promise<void> => {
    isDirty = false;
    const asked = question;
    const { ids, ladder } = store.getState();
    if (ids.length === 0) return;
    isBusy = true;
    const known = ladder !== undefined && isLadderOf(ladder, ids) ? ladder : undefined;
    try {
      if (await hasChanged(known, ids)) {
        const next = await backend.call('dialogs.ladder', { ids: [...ids], limit: MOST_MESSAGES });
        if (asked === question && !isDisposed) apply(next, known);
      }
    } catch (error) {
      if (asked === question && !isDisposed) {
        const problem = error instanceof ContractError ? error.message : 'The ladder could not be read.';
        store.setState({ isLoading: false, problem });
      }
    }
    if (asked === question) isBusy = false;
    if (isDirty) ask(REFRESH_MS);
  };

  const apply = (ladder: Ladder, known: Ladder | undefined): void => {
    const { selectedId, isFollowing } = store.getState();
    const isThere = ladder.messages.some((message) => message.id === selectedId);
    const first = ladder.messages[0];
    const wasLast = known !== undefined && known.messages.at(-1)?.id === selectedId;
    const last = ladder.messages.at(-1);
    const isGrown = known !== undefined && ladder.messages.length > known.messages.length;
    const follows = isFollowing && wasLast && isGrown && known.messages.length > 1;
    store.setState({
      ladder,
      isLoading: false,
      problem: undefined,
      selectedId: follows ? last?.id : isThere ? selectedId : first?.id,
    });
  };

  const stopListening = backend.on('traffic.changed', (summary) => {
    if (summary.revision === revision) return;
    revision = summary.revision;
    if (!store.getState().isPaused) ask(REFRESH_MS);
  });

  const selectShown = (message: MessageSummary | undefined): void => {
    if (message !== undefined) store.setState({ selectedId: message.id });
  };

  const shownIndex = (messages: readonly MessageSummary[]): number => {
    const { selectedId } = store.getState();
    return messages.findIndex((message) => message.id === selectedId);
  };

  /** The next message in a direction that fits. */
  const stepTo = (direction: 1 | -1, fits: (message: MessageSummary) => boolean): void => {
    const messages = shownMessages(store.getState());
    const from = shownIndex(messages);
    for (let i = from + direction; i >= 0 && i < messages.length; i += direction) {
      const message = messages[i];
      if (message !== undefined && fits(message)) {
        store.setState({ selectedId: message.id });
        return;
      }
    }
  };

  return {
    store,
    open: (ids) => {
      const state = store.getState();
      if (ids.join() === state.ids.join()) return;
      question += 1;
      isBusy = false;
      cancelWait?.();
      cancelWait = undefined;
      if (ids.length === 0) {
        store.setState({
          ids,
          ladder: undefined,
          isLoading: false,
          problem: undefined,
          selectedId: undefined,
        });
        return;
      }
      store.setState({ ids, isLoading: true, problem: undefined, unfolded: new Set() });
      ask(0);
    },
    select: (id) => {
      store.setState({ selectedId: id });
    },
    step: (delta) => {
      const messages = shownMessages(store.getState());
      const at = Math.max(0, Math.min(messages.length - 1, shownIndex(messages) + delta));
      selectShown(messages[at]);
    },
    stepToEnd: (which) => {
      selectShown(shownMessages(store.getState()).at(which === 'first' ? 0 : -1));
    },
    stepInTransaction: (direction) => {
      const { ladder, selectedId } = store.getState();
      const current = ladder?.messages.find((message) => message.id === selectedId);
      if (current === undefined) return;
      const key = transactionKey(current);
      stepTo(direction, (message) => transactionKey(message) === key);
    },
    stepToFailure: (direction) => {
      stepTo(direction, isFailure);
    },
    goTo: (number) => {
      const state = store.getState();
      const message = state.ladder?.messages[number - 1];
      if (message !== undefined) store.setState({ selectedId: shownId(state, message) });
    },
    mark: (id) => {
      const marked = store.getState().ladder?.messages.find((message) => message.id === id);
      store.setState({ marked });
    },
    setUnfolded: (id, isUnfolded) => {
      const state = store.getState();
      const unfolded = new Set(state.unfolded);
      if (isUnfolded) unfolded.add(id);
      else unfolded.delete(id);
      store.setState({ unfolded });
      const selected = state.ladder?.messages.find((message) => message.id === state.selectedId);
      if (selected !== undefined) store.setState({ selectedId: shownId(store.getState(), selected) });
    },
    cycleTime: () => {
      store.setState(({ timeMode }) => ({ timeMode: nextOf(TIME_MODES, timeMode) }));
    },
    cycleColour: () => {
      store.setState(({ colourMode }) => ({ colourMode: nextOf(COLOUR_MODES, colourMode) }));
    },
    setColour: (colourMode) => {
      store.setState({ colourMode });
    },
    toggleSdp: () => {
      store.setState(({ hasSdpDetails }) => ({ hasSdpDetails: !hasSdpDetails }));
    },
    setFollowing: (isFollowing) => {
      store.setState({ isFollowing });
    },
    setPaused: (isPaused) => {
      store.setState({ isPaused });
      if (!isPaused) ask(0);
    },
    refresh: () => {
      ask(0);
    },
    dispose: () => {
      isDisposed = true;
      cancelWait?.();
      stopListening();
    },
  };
}

function isLadderOf(ladder: Ladder, ids: readonly number[]): boolean {
  return ladder.dialogs.length > 0 && ladder.dialogs.every((dialog) => ids.includes(dialog.id));
}
