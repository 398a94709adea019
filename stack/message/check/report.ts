import type { Diagnostic, Span } from '../message.ts';
import type { ParsedMessage } from '../parsed-message.ts';

/** Takes one finding of a rule. */
export type Report = (
  severity: Diagnostic['severity'],
  code: string,
  message: string,
  rfc: string,
  span: Span,
) => void;

/** One rule, or a family of them: looks at a message and reports what it finds. */
export type Rule = (message: ParsedMessage, report: Report) => void;

/** The start line. */
export function startLineSpan({ scan }: ParsedMessage): Span {
  return { start: scan.startLineStart, end: scan.startLineEnd };
}

/** The value of the header line at that index place. */
export function valueSpan(message: ParsedMessage, at: number): Span {
  const start = message.valueStart(at);
  return { start, end: Math.max(start, message.valueEnd(at)) };
}
