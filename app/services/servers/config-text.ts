import { LineCounter, parseDocument, stringify } from 'yaml';
import { checkSiphondConfig } from '../../contract/server-config-check.ts';
import { ServerConfig } from '../../contract/server-config.ts';
import { SERVER_FIELDS, type ServerField } from '../../contract/server-fields.ts';

/** A configuration as text, and text as a configuration: the command line and the file that siphond takes. */

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const changedFields = (config: ServerConfig): readonly ServerField[] =>
  SERVER_FIELDS.filter((field) => !isEqual(config[field.key], field.default));

/** A word of a POSIX command line, quoted where the shell would read more into it. */
const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

function flagsOf(field: ServerField, value: ServerConfig[ServerField['key']]): readonly string[] {
  if (typeof value === 'boolean') return [value ? field.flag : field.flag.replace(/^--/, '--no-')];
  const values = Array.isArray(value) ? (value.length === 0 ? ['none'] : value) : [String(value)];
  return values.map((v) => `${field.flag} ${shellWord(v)}`);
}

/** The siphond command that starts the server; options that have their default are left out. */
export function toCommand(config: ServerConfig): string {
  const flags = changedFields(config).flatMap((field) => flagsOf(field, config[field.key]));
  return ['siphond', ...flags].join(' ');
}

/** The configuration file that starts the server; options that have their default are left out. */
export function toYaml(config: ServerConfig): string {
  const changed = changedFields(config).map(({ key }) => {
    const value = config[key];
    return [key, Array.isArray(value) && value.length === 0 ? 'none' : value] as const;
  });
  return changed.length === 0 ? '# every option has its default\n' : stringify(Object.fromEntries(changed));
}

export type ReadConfig =
  | { readonly isValid: true; readonly config: ServerConfig }
  /** One sentence, with line and column where the text is no YAML. */
  | { readonly isValid: false; readonly problem: string };

/** Reads a siphond configuration file, YAML or JSON (which is YAML); what concerns the process around the server is left out. */
export function fromYaml(text: string): ReadConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    return { isValid: false, problem: `line ${line}, column ${col}: ${error.message.split('\n')[0] ?? ''}` };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (bomb) {
    return { isValid: false, problem: bomb instanceof Error ? bomb.message : String(bomb) };
  }
  if (typeof value === 'object' && value !== null && 'servers' in value)
    return {
      isValid: false,
      problem: 'it lists several servers, which siphond --config starts; here, open one at a time',
    };
  const checked = checkSiphondConfig(value);
  if (!checked.isValid) return { isValid: false, problem: checked.problems[0].message };
  const own = Object.fromEntries(SERVER_FIELDS.map(({ key }) => [key, checked.config[key]]));
  return { isValid: true, config: ServerConfig.parse(own) };
}
