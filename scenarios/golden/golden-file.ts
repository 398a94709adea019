import { parse, stringify } from 'yaml';
import * as z from 'zod';
import type { SemanticLadder } from './semantic-ladder.ts';

const GOLDEN_VERSION = 1;

const HEAD = ` Golden ladders of sipctl run: what good runs looked like, without what differs from run to run.
 Made by sipctl run --update-golden; look at the changes as at those of code.`;

/** A message under its direction: `alice -> bob: text`. */
const Message = z
  .record(z.string(), z.string())
  .refine(
    (message) => Object.keys(message).every((ends) => /^\S+ -> \S+$/.test(ends)),
    'expected FROM -> TO',
  );
const GoldenFile = z.strictObject({
  version: z.literal(GOLDEN_VERSION),
  ladders: z.array(z.strictObject({ scenario: z.string(), messages: z.array(Message) })),
});

/** The file for a person to read and for a review to compare. */
export function writeGolden(ladders: readonly SemanticLadder[]): string {
  const value = {
    version: GOLDEN_VERSION,
    ladders: ladders.map(({ scenario, messages }) => ({
      scenario,
      messages: messages.map(({ from, to, text }) => ({ [`${from} -> ${to}`]: text })),
    })),
  };
  const comment = HEAD.split('\n')
    .map((line) => `#${line}\n`)
    .join('');
  return `${comment}${stringify(value, { lineWidth: 0, blockQuote: 'literal' })}`;
}

/** @returns the ladders, or what is wrong with the file in one sentence. */
export function readGolden(text: string): readonly SemanticLadder[] | string {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    return `it is no YAML: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`;
  }
  const read = GoldenFile.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    return `it is no file of golden ladders: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  }
  return read.data.ladders.map(({ scenario, messages }) => ({
    scenario,
    messages: messages.flatMap((message) =>
      Object.entries(message).map(([ends, content]) => {
        const [from = '', to = ''] = ends.split(' -> ');
        return { from, to, text: content };
      }),
    ),
  }));
}
