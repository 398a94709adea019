import { decodeText, encodeText } from '../../../../stack/message/octets.ts';
import { DIALOG_STATES } from '../../../contract/traffic.ts';
import { parseIp } from '../pcapng/ip-address.ts';
import type { Literal, Operator } from './ast.ts';
import { closest } from '../../../contract/closest.ts';
import { FilterError } from './filter-error.ts';
import { compilePattern } from './pattern.ts';

/*
 * What the values of a field are, and so which operators and literals fit. Field values are octet text or numbers, as the records hold them.
 */

export type FieldValue = string | number;
export type ValueTest = (value: FieldValue) => boolean;
export type FieldType =
  'text' | 'word' | 'number' | 'seconds' | 'milliseconds' | 'address' | 'state' | 'flag';

interface TypeRules {
  readonly operators: readonly Operator[];
  /** The test for one operator and one literal. @throws FilterError */
  readonly test: (field: string, operator: Operator, literal: Literal) => ValueTest;
}

const EQUALITY = ['==', '!=', 'in'] as const;
const ORDER = ['<', '<=', '>', '>='] as const;
const SEARCH = ['contains', 'matches'] as const;

/** One entry a type. */
export const FIELD_TYPES: Readonly<Record<FieldType, TypeRules>> = {
  text: { operators: [...EQUALITY, ...ORDER, ...SEARCH], test: (_, o, l) => textTest(o, l, (text) => text) },
  word: {
    operators: [...EQUALITY, ...SEARCH],
    test: (_, o, l) => textTest(o, l, (text) => text.toLowerCase()),
  },
  number: { operators: [...EQUALITY, ...ORDER], test: (f, o, l) => ordered(o, numberOf(f, l)) },
  seconds: { operators: [...EQUALITY, ...ORDER], test: (f, o, l) => ordered(o, spanOf(f, l, 1000)) },
  milliseconds: { operators: [...EQUALITY, ...ORDER], test: (f, o, l) => ordered(o, spanOf(f, l, 1)) },
  address: { operators: [...EQUALITY, ...SEARCH], test: (_, o, l) => addressTest(o, l) },
  state: { operators: [...EQUALITY, ...SEARCH], test: (f, o, l) => stateTest(f, o, l) },
  flag: { operators: EQUALITY, test: (f, o, l) => ordered(o, flagOf(f, l)) },
};

type Compare<T> = (value: T, wanted: T) => boolean;
const COMPARE: Readonly<Record<(typeof ORDER)[number], Compare<FieldValue>>> = {
  '<': (value, wanted) => value < wanted,
  '<=': (value, wanted) => value <= wanted,
  '>': (value, wanted) => value > wanted,
  '>=': (value, wanted) => value >= wanted,
};

/** `!=` is the equality here: that no value of the dialog passes it is decided where all values are seen. */
function ordered(operator: Operator, wanted: FieldValue): ValueTest {
  if (operator === '<' || operator === '<=' || operator === '>' || operator === '>=') {
    const compare = COMPARE[operator];
    return (value) => compare(value, wanted);
  }
  return (value) => value === wanted;
}

function textTest(operator: Operator, literal: Literal, fold: (text: string) => string): ValueTest {
  if (operator === 'matches') {
    const pattern = compilePattern(literal);
    return (value) => pattern(decodeText(String(value)));
  }
  const wanted = fold(encodeText(literal.text));
  if (operator === 'contains') return (value) => fold(String(value)).includes(wanted);
  const test = ordered(operator, wanted);
  return (value) => test(fold(String(value)));
}

const numberOf = (field: string, literal: Literal): number => {
  const value = /^(0x[\da-f]+|-?\d+(\.\d+)?)$/i.test(literal.text) ? Number(literal.text) : NaN;
  if (Number.isNaN(value)) throw new FilterError(`${field} is a number, "${literal.text}" is none.`, literal);
  return value;
};

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** A span of time in milliseconds; `unitMs` is what a bare number counts. */
function spanOf(field: string, literal: Literal, unitMs: number): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|min|h)?$/.exec(literal.text) ?? [];
  if (digits === undefined) {
    throw new FilterError(
      `${field} is a span of time such as 500ms, 2s or 3min, "${literal.text}" is none.`,
      literal,
    );
  }
  return Number(digits) * (unit === undefined ? unitMs : (UNIT_MS[unit] ?? unitMs));
}

function flagOf(field: string, literal: Literal): number {
  const text = literal.text.toLowerCase();
  if (text === 'true' || text === '1') return 1;
  if (text === 'false' || text === '0') return 0;
  throw new FilterError(`${field} is true or false, not "${literal.text}".`, literal);
}

/** "in call", "in-call" and "In_Call" are the same state. */
const plainState = (text: string): string => text.toLowerCase().replace(/[\s_]+/g, '-');

function stateTest(field: string, operator: Operator, literal: Literal): ValueTest {
  if (operator === 'contains' || operator === 'matches') return textTest(operator, literal, (text) => text);
  const wanted = plainState(literal.text);
  const state = DIALOG_STATES.find((name) => name === wanted || name.replaceAll('-', '') === wanted);
  if (!state) {
    const meant = closest(wanted, DIALOG_STATES);
    const hint = meant ? `did you mean ${meant}?` : `there are ${DIALOG_STATES.join(', ')}.`;
    throw new FilterError(`"${literal.text}" is no ${field}: ${hint}`, literal);
  }
  return (value) => value === state;
}

/** Addresses are equal however they are spelled; `10.0.0.0/8` is a whole subnet. */
function addressTest(operator: Operator, literal: Literal): ValueTest {
  if (operator === 'contains' || operator === 'matches') return textTest(operator, literal, (text) => text);
  const [host = '', prefix] = literal.text.split('/');
  const wanted = parseIp(host);
  if (!wanted) {
    if (prefix !== undefined)
      throw new FilterError(`"${literal.text}" is no subnet such as 10.0.0.0/8.`, literal);
    return (value) => String(value).toLowerCase() === literal.text.toLowerCase();
  }
  const bits = prefix === undefined ? wanted.length * 8 : Number(prefix);
  if (!(Number.isInteger(bits) && bits >= 0 && bits <= wanted.length * 8)) {
    throw new FilterError(`The subnet has 0 to ${wanted.length * 8} bits, not "${prefix ?? ''}".`, literal);
  }
  const known = new Map<FieldValue, boolean>();
  return (value) => {
    let isIn = known.get(value);
    if (isIn === undefined) {
      if (known.size > 10_000) known.clear();
      isIn = hasPrefix(parseIp(String(value)), wanted, bits);
      known.set(value, isIn);
    }
    return isIn;
  };
}

function hasPrefix(ip: Uint8Array | undefined, wanted: Uint8Array, bits: number): boolean {
  if (ip?.length !== wanted.length) return false;
  return wanted.every((octet, i) => {
    const mask = 0xff00 >> Math.min(8, Math.max(0, bits - i * 8));
    return ((octet ^ (ip[i] ?? 0)) & mask & 0xff) === 0;
  });
}
