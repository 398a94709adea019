import type { SipMessage } from '../message/message.ts';
import { bodyRows } from './body.ts';
import type { ComparedRow } from './compared-row.ts';
import { headerRows, startLineRows } from './headers.ts';

/** What two messages have in common and what not, in the order of the first. */
export const comparedRows = (a: SipMessage, b: SipMessage): ComparedRow[] => [
  ...startLineRows(a, b),
  ...headerRows(a, b),
  ...bodyRows(a, b),
];
