import type { SipMessage, StartLine } from '../message.ts';
import { toBytes } from '../octets.ts';
import { parseMessage } from '../parse.ts';
import { type EntityHeader, formatEntity } from './entity.ts';
import type { Parsed } from './xml.ts';

/** A part of a SIP message: a start line, header fields, a body, or some of these. @rfc 3420 §2 */
export interface Sipfrag {
  /** Undefined when the fragment begins with a header field. */
  readonly startLine: Exclude<StartLine, { readonly kind: 'invalid' }> | undefined;
  /** What of it is a message, so that every typed header can be read; its offsets are its own. */
  readonly message: SipMessage;
}

/** Stands in for a start line that a fragment leaves out. */
const STAND_IN = 'OPTIONS sip:fragment SIP/2.0\r\n';

/** Reads `message/sipfrag`. */
export function parseSipfrag(text: string): Parsed<Sipfrag> {
  const whole = parseMessage(toBytes(complete(text)));
  const { startLine } = whole;
  if (startLine.kind !== 'invalid') return { kind: 'ok', value: { startLine, message: whole } };
  const message = parseMessage(toBytes(STAND_IN + complete(text)));
  const bad = message.diagnostics.find(({ code }) => code.startsWith('header-'));
  if (text === '' || bad !== undefined) {
    const offset = Math.max((bad?.span.start ?? 0) - STAND_IN.length, 0);
    return { kind: 'malformed', message: 'The fragment has neither a start line nor header fields.', offset };
  }
  return { kind: 'ok', value: { startLine: undefined, message } };
}

/** A fragment may end after any of its lines, and NOTIFYs are often sent without the last line end. */
function complete(text: string): string {
  if (/(^|\n)\r?\n/.test(text)) return text;
  return text.endsWith('\n') ? `${text}\r\n` : `${text}\r\n\r\n`;
}

/** A fragment to be written. */
export interface SipfragDraft {
  readonly startLine?: string;
  readonly headers?: readonly EntityHeader[];
  readonly body?: string;
}

/** Writes a fragment: without header fields and body it is the start line alone. @rfc 3420 §2 */
export function formatSipfrag({ startLine, headers = [], body }: SipfragDraft): string {
  const first = startLine === undefined ? '' : `${startLine}\r\n`;
  if (body !== undefined) return first + formatEntity(headers, body);
  return first + headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
}
