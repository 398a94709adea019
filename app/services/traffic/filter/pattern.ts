import { FilterError } from './filter-error.ts';
import type { Literal } from './ast.ts';

/*
 * `matches` runs a regular expression a person typed, and JavaScript's engine can take exponential time over some. So patterns are limited:
 * at most 200 characters, no back references, no repeated group that contains a repetition or alternatives (the exponential ones), and at
 * most three open-ended repetitions, over the first 512 characters of a value (the polynomial ones). A pattern that still takes more than
 * 50 ms for one value is given up, and the filter says so.
 */

const MAX_PATTERN = 200;
const MAX_REPETITIONS = 3;
const MAX_SUBJECT = 512;
const MAX_MS = 50;

/**
 * A test of texts against a pattern, not minding case, as Wireshark's `matches`.
 * @throws FilterError when the pattern is not allowed; its test throws one when it takes too long.
 */
export function compilePattern(literal: Literal): (value: string) => boolean {
  const problem = problemOf(literal.text);
  if (problem) throw new FilterError(problem, literal);
  const pattern = new RegExp(literal.text, 'i');
  return (value) => {
    const startMs = performance.now();
    const isMatch = pattern.test(value.length > MAX_SUBJECT ? value.slice(0, MAX_SUBJECT) : value);
    if (performance.now() - startMs > MAX_MS) {
      throw new FilterError('This pattern takes too long: use fewer repetitions.', literal);
    }
    return isMatch;
  };
}

function problemOf(source: string): string | undefined {
  if (source.length > MAX_PATTERN) return `A pattern has at most ${MAX_PATTERN} characters.`;
  try {
    new RegExp(source, 'i');
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*\/i?: /, '') : 'it cannot be read';
    return `This is no regular expression: ${reason}.`;
  }
  return slowness(source);
}

interface Group {
  hasRepetition: boolean;
  hasAlternatives: boolean;
}

/** What about the pattern could take very long. Escapes and classes are skipped: they are one character wide. */
function slowness(source: string): string | undefined {
  const groups: Group[] = [{ hasRepetition: false, hasAlternatives: false }];
  let closed: Group | undefined;
  let repetitions = 0;
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at);
    const inner = groups.at(-1);
    const isRepetition = char === '*' || char === '+' || /^\{\d+,?\d*\}/.test(source.slice(at, at + 12));
    if (isRepetition && closed && (closed.hasRepetition || closed.hasAlternatives)) {
      return 'A repeated group must not contain repetitions or alternatives itself.';
    }
    closed = undefined;
    if (isRepetition) {
      repetitions += 1;
      if (inner) inner.hasRepetition = true;
    } else if (char === '\\') {
      at += 1;
      if (/[1-9k]/.test(source.charAt(at))) return 'Back references are not supported.';
    } else if (char === '[') {
      at = classEnd(source, at);
    } else if (char === '|' && inner) {
      inner.hasAlternatives = true;
    } else if (char === '(') {
      groups.push({ hasRepetition: false, hasAlternatives: false });
    } else if (char === ')') {
      closed = groups.pop();
      const outer = groups.at(-1);
      if (outer && closed?.hasRepetition) outer.hasRepetition = true;
      if (outer && closed?.hasAlternatives) outer.hasAlternatives = true;
    }
  }
  return repetitions > MAX_REPETITIONS
    ? `A pattern has at most ${MAX_REPETITIONS} repetitions (* + {n,}).`
    : undefined;
}

function classEnd(source: string, open: number): number {
  let at = open + 1;
  while (at < source.length && source.charAt(at) !== ']') at += source.charAt(at) === '\\' ? 2 : 1;
  return at;
}
