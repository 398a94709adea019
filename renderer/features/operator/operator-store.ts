import { createStore, type StoreApi } from 'zustand/vanilla';
import { ContractError } from '../../../app/contract/errors.ts';
import type { Decision, OperatorItem } from '../../../app/contract/operator.ts';
import type { Payload } from '../../../app/contract/define.ts';
import type { Workbench } from '../../../app/contract/workbench.ts';
import type { Backend } from '../../../app/rpc/types.ts';
import { outcomeOf, type Outcome } from './outcome.ts';

/** Something that waits for a person, or a call that lives, at one of the servers. */
export type Waiting = Payload<Workbench, 'operator.changed'>['items'][number];

/** One line of the list of what came: what it was and what became of it. */
export interface Decided {
  readonly item: Waiting;
  readonly outcome: Outcome;
}

const MOST_DECIDED = 200;

export interface OperatorState {
  /** Oldest first. */
  readonly items: readonly Waiting[];
  /** Newest first: what is over. */
  readonly decided: readonly Decided[];
  /** Items whose decision is on its way. */
  readonly busy: ReadonlySet<string>;
  /** Why a decision was refused, by item, until the next one. */
  readonly refused: Readonly<Record<string, string>>;
  readonly load: () => Promise<void>;
  /** Resolves to whether it was taken; a refusal is kept beside the item. */
  readonly decide: (item: Waiting, decision: Decision) => Promise<boolean>;
  readonly dispose: () => void;
}

export type OperatorStore = StoreApi<OperatorState>;

export const keyOf = ({ server, id }: Pick<Waiting, 'server' | 'id'>): string => `${server} ${id}`;

export const isWaiting = (item: OperatorItem): boolean =>
  item.state === 'waiting' || item.state === 'ringing' || item.state === 'early';

export interface OperatorOptions {
  /** Wall clock in milliseconds. */
  readonly now: () => number;
}

/** What waits for a person at all interactive servers. */
export function createOperatorStore(backend: Backend<Workbench>, { now }: OperatorOptions): OperatorStore {
  return createStore<OperatorState>((set, get) => {
    const decisions = new Map<string, Decision>();

    const take = (items: readonly Waiting[]): void => {
      const present = new Set(items.map(keyOf));
      const over = get()
        .items.filter((item) => !present.has(keyOf(item)))
        .map((item): Decided => ({ item, outcome: outcomeOf(item, decisions.get(keyOf(item)), now()) }));
      for (const { item } of over) decisions.delete(keyOf(item));
      set({
        items,
        decided: [...over.reverse(), ...get().decided].slice(0, MOST_DECIDED),
        refused: Object.fromEntries(Object.entries(get().refused).filter(([key]) => present.has(key))),
      });
    };

    const stop = backend.on('operator.changed', ({ items }) => {
      take(items);
    });

    return {
      items: [],
      decided: [],
      busy: new Set<string>(),
      refused: {},
      load: async () => {
        take((await backend.call('operator.list', {})).items);
      },
      decide: async (item, decision) => {
        const key = keyOf(item);
        const before = decisions.get(key);
        decisions.set(key, decision);
        set({
          busy: new Set([...get().busy, key]),
          refused: Object.fromEntries(Object.entries(get().refused).filter(([k]) => k !== key)),
        });
        try {
          await backend.call('operator.decide', { server: item.server, item: item.id, decision });
          return true;
        } catch (error) {
          if (before === undefined) decisions.delete(key);
          else decisions.set(key, before);
          const message = error instanceof ContractError ? error.message : 'The server did not answer.';
          set({ refused: { ...get().refused, [key]: message } });
          return false;
        } finally {
          set({ busy: new Set([...get().busy].filter((k) => k !== key)) });
        }
      },
      dispose: stop,
    };
  });
}
