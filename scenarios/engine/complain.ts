import type { z } from 'zod';
import type { Diagnostic } from './diagnostic.ts';
import type { Path } from './source.ts';
import { sentencesOf } from './zod-sentences.ts';

/** Collects what is wrong. @param isAtKey - the key of the value is meant, not the value. @param traits - an error when left out. */
export type Complain = (
  path: Path,
  message: string,
  isAtKey?: boolean,
  traits?: Partial<Pick<Diagnostic, 'severity' | 'isUnread'>>,
) => void;

/** Parses a value by a schema and complains about what does not fit. */
export function parsed<T extends z.ZodType>(
  schema: T,
  value: unknown,
  path: Path,
  complain: Complain,
): z.infer<T> | undefined {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  for (const { path: inner, message, isAtKey } of sentencesOf(checked.error, schema))
    complain([...path, ...inner], message, isAtKey);
  return undefined;
}
