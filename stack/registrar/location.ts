import type { Address, Protocol } from '../core/address.ts';

/** The connection or socket a REGISTER came over, to be used again for requests to the contact. @rfc 5626 §5.3, RFC 7118 §6 */
export interface BindingFlow {
  readonly protocol: Protocol;
  readonly local: Address;
  readonly remote: Address;
  readonly connectionId: string | undefined;
  /**
   * The process that holds the socket, when that is another one on the same store: then nothing can be sent over it from here. Undefined for this
   * process.
   */
  readonly holder?: string | undefined;
}

/** One contact of an address of record. @rfc 3261 §10.3 */
export interface Binding {
  /** Canonical: `sip:alice@example.com`. */
  readonly aor: string;
  readonly contactUri: string;
  /** 0 to 1; 1 when the contact names none. */
  readonly q: number;
  /** Wall-clock milliseconds since 1970. */
  readonly expiresAtMs: number;
  readonly callId: string;
  readonly cseq: number;
  /** Values of Path, topmost first: the Route of requests to this contact. @rfc 3327 §5.3 */
  readonly path: readonly string[];
  /** `+sip.instance` without its angle brackets. @rfc 5626 §4.1 */
  readonly instanceId?: string | undefined;
  readonly regId?: number | undefined;
  readonly userAgent?: string | undefined;
  readonly flow?: BindingFlow | undefined;
}

/** Where users are: what a proxy needs of a registrar. */
export interface Locations {
  /** Live bindings of an address of record, best q first, latest first among equals. Rejects with LocationStoreError. */
  bindings(aor: string): Promise<readonly Binding[]>;
}
