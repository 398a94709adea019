/** @rfc 3403 §4.1 */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  /** Lower case: `s` (SRV follows), `u` (the regular expression makes a URI), `a`, or empty (another NAPTR follows). */
  readonly flags: string;
  /** As written: `SIP+D2U`, `E2U+sip`. */
  readonly service: string;
  readonly regexp: string;
  readonly replacement: string;
}

/** @rfc 2782 */
export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** `.` says that the service is not there. */
  readonly target: string;
}

/** What each type of question is answered with. */
export interface DnsRecords {
  readonly NAPTR: NaptrRecord;
  readonly SRV: SrvRecord;
  /** An IPv4 literal. */
  readonly A: string;
  /** An IPv6 literal without brackets. */
  readonly AAAA: string;
}

export type DnsType = keyof DnsRecords;

export type DnsAnswer<T> =
  | { readonly kind: 'records'; readonly records: readonly T[]; readonly ttlSec: number }
  /** The name does not exist, or has nothing of this type. */
  | { readonly kind: 'none' }
  /** No answer could be had; `reason` is one phrase: `timeout`, `server failure`. */
  | { readonly kind: 'failed'; readonly reason: string };

/** The domain name system as the stack sees it: the system's, a zone in memory, or a cache before another one. */
export interface Dns {
  /** Never rejects. Names carry no trailing dot and are compared without regard to case. */
  query<T extends DnsType>(name: string, type: T): Promise<DnsAnswer<DnsRecords[T]>>;
}
