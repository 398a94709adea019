import type { Seen } from '../seen.ts';
import type { Transaction } from './transaction.ts';

/** What a session description is in its message. @rfc 3264, RFC 6337 §2 */
export type SdpRole =
  | { readonly kind: 'offer' }
  | { readonly kind: 'answer'; readonly offer: Seen }
  /** An answer where no offer is. */
  | { readonly kind: 'stray' }
  /** One that decides nothing: in an unreliable provisional response, or given once more. */
  | { readonly kind: 'preview' };

/** An offer that is not answered yet. */
export interface Outstanding {
  readonly offer: Seen;
  /** Tag of who made it. */
  readonly by: string;
  /** The request that carries it, or the one whose response does. */
  readonly carrier: Transaction | undefined;
}

/** 64*T1: the transaction of an offer is over by then. */
const FORGOTTEN_MS = 32_000;

const OFFERING: ReadonlySet<string> = new Set(['INVITE', 'UPDATE']);

/** Offers and answers of one dialog. @rfc 3264 §4 */
export class OfferAnswer {
  outstanding: Outstanding | undefined = undefined;
  /** The latest exchange that was completed. */
  agreed: { readonly offer: Seen; readonly answer: Seen } | undefined = undefined;
  /** The INVITE whose offer or answer exchange is done: later descriptions in it repeat. */
  #settled: Transaction | undefined = undefined;

  /** What the description of a message is, before the message is learned. */
  roleOf(seen: Seen, transaction: Transaction | undefined): SdpRole | undefined {
    if (!seen.hasSdp) return undefined;
    return seen.isRequest
      ? this.#roleInRequest(seen)
      : roleInResponse(seen, transaction, this.outstanding, this.#settled);
  }

  learn(seen: Seen, role: SdpRole | undefined, sender: string, transaction: Transaction | undefined): void {
    const { outstanding } = this;
    // An offer made too early does not take the place of the open one; one that nobody answers is forgotten.
    const isOpen = outstanding !== undefined && seen.atMs - outstanding.offer.atMs < FORGOTTEN_MS;
    if (role?.kind === 'offer' && !isOpen)
      this.outstanding = { offer: seen, by: sender, carrier: transaction };
    if (role?.kind === 'answer') {
      this.agreed = { offer: role.offer, answer: seen };
      this.outstanding = undefined;
    }
    if (role !== undefined && role.kind !== 'preview' && !seen.isRequest && seen.method === 'INVITE')
      this.#settled = transaction;
    if (!seen.isRequest && seen.isFinal && this.#isOver(seen, transaction)) this.outstanding = undefined;
  }

  /** A refused offer changes nothing, and one whose 2xx has no answer will get none. @rfc 3264 §4 */
  #isOver(final: Seen, transaction: Transaction | undefined): boolean {
    const { outstanding } = this;
    if (outstanding === undefined || transaction === undefined) return false;
    return final.isSuccess ? outstanding.offer === transaction.request : outstanding.carrier === transaction;
  }

  #roleInRequest(seen: Seen): SdpRole | undefined {
    const { outstanding } = this;
    if (OFFERING.has(seen.method)) return { kind: 'offer' };
    if (seen.method !== 'ACK' && seen.method !== 'PRACK') return undefined;
    // The offer was in a response to the INVITE.
    const isAsked =
      outstanding !== undefined && outstanding.by !== seen.fromTag && !outstanding.offer.isRequest;
    if (isAsked) return { kind: 'answer', offer: outstanding.offer };
    return seen.method === 'PRACK' ? { kind: 'offer' } : { kind: 'stray' };
  }
}

/** Whether a provisional response is sent reliably. @rfc 3262 §3 */
export function isReliableProvisional({ message, isProvisional }: Seen): boolean {
  return isProvisional && message.first('RSeq') !== undefined;
}

/** @param settled - the INVITE whose exchange is done. */
export function roleInResponse(
  seen: Seen,
  transaction: Transaction | undefined,
  outstanding: Outstanding | undefined,
  settled: Transaction | undefined,
): SdpRole | undefined {
  const request = transaction?.request;
  if (request === undefined) return undefined;
  if (request.method === 'INVITE') {
    if (!seen.isSuccess && !isReliableProvisional(seen)) return { kind: 'preview' };
    if (settled === transaction) return { kind: 'preview' };
    return request.hasSdp ? { kind: 'answer', offer: request } : { kind: 'offer' };
  }
  if (!seen.isSuccess || (request.method !== 'UPDATE' && request.method !== 'PRACK')) return undefined;
  return request.hasSdp && outstanding?.offer === request
    ? { kind: 'answer', offer: request }
    : { kind: 'stray' };
}
