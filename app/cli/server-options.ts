import { Option } from 'commander';
import { checkSiphondConfig } from '../contract/server-config-check.ts';
import type { SiphondConfig } from '../contract/server-config.ts';
import { SIPHOND_FIELDS, type SiphondField } from '../contract/server-fields.ts';
import { usageError } from './io.ts';

/** Where a value came from; the order is the precedence, strongest first. */
export const ORIGINS = ['flag', 'file', 'environment', 'default'] as const;
export type Origin = (typeof ORIGINS)[number];

type Values = Readonly<Record<string, unknown>>;

/** Options a variable of the environment sets; `read` makes a value of the option of what is written there. */
const ENVIRONMENT: readonly {
  readonly variable: string;
  readonly key: keyof SiphondConfig;
  readonly read: (text: string) => unknown;
}[] = [
  { variable: 'SIPHON_LOG', key: 'logLevel', read: (text) => text },
  {
    variable: 'SIPHON_TLS12_ONLY',
    key: 'tlsMax',
    read: (text) => (isOn('SIPHON_TLS12_ONLY', text) ? '1.2' : undefined),
  },
];
const variableOf = (key: string): string => ENVIRONMENT.find((e) => e.key === key)?.variable ?? key;

/** A switch in the environment. @throws CliError 2 in one sentence. */
function isOn(variable: string, text: string): boolean {
  if (/^(1|true)$/i.test(text)) return true;
  if (/^(0|false)$/i.test(text)) return false;
  throw usageError(`${variable}: expected 1 or 0, not ${text}`);
}

/** Repeats of a list flag add up. */
const append = (value: string, earlier: readonly string[] | undefined): readonly string[] => [
  ...(earlier ?? []),
  value,
];

/** The flags of one option: booleans take `--x` and `--no-x` (rewriteBooleans adds the `=` forms). */
export function toFlags(field: SiphondField): readonly Option[] {
  const shown = Array.isArray(field.default) ? field.default.join(', ') || 'none' : String(field.default);
  const help = `${field.description} (default: ${shown})`;
  switch (field.kind) {
    case 'boolean':
      return [new Option(field.flag, help), new Option(field.flag.replace(/^--/, '--no-')).hideHelp()];
    case 'list':
      return [new Option(`${field.flag} <${field.placeholder ?? 'VALUE'}>`, help).argParser(append)];
    case 'choice':
      return [new Option(`${field.flag} <${field.choices.join('|')}>`, help)];
    case 'number':
    case 'text':
      return [new Option(`${field.flag} <${field.placeholder ?? 'TEXT'}>`, help)];
  }
}

/** A number written on the command line or in the environment; other text stays text, for the schema to refuse. */
const fromText = (field: SiphondField | undefined, value: unknown): unknown =>
  field?.kind === 'number' && typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;

function fromEnvironment(env: Readonly<Record<string, string | undefined>>): Values {
  const set = ENVIRONMENT.flatMap(({ variable, key, read }) => {
    const text = env[variable];
    const value = text === undefined || text === '' ? undefined : read(text);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(set);
}

/** A configuration with the origin of every value. */
export interface ResolvedConfig {
  readonly config: SiphondConfig;
  readonly origins: Readonly<Record<keyof SiphondConfig, Origin>>;
}

/** What options come from. */
export interface ConfigSources {
  readonly flags: Values;
  readonly file: Values;
  /** Names the file in error messages. */
  readonly filePath: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Merges flags over file over environment over defaults.
 * @throws CliError 2 with one sentence that names the flag, the key of the file or the variable.
 */
export function resolveConfig(sources: ConfigSources): ResolvedConfig {
  const flags = Object.fromEntries(
    SIPHOND_FIELDS.filter((f) => sources.flags[f.key] !== undefined).map((f) => [
      f.key,
      fromText(f, sources.flags[f.key]),
    ]),
  );
  const env = fromEnvironment(sources.env);
  const checked = checkSiphondConfig({ ...env, ...sources.file, ...flags });
  const originOf = (key: string): Origin =>
    key in flags ? 'flag' : key in sources.file ? 'file' : key in env ? 'environment' : 'default';
  if (!checked.isValid) {
    const [{ key, message }] = checked.problems;
    const field = SIPHOND_FIELDS.find((f) => f.key === key);
    if (field === undefined) throw usageError(`${sources.filePath ?? 'configuration'}: ${message}`);
    const byFlag = message.replace(`${field.key}:`, `${field.flag}:`);
    throw usageError(
      {
        flag: byFlag,
        file: `${sources.filePath ?? 'configuration'}: ${message}`,
        environment: message.replace(`${field.key}:`, `${variableOf(field.key)}:`),
        // What contradicts something else, and may be left out itself.
        default: byFlag,
      }[originOf(field.key)],
    );
  }
  const origins = Object.fromEntries(SIPHOND_FIELDS.map((f) => [f.key, originOf(f.key)]));
  return { config: checked.config, origins: origins as ResolvedConfig['origins'] };
}
