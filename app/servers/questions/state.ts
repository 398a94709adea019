import type { Clock } from '../../../stack/core/clock.ts';
import { ContractError } from '../../contract/errors.ts';
import type { Answers } from './questions.ts';

const NONE = { total: 0, rows: [] };

/** Reads what a node holds, and does what a person asks of a row. */
export function answerState(clock: Clock): Pick<Answers, 'state.read' | 'state.act'> {
  return {
    'state.read': () => ({
      atMs: clock.wallMs(),
      registrations: NONE,
      dialogs: NONE,
      transactions: NONE,
      subscriptions: NONE,
      connections: NONE,
      lookups: NONE,
    }),
    'state.act': () => {
      throw new ContractError('gone', 'That is over already.');
    },
  };
}
