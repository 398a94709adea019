import { ContractError } from '../../app/contract/errors.ts';
import type { NodeState, StateAction } from '../../app/contract/state.ts';

/** What a fake server holds: read as it is, changed by actions as a node would. */
export interface FakeState {
  readonly read: () => NodeState;
  /** Replaces tables. */
  readonly set: (change: Partial<NodeState>) => void;
  readonly act: (action: StateAction) => void;
}

/** A table with all its rows. */
export const full = <T>(rows: readonly T[]): { total: number; rows: T[] } => ({
  total: rows.length,
  rows: [...rows],
});

export function createFakeState(initial: Partial<NodeState> = {}): FakeState {
  let state: NodeState = {
    atMs: Date.now(),
    registrations: full([]),
    dialogs: full([]),
    transactions: full([]),
    subscriptions: full([]),
    connections: full([]),
    lookups: full([]),
    ...initial,
  };
  const set = (change: Partial<NodeState>): void => {
    state = { ...state, ...change };
  };
  const gone = (what: string): never => {
    throw new ContractError('gone', `That ${what} is over already.`);
  };
  const act = (action: StateAction): void => {
    switch (action.kind) {
      case 'expire-binding': {
        const { aor, contact } = action;
        const left = state.registrations.rows.filter(
          (r) => r.aor !== aor || (contact !== undefined && r.contact !== contact),
        );
        if (left.length === state.registrations.rows.length) gone('binding');
        set({ registrations: full(left) });
        break;
      }
      case 'end-dialog': {
        const left = state.dialogs.rows.filter(({ id }) => id !== action.id);
        if (left.length === state.dialogs.rows.length) gone('dialog');
        set({ dialogs: full(left) });
        break;
      }
      case 'drop-connection':
        set({ connections: full(state.connections.rows.filter(({ id }) => id !== action.id)) });
        break;
      case 'notify':
        set({
          subscriptions: full(
            state.subscriptions.rows.map((s) =>
              s.id === action.id ? { ...s, notifies: s.notifies + 1 } : s,
            ),
          ),
        });
        break;
      case 'end-subscription':
        set({ subscriptions: full(state.subscriptions.rows.filter(({ id }) => id !== action.id)) });
        break;
    }
  };
  return { read: () => ({ ...state, atMs: Date.now() }), set, act };
}
