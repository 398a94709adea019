import type { Expression, Literal, Operator } from './ast.ts';
import { FilterError } from './filter-error.ts';
import { tokenize, type Place, type Token } from './lexer.ts';

/*
 * or      := and (("||" | "or") and)*
 * and     := not (("&&" | "and" | nothing) not)*
 * not     := ("!" | "not") not | "(" or ")" | clause
 * clause  := field operator value | field "in" "{" value* "}" | ("host" | "port") value | word | string
 *
 * Words next to each other must all be found, as in any search box. A word is a field when an operator follows, or when it is the whole
 * name of one.
 */

const OPERATOR_WORDS: Readonly<Record<string, Operator>> = {
  '==': '==',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '~': 'matches',
  '=': '==',
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  contains: 'contains',
  matches: 'matches',
  in: 'in',
};
/** tcpdump's way: `host 10.0.0.1`. */
const PREFIX_FIELDS: ReadonlySet<string> = new Set(['host', 'port']);
const MAX_DEPTH = 50;

/**
 * Reads a filter; undefined when there is nothing in it.
 * @throws FilterError
 */
export function parseFilter(text: string, isField: (name: string) => boolean): Expression | undefined {
  const parser = new Parser(tokenize(text), isField);
  return parser.whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #isField: (name: string) => boolean;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], isField: (name: string) => boolean) {
    this.#tokens = tokens;
    this.#isField = isField;
  }

  whole(): Expression | undefined {
    if (this.#next.kind === 'end') return undefined;
    const expression = this.#or();
    const rest = this.#next;
    if (rest.kind !== 'end') throw new FilterError(`Nothing belongs before this "${rest.text}".`, rest);
    return expression;
  }

  get #next(): Token {
    return this.#peek(0);
  }

  #peek(ahead: number): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
    if (!token) throw new Error('a token list ends with an end');
    return token;
  }

  #take(): Token {
    const token = this.#next;
    this.#at += 1;
    return token;
  }

  #isNext(...texts: readonly string[]): boolean {
    const { kind, text } = this.#next;
    return (kind === 'sign' || kind === 'word') && texts.includes(text.toLowerCase());
  }

  #or(): Expression {
    const parts = [this.#and()];
    while (this.#isNext('||', 'or')) {
      this.#take();
      parts.push(this.#and());
    }
    return join('or', parts);
  }

  #and(): Expression {
    const parts = [this.#not()];
    for (;;) {
      if (this.#isNext('&&', 'and')) this.#take();
      else if (this.#next.kind === 'end' || this.#isNext('||', 'or', ')')) return join('and', parts);
      parts.push(this.#not());
    }
  }

  #not(): Expression {
    if (++this.#depth > MAX_DEPTH) throw new FilterError('The filter is nested too deeply.', this.#next);
    try {
      if (this.#isNext('!', 'not')) {
        const { start } = this.#take();
        const part = this.#not();
        return { kind: 'not', part, start, end: part.end };
      }
      return this.#isNext('(') ? this.#group() : this.#clause();
    } finally {
      this.#depth -= 1;
    }
  }

  #group(): Expression {
    const open = this.#take();
    const inner = this.#or();
    const close = this.#next;
    if (!this.#isNext(')')) throw new FilterError('This "(" has no closing ")".', open);
    this.#take();
    return { ...inner, start: open.start, end: close.end };
  }

  #clause(): Expression {
    const token = this.#take();
    const { start, end, text } = token;
    if (token.kind === 'end') {
      throw new FilterError(
        'The filter ends too early: a field, a word or a text in quotes is missing.',
        visible(token),
      );
    }
    if (token.kind === 'sign') {
      throw new FilterError(`A field, a word or a text in quotes belongs before "${text}".`, token);
    }
    const operator = this.#operator(token);
    if (operator) return this.#comparison(token, operator);
    if (token.kind === 'word' && PREFIX_FIELDS.has(text.toLowerCase()) && this.#isValue()) {
      const value = this.#take();
      return { kind: 'comparison', field: token, operator: '==', values: [value], start, end: value.end };
    }
    if (token.kind === 'word' && this.#isField(text)) return { kind: 'existence', field: token, start, end };
    return { kind: 'text', text, start, end };
  }

  #isValue(): boolean {
    return this.#next.kind === 'string' || (this.#next.kind === 'word' && !this.#isNext('and', 'or', 'not'));
  }

  /** An operator that is spelled as a word counts as one only after a field, so that "in" and "contains" can be searched for. */
  #operator(field: Token): Operator | undefined {
    const { kind, text } = this.#next;
    const operator = kind === 'string' ? undefined : OPERATOR_WORDS[text.toLowerCase()];
    if (operator === undefined || (kind === 'word' && text !== '=' && !this.#isFieldLike(field)))
      return undefined;
    if (field.kind === 'string')
      throw new FilterError('A field belongs before an operator, not a text.', field);
    this.#take();
    return operator;
  }

  #isFieldLike({ kind, text }: Token): boolean {
    return kind === 'word' && (this.#isField(text) || /^\w+\.[\w.-]+$/.test(text));
  }

  #comparison(field: Token, operator: Operator): Expression {
    if (operator === 'in') return this.#membership(field);
    const value = this.#value(`after "${operator}"`);
    return { kind: 'comparison', field, operator, values: [value], start: field.start, end: value.end };
  }

  #membership(field: Token): Expression {
    const open = this.#next;
    if (!this.#isNext('{')) throw new FilterError('A set belongs after "in": {200 486}.', visible(open));
    this.#take();
    const values: Literal[] = [];
    while (!this.#isNext('}')) {
      if (this.#next.kind === 'end') throw new FilterError('This "{" has no closing "}".', open);
      if (this.#isNext(',')) this.#take();
      else values.push(this.#value('in the set'));
    }
    const { end } = this.#take();
    if (values.length === 0) throw new FilterError('The set is empty.', { start: open.start, end });
    return { kind: 'comparison', field, operator: 'in', values, start: field.start, end };
  }

  #value(where: string): Literal {
    const token = this.#next;
    if (token.kind !== 'word' && token.kind !== 'string') {
      throw new FilterError(`A value is missing ${where}.`, visible(token));
    }
    return this.#take();
  }
}

/** Where a token is, so that it can be marked: the end is at the last character. */
const visible = ({ kind, start, end }: Token): Place =>
  kind === 'end' ? { start: Math.max(0, start - 1), end } : { start, end };

function join(kind: 'and' | 'or', parts: readonly Expression[]): Expression {
  const [first] = parts;
  const last = parts.at(-1);
  if (!first || !last) throw new Error('an expression has parts');
  return parts.length === 1 ? first : { kind, parts, start: first.start, end: last.end };
}
