import { Environment, type ASTNode, type ParseResult } from '@marcbachmann/cel-js';
import { closest, meantHint } from './closest-word.ts';
import type { Generators } from './generators.ts';

/** Values of variables. */
export type Value = string | number | boolean;
/** Values of the columns of a dataset's row, by name. */
export type RowValues = Readonly<Record<string, Value>>;

/** What is known of names before a run: the columns of each dataset. */
export type Columns = ReadonlyMap<string, readonly string[]>;

/** Generators of the evaluation under way: evaluation is synchronous, and functions of CEL are not told for whom they work. */
let generators: Generators | undefined;

const generate = <T>(use: (of: Generators) => T): T => {
  if (generators === undefined) throw new Error('nothing is generated outside of a run');
  return use(generators);
};

/*
 * Expressions are CEL: a small language without loops and without a way out. A scenario may come from a stranger.
 */
const environment = new Environment({ unlistedVariablesAreDyn: true })
  .registerFunction('uuid(): string', () => generate((of) => of.uuid()))
  .registerFunction('counter(string): int', (name: string) => BigInt(generate((of) => of.counter(name))))
  .registerFunction('random(int, int): int', (from: bigint, to: bigint) => {
    if (to < from) throw new Error(`random(${from}, ${to}): the first number is the smaller one`);
    return BigInt(generate((of) => of.random(Number(from), Number(to))));
  });

const PLACEHOLDER = /\$\{([^{}]*)\}/g;

/** Expressions that were read, since a load run works out the same ones again and again. */
const read = new Map<string, ParseResult>();
const MOST_READ = 2000;

function parse(expression: string): ParseResult {
  let parsed = read.get(expression);
  if (parsed === undefined) {
    if (read.size >= MOST_READ) read.clear();
    parsed = environment.parse(expression);
    read.set(expression, parsed);
  }
  return parsed;
}

/** @returns what is wrong with it, in a few words; undefined when it can be read. */
export function expressionDefect(expression: string, columns?: Columns): string | undefined {
  try {
    const parsed = environment.parse(expression);
    const { error } = parsed.check();
    if (error !== undefined) return firstLine(error);
    return columns === undefined ? undefined : columnDefect(parsed.ast, columns);
  } catch (error) {
    return firstLine(error);
  }
}

/** @returns what is wrong with the first expression in the text that cannot be read. */
export function templateDefect(text: string, columns?: Columns): string | undefined {
  for (const [placeholder, expression = ''] of text.matchAll(PLACEHOLDER)) {
    const defect = expressionDefect(expression, columns);
    if (defect !== undefined) return `${placeholder}: ${defect}`;
  }
  return undefined;
}

/** `users.nam` where the dataset has no such column. */
function columnDefect(node: ASTNode, columns: Columns): string | undefined {
  if (node.op === '.') {
    const [of, column] = node.args;
    const known = of.op === 'id' ? columns.get(of.args) : undefined;
    if (of.op === 'id' && known !== undefined && !known.includes(column)) {
      const meant = closest(column, known);
      return `${of.args} has no column ${column}${meant === undefined ? `; it has ${known.join(', ')}` : meantHint(meant)}`;
    }
  }
  for (const inner of nodesIn(node.args)) {
    const defect = columnDefect(inner, columns);
    if (defect !== undefined) return defect;
  }
  return undefined;
}

function nodesIn(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
}

/** Names that the expressions of a text are about, in order; none of one that cannot be read. @param isExpression - the whole text is one, without `${}`. */
export function namesIn(text: string, isExpression = false): readonly string[] {
  const expressions = isExpression
    ? [text]
    : [...text.matchAll(PLACEHOLDER)].map(([, expression = '']) => expression);
  const names = new Set<string>();
  const bound = new Set<string>();
  const look = (node: ASTNode): void => {
    if (node.op === 'id') names.add(node.args);
    // Of a macro, as in `list.exists(one, one > 1)`, the first argument is a name of its own.
    const [first, second] = node.op === 'rcall' ? node.args[2] : [];
    if (first?.op === 'id' && second !== undefined) bound.add(first.args);
    for (const inner of nodesIn(node.args)) look(inner);
  };
  for (const expression of expressions)
    try {
      look(parse(expression).ast);
    } catch {
      // What cannot be read has a finding of its own.
    }
  return [...names].filter((name) => !bound.has(name));
}

/** Thrown by what is evaluated; the message says what and why. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError' as const;
}

/** Names and values as CEL takes them. */
export type Context = Readonly<Record<string, unknown>>;

/** @throws ExpressionError */
export function evaluate(expression: string, context: Context, of: Generators | undefined): Value {
  let value: unknown;
  const before = generators;
  generators = of;
  try {
    value = parse(expression)(context);
  } catch (error) {
    throw new ExpressionError(`${expression}: ${firstLine(error)}`);
  } finally {
    generators = before;
  }
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new ExpressionError(`${expression}: it is neither a text, a number nor true or false`);
}

/** The text with every `${expression}` replaced. @throws ExpressionError */
export function fill(text: string, context: Context, of: Generators | undefined): string {
  return text.includes('${')
    ? text.replace(PLACEHOLDER, (_, expression: string) => String(evaluate(expression, context, of)))
    : text;
}

/** CEL tells whole numbers from others. */
export const asCel = (value: Value): unknown =>
  typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? text;
}
