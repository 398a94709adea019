import type { OutsideOptions } from './outside-request.ts';
import type { InviteAnswers } from './provisional.ts';
import type { SessionTimerPolicy } from './session-timer.ts';

/** What to call, and with what. */
export interface CallOptions
  extends Omit<OutsideOptions, 'method' | 'body' | 'contentType' | 'supported'>, InviteAnswers {
  /** The offer. Without it the callee offers in a reliable provisional response or in its 2xx, and `answer` answers. */
  readonly sdp?: string;
  /** Asks for a session timer; without it one is kept when the callee begins it. @rfc 4028 §7.1 */
  readonly sessionTimer?: SessionTimerPolicy;
  /** Option tags of Supported; `100rel`, `timer` and what the handlers serve when left out. */
  readonly supported?: readonly string[];
  /** Option tags of Require; those a 420 calls unsupported are given up in another attempt. @rfc 3261 §8.1.3.5 */
  readonly require?: readonly string[];
  /** How many redirections (3xx) to follow; none when left out. @rfc 3261 §8.1.3.4 */
  readonly maxRedirects?: number;
}
