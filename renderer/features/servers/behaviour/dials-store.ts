import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Dials } from '../../../../app/contract/dials.ts';
import { ContractError } from '../../../../app/contract/errors.ts';
import type { Workbench } from '../../../../app/contract/workbench.ts';
import type { Backend } from '../../../../app/rpc/types.ts';

export type DialValue = Dials['values'][string];

export interface DialsState {
  /** As the server told last; undefined until it has answered. */
  readonly dials: Dials | undefined;
  /** Asked for and not answered yet, by option. */
  readonly pending: Readonly<Record<string, DialValue>>;
  /** Why a change was refused, by option, until the next one. */
  readonly refused: Readonly<Record<string, string>>;
  /** Why the dials could not be read. */
  readonly failed: string | undefined;
  readonly load: () => Promise<void>;
  /** Turns dials at once; while an answer is awaited, only the last value of each is kept for the next request. Never rejects. */
  readonly turn: (changes: Readonly<Record<string, DialValue>>) => Promise<void>;
}

export type DialsStore = StoreApi<DialsState>;

const sentenceOf = (error: unknown): string =>
  error instanceof ContractError ? error.message : 'The server did not answer.';

/** The dials of one running server: what is in force, what is on its way, and what was refused. */
export function createDialsStore(backend: Backend<Workbench>, id: string): DialsStore {
  return createStore<DialsState>((set, get) => {
    let flight: Promise<void> | undefined;

    const send = async (): Promise<void> => {
      for (;;) {
        const changes = get().pending;
        const keys = Object.keys(changes);
        if (keys.length === 0) return;
        try {
          set({ dials: await backend.call('dials.change', { id, changes }) });
        } catch (error) {
          const message = sentenceOf(error);
          set({
            refused: { ...get().refused, ...Object.fromEntries(keys.map((key) => [key, message])) },
          });
        }
        // What was turned again meanwhile goes out with the next round.
        set({
          pending: Object.fromEntries(
            Object.entries(get().pending).filter(([key, value]) => changes[key] !== value),
          ),
        });
      }
    };

    return {
      dials: undefined,
      pending: {},
      refused: {},
      failed: undefined,
      load: async () => {
        try {
          set({ dials: await backend.call('dials.read', { id }), failed: undefined });
        } catch (error) {
          set({ failed: sentenceOf(error) });
        }
      },
      turn: (changes) => {
        const keys = Object.keys(changes);
        set({
          pending: { ...get().pending, ...changes },
          refused: Object.fromEntries(Object.entries(get().refused).filter(([key]) => !keys.includes(key))),
        });
        flight ??= send().finally(() => {
          flight = undefined;
        });
        return flight;
      },
    };
  });
}
