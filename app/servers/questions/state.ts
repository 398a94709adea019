import type { Clock } from '../../../stack/core/clock.ts';
import type { Disposable } from '../../../stack/core/emitter.ts';
import type { Transport } from '../../../stack/transport/transport.ts';
import { ContractError } from '../../contract/errors.ts';
import type { StateAction } from '../../contract/state.ts';
import type { Serving } from '../serving.ts';
import { connectionsOf, dropConnection } from '../state/connections.ts';
import { dialogsOf, endDialog } from '../state/dialogs.ts';
import type { NotedResolver } from '../state/lookups.ts';
import { expireBinding, registrationsOf } from '../state/registrations.ts';
import { endSubscription, notifyNow, subscriptionsOf } from '../state/subscriptions.ts';
import { TransactionWatch } from '../state/transactions.ts';
import type { Answers } from './questions.ts';

/** What is looked at. */
export interface StateMeans {
  readonly clock: Clock;
  readonly serving: Serving;
  readonly transports: readonly Transport[];
  readonly resolver: Pick<NotedResolver, 'lookups'>;
}

type StateAnswers = Pick<Answers, 'state.read' | 'state.act'>;

/** Who does each action, or nothing compiles. */
type Actions = {
  readonly [K in StateAction['kind']]: (
    action: Extract<StateAction, { kind: K }>,
    means: StateMeans,
  ) => Promise<void> | void;
};

const ACTIONS: Actions = {
  'expire-binding': ({ aor, contact }, { serving }) => {
    const { registrar } = serving.mode;
    if (registrar === undefined)
      throw new ContractError('not-found', 'This server keeps no registrations in its mode.');
    return expireBinding(registrar, aor, contact);
  },
  'end-dialog': ({ id, how }, { serving }) => {
    endDialog(serving.agent, id, how);
  },
  'drop-connection': ({ id }, { transports }) => {
    dropConnection(transports, id);
  },
  notify: ({ id }, { serving }) => {
    notifyNow(serving.agent, id);
  },
  'end-subscription': ({ id, reason }, { serving }) => {
    endSubscription(serving.agent, id, reason);
  },
};

const NO_REGISTRATIONS = { total: 0, rows: [] };

/** Reads what a node holds, and does what a person asks of a row. */
export function answerState(means: StateMeans): StateAnswers & Disposable {
  const { clock, serving, transports, resolver } = means;
  const { agent, mode } = serving;
  const transactions = new TransactionWatch(clock, agent.context.layer);
  return {
    'state.read': async () => ({
      atMs: clock.wallMs(),
      registrations:
        mode.registrar === undefined ? NO_REGISTRATIONS : await registrationsOf(mode.registrar.store),
      dialogs: dialogsOf(agent, mode.bridge),
      transactions: transactions.read(),
      subscriptions: subscriptionsOf(agent),
      connections: connectionsOf(transports, clock),
      lookups: resolver.lookups(),
    }),
    'state.act': async (action) => {
      // The table has an entry of the right kind for each kind of action.
      await (ACTIONS[action.kind] as (action: StateAction, means: StateMeans) => Promise<void> | void)(
        action,
        means,
      );
      return undefined;
    },
    dispose: () => {
      transactions.dispose();
    },
  };
}
