import { closest } from '../../contract/closest.ts';
import { readDuration, writeDuration } from '../../contract/duration.ts';
import { SERVER_FIELDS, type ServerField } from '../../contract/server-fields.ts';
import { usageError } from '../io.ts';

/** Dials as they are written in a terminal: `answer-delay=2s`, `auth=on`, `override=INVITE=486*2`. */

const DIALS = SERVER_FIELDS.filter((field) => field.isDial === true);

/** What stands for a dial: its flag without dashes, and without the unit, which the value carries. */
export const dialName = ({ flag, unit }: Pick<ServerField, 'flag' | 'unit'>): string =>
  unit === undefined ? flag.slice(2) : flag.slice(2).replace(new RegExp(`-${unit}$`), '');

/** The dial of a key of the contract. */
export const dialOf = (key: string): ServerField | undefined => DIALS.find((field) => field.key === key);

/** A value for people. */
export function dialText(field: ServerField | undefined, value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number' && field?.unit !== undefined) return writeDuration(value, field.unit);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return String(value);
}

/** What a command line asks for. */
export interface DialWords {
  /** Id or name of the node; undefined when it is not said. */
  readonly node: string | undefined;
  /** By key. */
  readonly changes: Readonly<Record<string, unknown>>;
}

/**
 * Reads `[NODE] [DIAL=VALUE ...]`. The values of a list add up; `none` empties it.
 * @throws CliError 2 in one sentence.
 */
export function readDialWords(words: readonly string[]): DialWords {
  const [first] = words;
  const node = first === undefined || first.includes('=') ? undefined : first;
  const changes: Record<string, unknown> = {};
  for (const word of node === undefined ? words : words.slice(1)) {
    const [, name = '', text = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    if (name === '') throw usageError(`${word} is no dial with a value, such as answer-delay=2s`);
    const field = fieldOf(name);
    changes[field.key] = field.kind === 'list' ? added(changes[field.key], text) : valueOf(field, text);
  }
  return { node, changes };
}

const added = (earlier: unknown, text: string): readonly unknown[] =>
  text === 'none' ? [] : [...(Array.isArray(earlier) ? (earlier as unknown[]) : []), text];

function fieldOf(name: string): ServerField {
  const wanted = name.replace(/^--/, '');
  const found = DIALS.find((field) => [dialName(field), field.flag.slice(2), field.key].includes(wanted));
  if (found !== undefined) return found;
  const near = closest(wanted, DIALS.map(dialName));
  throw usageError(
    `${name} is no dial${near === undefined ? '; sipctl dials without a value shows them' : `; did you mean ${near}?`}`,
  );
}

const SWITCH: Readonly<Record<string, boolean>> = { on: true, true: true, off: false, false: false };

function valueOf(field: ServerField, text: string): unknown {
  switch (field.kind) {
    case 'boolean': {
      const isOn = SWITCH[text.toLowerCase()];
      if (isOn === undefined) throw usageError(`${dialName(field)}: expected on or off, not ${text}`);
      return isOn;
    }
    case 'number': {
      const value = field.unit === undefined ? Number(text) : readDuration(text, field.unit);
      const { min = -Infinity, max = Infinity } = field;
      if (!Number.isInteger(value))
        throw usageError(`${dialName(field)}: expected ${figureOf(field)}, not ${text}`);
      if (value < min || value > max)
        throw usageError(
          `${dialName(field)}: expected ${dialText(field, min)} to ${dialText(field, max)}, not ${text}`,
        );
      return value;
    }
    case 'choice':
    case 'list':
    case 'text':
      return text;
  }
}

const figureOf = ({ unit }: ServerField): string =>
  unit === undefined
    ? 'a whole number'
    : `a time in whole ${unit}, such as ${unit === 's' ? '90s or 30min' : '700ms or 2s'}`;
