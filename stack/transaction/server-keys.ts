import { WideHash } from '../core/wide-hash.ts';
import { headerId } from '../message/header-names.ts';
import { cseq } from '../message/headers/cseq.ts';
import { fromHeader, toHeader } from '../message/headers/name-addr.ts';
import { topViaValue, type Via } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import { asParsed } from '../message/parsed-message.ts';
import { hasUniqueBranch, serverKey } from './matching.ts';

const CALL_ID = headerId('Call-ID');

/**
 * The keys of server transactions as numbers of 53 bits, made of the octets of a request: no text has to be made for a request, and none lives as
 * long as its transaction. Two different keys are the same number about once in 10^11 requests while 20,000 transactions are kept.
 */
export class ServerKeys {
  readonly #hash: WideHash;

  /** @param seed - an integer that nobody outside knows, of which 32 bits count. */
  constructor(seed: number) {
    this.#hash = new WideHash(seed);
  }

  /** {@link serverKey} as a number. */
  keyOf(request: SipMessage, uri: string, via: Via, method: string): number {
    const hash = this.#hash.begin();
    const top = topViaValue(asParsed(request));
    if (top === undefined || !hasUniqueBranch(via))
      return hash.text(serverKey(request, uri, via, method)).value;
    const { bytes } = top.source;
    return hash
      .octets(bytes, top.branchStart, top.branchEnd)
      .number(top.port)
      .lowerCaseOctets(bytes, top.hostStart, top.hostEnd)
      .number(method.length)
      .text(method).value;
  }

  /**
   * What the copies of a request that took several ways have in common, although their branches differ; undefined for requests inside a
   * dialog and for those that lack something.
   * @rfc 3261 §8.2.2.2
   */
  mergeKeyOf(request: SipMessage): number | undefined {
    const to = toHeader(request);
    if (to === undefined || to.tag !== undefined) return undefined;
    const tag = fromHeader(request)?.tag;
    const sequence = cseq(request);
    const parsed = asParsed(request);
    const at = parsed.find(CALL_ID);
    if (tag === undefined || sequence === undefined || at < 0) return undefined;
    return this.#hash
      .begin()
      .octets(parsed.bytes, parsed.valueStart(at), parsed.valueEnd(at))
      .number(sequence.number)
      .text(tag)
      .number(tag.length)
      .text(sequence.method).value;
  }
}
