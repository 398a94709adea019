import type { Dialog } from '../dialog/dialog.ts';
import type { Route } from '../transaction/types.ts';
import type { AckSender } from './ack-sender.ts';
import type { AgentContext } from './context.ts';
import type { InDialogOptions } from './in-dialog-options.ts';
import type { Outcome } from './launch.ts';
import type { OfferAnswer } from './offer-answer.ts';
import type { ReliableResponses } from './reliable-responses.ts';
import type { SessionRefresh } from './session-refresh.ts';
import type { SessionTimerPolicy } from './session-timer.ts';

/** The side of a session that sends requests. */
export interface DialogUser {
  readonly context: AgentContext;
  readonly dialog: Dialog;
  readonly flow: Route;
  readonly offers: OfferAnswer;
  readonly acks: AckSender;
  readonly responses: ReliableResponses;
  readonly refresh: SessionRefresh | undefined;
  readonly role: 'uac' | 'uas';
  readonly state: 'early' | 'confirmed' | 'ending' | 'ended';
  readonly isOver: boolean;
  /** An INVITE of either side is open. */
  readonly isInviteOpen: boolean;
  hasOwnInvite: boolean;
  send(method: string, options: InDialogOptions, outcome: Outcome): void;
  useTimer(policy: SessionTimerPolicy): SessionRefresh;
  fail(reason: string): void;
  retryAfter(delayMs: number, attempt: () => void): void;
}
