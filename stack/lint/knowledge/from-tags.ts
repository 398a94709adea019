import { fromHeader, toHeader } from '../../message/headers/name-addr.ts';
import { callId } from '../../message/headers/simple.ts';
import type { SipMessage } from '../../message/message.ts';

/** Tags remembered; the older half is forgotten beyond it. */
const MAX_TAGS = 20_000;

/** Which Call-ID each From tag of a request outside dialogs belongs to. @rfc 3261 §19.3 */
export class FromTags {
  #recent = new Map<string, number>();
  #older: ReadonlyMap<string, number> = new Map();

  /**
   * Takes the tag of a request without To tag; other messages tell nothing new.
   * @returns whether the same sender used it with another Call-ID before.
   */
  isReused(message: SipMessage, direction: 'in' | 'out'): boolean {
    const { startLine } = message;
    if (startLine.kind !== 'request' || startLine.method === 'ACK' || startLine.method === 'CANCEL')
      return false;
    const from = fromHeader(message);
    if (from?.tag === undefined || toHeader(message)?.tag !== undefined) return false;
    // Two senders may well draw the same short tag.
    const key = `${direction} ${from.tag} ${from.uri}`;
    const call = hash(callId(message) ?? '');
    const known = this.#recent.get(key) ?? this.#older.get(key);
    if (known !== undefined) return known !== call;
    if (this.#recent.size >= MAX_TAGS / 2) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(key, call);
    return false;
  }
}

/** FNV-1a: a number keeps no message in memory, as a text cut out of it would. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
