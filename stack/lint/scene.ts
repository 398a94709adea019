import type { Call } from './knowledge/call.ts';
import type { Dialog } from './knowledge/dialog.ts';
import type { SdpRole } from './knowledge/offer-answer.ts';
import type { Transaction } from './knowledge/transaction.ts';
import type { Facts } from './options.ts';
import type { Seen } from './seen.ts';

/** What is remembered beyond one call. */
export interface Memory {
  /** The first request that used the nonce with this count. */
  userOf(nonce: string, count: string): Seen | undefined;
  /** Whether nothing was seen on this connection before. */
  isNewConnection(id: string): boolean;
}

/** A message together with what was known before it. */
export interface Scene {
  readonly seen: Seen;
  readonly facts: Facts;
  readonly memory: Memory;
  readonly call: Call;
  /** The transaction it belongs to. Of a new request: undefined for `check`, its own for `expect`. */
  readonly transaction: Transaction | undefined;
  /** It was seen before: a retransmission, or a copy the network made. */
  readonly isRepeat: boolean;
  /** The recorded node passes on what it got: the mistake, if there is one, is somebody else's. */
  readonly isRelay: boolean;
  /** For a request: how it came in, when it is passed on. */
  readonly relayOf: Transaction | undefined;
  /** The dialog it belongs to; of a response that makes one: undefined for `check`. */
  readonly dialog: Dialog | undefined;
  readonly sdpRole: SdpRole | undefined;
}
