import { ContractError } from '../../contract/errors.ts';
import type { Serving } from '../serving.ts';
import type { Answers } from './questions.ts';

/** Shows an operator what waits, and does what was decided. */
export function answerOperator({ mode }: Serving): Pick<Answers, 'operator.list' | 'operator.decide'> {
  return {
    'operator.list': () => mode.desk?.list() ?? [],
    'operator.decide': ({ item, decision }) => {
      if (mode.desk === undefined)
        throw new ContractError('gone', 'Nothing waits here: only a server of mode interactive asks.');
      mode.desk.decide(item, decision);
      return undefined;
    },
  };
}
