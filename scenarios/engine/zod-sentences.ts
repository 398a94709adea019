import type { z } from 'zod';
import { closest, meantHint } from './closest-word.ts';
import type { Path } from './source.ts';

/** A finding of a schema, as a sentence. */
export interface Sentence {
  readonly path: Path;
  readonly message: string;
  readonly isAtKey: boolean;
}

/** What a schema finds, for people: unknown keys with a suggestion, of a choice what comes nearest. */
export function sentencesOf(error: z.ZodError, schema: z.ZodType): readonly Sentence[] {
  return error.issues.flatMap((issue) => sentences(issue, [], keysOf(schema)));
}

function sentences(issue: z.core.$ZodIssue, before: Path, known: readonly string[]): readonly Sentence[] {
  const path = [...before, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const hint = meantHint(closest(key, known));
      return { path: [...path, key], message: `unknown key ${key}${hint}`, isAtKey: true };
    });
  if (issue.code === 'invalid_union') {
    // The branch that understood most says what is wrong with the rest.
    const branches = issue.errors.filter((branch) => branch.length > 0);
    const depth = (branch: readonly z.core.$ZodIssue[]): number =>
      Math.max(
        ...branch.map(({ path: inner, code }) => inner.length * 2 + (code === 'unrecognized_keys' ? 1 : 0)),
      );
    const best = [...branches].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [];
    const isTold = best.some(({ path: inner, code }) => inner.length > 0 || code === 'unrecognized_keys');
    if (isTold) return best.flatMap((inner) => sentences(inner, path, known));
    const wanted = branches.flatMap((branch) => branch.map(({ message }) => message));
    return [told(path, wanted)];
  }
  return [told(path, [issue.message])];
}

/** @param messages - of zod, one for each form that would be right. */
function told(path: Path, messages: readonly string[]): Sentence {
  const isMissing =
    typeof path.at(-1) === 'string' && messages.every((message) => message.endsWith(NOTHING_THERE));
  const wanted = [...new Set(messages.map(plain))].join(', or ');
  return { path, message: isMissing ? `${path.at(-1)} is missing` : wanted, isAtKey: false };
}

/** How zod ends a sentence about a key that is not there. */
const NOTHING_THERE = ', received undefined';

const plain = (message: string): string => message.replace(/^Invalid input: /, '');

/** The keys that an object schema knows anywhere in it: enough to suggest one. */
function keysOf(schema: z.ZodType): readonly string[] {
  const shape = (schema as { readonly shape?: Readonly<Record<string, z.ZodType>> }).shape ?? {};
  const options = (schema as { readonly options?: readonly z.ZodType[] }).options ?? [];
  const of = schema as { readonly valueType?: z.ZodType; readonly element?: z.ZodType };
  const inner = of.valueType ?? of.element;
  const wrapped = (schema as { readonly def?: { readonly innerType?: z.ZodType } }).def?.innerType;
  return [
    ...Object.keys(shape),
    ...Object.values(shape).flatMap((one) => (one === schema ? [] : keysOf(one))),
    ...options.flatMap(keysOf),
    ...(inner === undefined ? [] : keysOf(inner)),
    ...(wrapped === undefined ? [] : keysOf(wrapped)),
  ];
}
