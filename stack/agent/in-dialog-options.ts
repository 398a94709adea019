import type { Delivering } from './deliver.ts';
import type { HeaderLine } from './header-line.ts';
import type { InviteAnswers } from './provisional.ts';

/** What a request in a dialog carries besides what the dialog prescribes. */
export interface InDialogOptions extends InviteAnswers {
  readonly headers?: readonly HeaderLine[];
  readonly body?: string | Uint8Array;
  /** Content-Type of the body; `application/sdp` when left out. */
  readonly contentType?: string;
  /** 491, or 500 with Retry-After, is the result, for one who tries again by himself; else another attempt follows. @rfc 3261 §14.1 */
  readonly isGlareTold?: boolean;
  /** Sends the description however it breaks RFC 3264: for tests, and for those who pass on what others describe. It is reported all the same. */
  readonly isSdpUnchecked?: boolean;
  /** Hands over what gives the request up: an INVITE by CANCEL. Called for each attempt. */
  readonly onDelivering?: (delivering: Pick<Delivering, 'cancel'>) => void;
}
