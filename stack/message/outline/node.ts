import type { Span } from '../message.ts';

/** A named part of a message and its octets. Labels and values are octet text. */
export interface OutlineNode {
  readonly label: string;
  /** The octets of the part with folds undone; empty when the children say it all. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** A few words of explanation. */
  readonly note?: string;
  readonly kind: 'start-line' | 'header' | 'part' | 'body';
  readonly children: readonly OutlineNode[];
}

/** A part that is its own value. */
export function part(
  text: string,
  label: string,
  span: Span,
  children: readonly OutlineNode[] = [],
): OutlineNode {
  return { label, value: unfold(text.slice(span.start, span.end)), ...span, kind: 'part', children };
}

/** @rfc 3261 §7.3.1 */
export function unfold(value: string): string {
  return value.includes('\n') ? value.replace(/[ \t]*\r?\n[ \t]+/g, ' ') : value;
}
