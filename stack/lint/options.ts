import type { Address, Protocol } from '../core/address.ts';
import type { Hashes } from '../auth/hashes.ts';
import type { FromTags } from './knowledge/from-tags.ts';

/** Where the node whose traffic was recorded can be reached. */
export interface LintListener {
  readonly protocol: Protocol;
  readonly address: Address;
}

/** An RTP packet seen on the network, or several alike. */
export interface RtpObservation {
  /** On the clock of the recorded messages. */
  readonly atMs: number;
  readonly from: Address;
  readonly to: Address;
  readonly ssrc: number;
  readonly payloadType: number;
}

/** What is known besides the traffic; what is left out makes the rules that need it silent. */
export interface LintOptions {
  /** Sockets of the recorded node. An address of 0.0.0.0 or :: stands for any of its family. */
  readonly listeners?: readonly LintListener[];
  /** Addresses translated on the way are no mistake of the sender. */
  readonly isNatExpected?: boolean;
  /** T1, T2 of the recorded node and its peers, in milliseconds; default 500 and 4000. @rfc 3261 §17.1.1.1 */
  readonly timing?: { readonly t1Ms: number; readonly t2Ms: number };
  /** The password of a user, as octet text. */
  readonly passwordOf?: (username: string, realm: string) => string | undefined;
  /** Computes digests, for {@link passwordOf}. */
  readonly hashes?: Hashes;
  /** The name that was sent as SNI when this TLS connection was made. */
  readonly serverNameOf?: (connectionId: string) => string | undefined;
  /** From tags seen so far, shared by linters that each see only some dialogs. */
  readonly fromTags?: FromTags;
  /** Calls remembered; the one idle longest is forgotten first. Default 10,000. */
  readonly maxCalls?: number;
}

/** {@link LintOptions} with their defaults. */
export interface Facts extends Omit<LintOptions, 'listeners' | 'timing' | 'fromTags'> {
  readonly listeners: readonly LintListener[];
  readonly t1Ms: number;
  readonly t2Ms: number;
  readonly fromTags: FromTags;
}
