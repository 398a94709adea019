import { octetText, toBytes } from '../message/octets.ts';

/**
 * A text that outlives its message. What is cut out of a message holds on to the whole of it; a copy does not, and the text kept already costs
 * nothing at all.
 */
export function ownText(text: string, kept?: string): string {
  return text === kept ? kept : octetText(toBytes(text));
}

/** {@link ownText} of what may be missing. */
export function ownOptional(text: string | undefined, kept?: string): string | undefined {
  return text === undefined ? undefined : ownText(text, kept);
}

/** {@link ownText} of a list. */
export function ownList(texts: readonly string[], kept: readonly string[] = []): readonly string[] {
  const isSame = texts.length === kept.length && texts.every((text, at) => text === kept[at]);
  return isSame ? kept : texts.map((text) => ownText(text));
}
