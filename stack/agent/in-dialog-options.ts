import type { HeaderLine } from './header-line.ts';
import type { InviteAnswers } from './provisional.ts';

/** What a request in a dialog carries besides what the dialog prescribes. */
export interface InDialogOptions extends InviteAnswers {
  readonly headers?: readonly HeaderLine[];
  readonly body?: string | Uint8Array;
  /** Content-Type of the body; `application/sdp` when left out. */
  readonly contentType?: string;
}
