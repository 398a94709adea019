import { callId } from '../../../../stack/message/headers/simple.ts';
import { cseq } from '../../../../stack/message/headers/cseq.ts';
import { fromHeader, toHeader } from '../../../../stack/message/headers/name-addr.ts';
import type { SipMessage } from '../../../../stack/message/message.ts';
import { parseUri, unescapeUri } from '../../../../stack/message/uri.ts';
import type { DialogRecord, MessageFacts } from './records.ts';

const MAX_INTERNED = 4096;
/** Methods and reasons longer than this are kept in part; the octets have the rest. */
const MAX_LENGTH = 200;
const interned = new Map<string, string>();

/**
 * One copy of a text that comes again and again. A text cut out of a message would keep the whole message in memory, so it is copied.
 */
function intern(whole: string): string {
  const text = whole.length > MAX_LENGTH ? whole.slice(0, MAX_LENGTH) : whole;
  let known = interned.get(text);
  if (known === undefined) {
    if (interned.size >= MAX_INTERNED) interned.clear();
    known = detach(text);
    interned.set(known, known);
  }
  return known;
}

/** A copy that shares no memory with the message the text was cut out of. */
export const detach = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

/** The Call-ID; undefined in octets that are no message, or have none. */
export const callIdOf = (message: SipMessage): string | undefined =>
  message.startLine.kind === 'invalid' ? undefined : callId(message) || undefined;

export function factsOf(message: SipMessage): MessageFacts {
  const { startLine } = message;
  const sequence = startLine.kind === 'invalid' ? undefined : cseq(message);
  return {
    kind: startLine.kind,
    method: intern(startLine.kind === 'request' ? startLine.method : (sequence?.method ?? '')),
    status: startLine.kind === 'response' ? startLine.status : 0,
    reason: startLine.kind === 'response' ? intern(startLine.reason) : '',
    cseq: sequence?.number,
    hasToTag: startLine.kind !== 'invalid' && toHeader(message)?.tag !== undefined,
  };
}

/** Fills in who calls whom, once: the first message that says it counts. */
export function nameEnds(dialog: DialogRecord, message: SipMessage): void {
  dialog.fromUri = detach(fromHeader(message)?.uri ?? '');
  dialog.toUri = detach(toHeader(message)?.uri ?? '');
  dialog.fromUser = userOf(dialog.fromUri);
  dialog.toUser = userOf(dialog.toUri);
}

/** The user part without escapes; of a tel URI the number, of others nothing. */
function userOf(uri: string): string {
  return uri === '' ? '' : detach(unescapeUri(parseUri(uri).user ?? ''));
}
