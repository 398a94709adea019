import type { z } from 'zod';
import { closest } from './closest.ts';
import { MODE_ALIASES, ServerConfig, SiphondConfig } from './server-config.ts';
import { type ConfigProblem, contradictions } from './server-config/contradictions.ts';
import { type ConfigField, SERVER_FIELDS, SIPHOND_FIELDS } from './server-fields.ts';

export type { ConfigProblem } from './server-config/contradictions.ts';

export type CheckedConfig<C> =
  | { readonly isValid: true; readonly config: C }
  | { readonly isValid: false; readonly problems: readonly [ConfigProblem, ...ConfigProblem[]] };

/** Accepts what people write: mode aliases, `none` for an empty list, one listener without a list. */
function normalise(fields: readonly ConfigField[], input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const result: Record<string, unknown> = { ...input };
  if (typeof result['mode'] === 'string') result['mode'] = MODE_ALIASES[result['mode']] ?? result['mode'];
  for (const field of fields) {
    const value = result[field.key];
    if (field.kind !== 'list' || value === undefined) continue;
    const list: unknown[] = Array.isArray(value) ? value : [value];
    result[field.key] = list.length === 1 && list[0] === 'none' ? [] : list;
  }
  return result;
}

const expected = (field: ConfigField | undefined, fallback: string): string => {
  switch (field?.kind) {
    case 'boolean':
      return 'expected true or false';
    case 'choice':
      return `expected ${field.choices.join(' or ')}`;
    case 'number':
      return `expected a whole number from ${field.min} to ${field.max}`;
    case 'list':
    case 'text':
    case undefined:
      return fallback;
  }
};

function check<C>(schema: z.ZodType<C>, fields: readonly ConfigField[], input: unknown): CheckedConfig<C> {
  const result = schema.safeParse(normalise(fields, input));
  if (result.success) {
    const [first, ...others] = contradictions(result.data as ServerConfig);
    if (first === undefined) return { isValid: true, config: result.data };
    return { isValid: false, problems: [first, ...others] };
  }
  const problems = result.error.issues.flatMap((issue): ConfigProblem[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => {
        const known = closest(
          key,
          fields.map((f) => f.key),
        );
        const hint = known === undefined ? '' : `; did you mean ${known}?`;
        return { key: undefined, index: undefined, message: `unknown option ${key}${hint}` };
      });
    const [key, index] = issue.path;
    if (typeof key !== 'string')
      return [
        { key: undefined, index: undefined, message: 'a configuration is a list of options and values' },
      ];
    const field = fields.find((f) => f.key === key);
    return [
      {
        key,
        index: typeof index === 'number' ? index : undefined,
        message: `${key}: ${expected(field, issue.message)}`,
      },
    ];
  });
  const [first, ...rest] = problems;
  return {
    isValid: false,
    problems: [
      first ?? { key: undefined, index: undefined, message: 'the configuration is not valid' },
      ...rest,
    ],
  };
}

/**
 * Checks a server's configuration from any source and fills in the defaults; never throws.
 * @returns the configuration, or one sentence for each thing that is wrong, the first being the one to show when there is room for one.
 */
export const checkServerConfig = (input: unknown): CheckedConfig<ServerConfig> =>
  check(ServerConfig, SERVER_FIELDS, input);

/** The same for what siphond takes: a server and the process around it. */
export const checkSiphondConfig = (input: unknown): CheckedConfig<SiphondConfig> =>
  check(SiphondConfig, SIPHOND_FIELDS, input);
