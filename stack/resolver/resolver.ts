import type { Address, Protocol } from '../core/address.ts';
import type { Uri } from '../message/uri.ts';

/** One place to send a request to. */
export interface Hop {
  readonly protocol: Protocol;
  readonly address: Address;
  /** The name that the peer's certificate must be for: the host of the URI, before any SRV; undefined for an IP literal. @rfc 5922 §4, RFC 3263 §4.1 */
  readonly serverName: string | undefined;
}

/** One question asked, or one decision taken, on the way from a URI to its hops. */
export interface ResolveStep {
  /** `NAPTR`, `SRV`, `A`, `AAAA` for questions; `transport`, `port`, `order` for decisions. */
  readonly kind: 'NAPTR' | 'SRV' | 'A' | 'AAAA' | 'transport' | 'port' | 'order';
  /** What was asked: `_sip._udp.example.com`. */
  readonly subject: string;
  /** The answer or decision in words: `10 60 5060 sip1.example.com`, `NXDOMAIN`, `udp, because the URI says so`. */
  readonly outcome: readonly string[];
  readonly rfc: string;
  readonly elapsedMs: number;
  /** Of a question: whether there were records; undefined for decisions. */
  readonly hasRecords?: boolean;
}

/** How a URI was resolved. */
export interface Resolution {
  /** To be tried in this order; empty when there is no way. */
  readonly hops: readonly Hop[];
  readonly steps: readonly ResolveStep[];
  /** One sentence, when there are no hops. */
  readonly failure: string | undefined;
}

/** Finds where to send a request. @rfc 3263 §4 */
export interface Resolver {
  /**
   * Never rejects: what goes wrong is in the result.
   * @param protocols - what we can send over, most wanted first.
   */
  resolve(uri: Uri, protocols: readonly Protocol[]): Promise<Resolution>;
}
