import { ContractError } from '../../contract/errors.ts';
import type { Answers } from './questions.ts';

/** Shows an operator what waits, and does what was decided. */
export function answerOperator(): Pick<Answers, 'operator.list' | 'operator.decide'> {
  return {
    'operator.list': () => [],
    'operator.decide': () => {
      throw new ContractError('gone', 'That is over already.');
    },
  };
}
