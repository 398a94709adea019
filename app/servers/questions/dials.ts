import { checkServerConfig } from '../../contract/server-config-check.ts';
import { ContractError } from '../../contract/errors.ts';
import type { Dials } from '../../contract/dials.ts';
import { SERVER_FIELDS } from '../../contract/server-fields.ts';
import type { Serving } from '../serving.ts';
import type { Answers } from './questions.ts';

/** The options that can be turned while a server runs, in the order of the schema. */
const DIALS = SERVER_FIELDS.filter((field) => field.isDial === true);

/** Reads and turns the dials of a server. */
export function answerDials(serving: Serving): Pick<Answers, 'dials.read' | 'dials.change'> {
  const read = (): Dials => {
    const { config } = serving;
    const served = DIALS.filter(({ modes }) => modes?.includes(config.mode) !== false);
    return {
      values: Object.fromEntries(served.map(({ key }) => [key, config[key]])),
      ...serving.misdeeds.read(),
    };
  };
  return {
    'dials.read': read,
    'dials.change': (changes) => {
      for (const key of Object.keys(changes))
        if (!DIALS.some((field) => field.key === key))
          throw new ContractError(
            'invalid-config',
            `${key} is no dial: it cannot be changed while the server runs.`,
          );
      const checked = checkServerConfig({ ...serving.config, ...changes });
      if (!checked.isValid)
        throw new ContractError('invalid-config', checked.problems[0].message, {
          problems: checked.problems,
        });
      serving.reconfigure(checked.config);
      return read();
    },
  };
}
