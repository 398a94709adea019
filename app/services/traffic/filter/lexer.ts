import { FilterError } from './filter-error.ts';

/** Half-open range of characters of the filter text. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export interface Token extends Place {
  /** A sign is one of `== != <= >= < > ~ && || ! ( ) { } ,`. */
  readonly kind: 'word' | 'string' | 'sign' | 'end';
  /** Of a string: without quotes and escapes. */
  readonly text: string;
}

const SIGNS = ['==', '!=', '<=', '>=', '&&', '||', '<', '>', '~', '!', '(', ')', '{', '}', ','] as const;
const QUOTES: ReadonlySet<string> = new Set(['"', "'"]);
const SPACE = /\s/;

/** The tokens of a filter text, ended by one of kind 'end'. Anything that is no sign, quote or space is part of a word. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (SPACE.test(char)) {
      at += 1;
      continue;
    }
    const sign = signAt(text, at);
    const token: Token = sign
      ? { kind: 'sign', text: sign, start: at, end: at + sign.length }
      : QUOTES.has(char)
        ? stringAt(text, at)
        : wordAt(text, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', start: text.length, end: text.length });
  return tokens;
}

const signAt = (text: string, at: number): string | undefined =>
  SIGNS.find((sign) => text.startsWith(sign, at));

function wordAt(text: string, start: number): Token {
  let end = start + 1;
  while (
    end < text.length &&
    !SPACE.test(text.charAt(end)) &&
    !signAt(text, end) &&
    !QUOTES.has(text.charAt(end))
  ) {
    end += 1;
  }
  return { kind: 'word', text: text.slice(start, end), start, end };
}

function stringAt(text: string, start: number): Token {
  const quote = text.charAt(start);
  let value = '';
  let at = start + 1;
  for (; at < text.length && text.charAt(at) !== quote; at += 1) {
    // Only quotes and the backslash itself need escapes; `\d` of a pattern stays as it is.
    if (text.charAt(at) === '\\' && (text.charAt(at + 1) === quote || text.charAt(at + 1) === '\\')) at += 1;
    value += text.charAt(at);
  }
  if (at >= text.length) {
    throw new FilterError(`The text has no closing ${quote}.`, { start, end: text.length });
  }
  return { kind: 'string', text: value, start, end: at + 1 };
}
