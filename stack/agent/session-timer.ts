import { minSe, sessionExpires } from '../message/headers/session-timer.ts';
import { tokens } from '../message/headers/token-list.ts';
import type { SipMessage } from '../message/message.ts';
import type { HeaderLine } from './header-line.ts';
import type { Refusal } from './refusal.ts';

/** The option tag. @rfc 4028 §4 */
export const TIMER = 'timer';

/** Smallest session interval anybody may ask for, in seconds. @rfc 4028 §4 */
export const SMALLEST_INTERVAL_SEC = 90;

/** How one side wants sessions watched. @rfc 4028 */
export interface SessionTimerPolicy {
  /** The session interval asked for, in seconds; undefined: only what the peer asks for. @rfc 4028 §4 recommends 1800 */
  readonly intervalSec?: number;
  /** Shorter intervals are refused with 422, in seconds; 90 when left out, and never less. */
  readonly minSec?: number;
  /** Who shall refresh, where we have the choice; the caller when left out. */
  readonly refresher?: 'uac' | 'uas';
}

/** What was agreed in the 2xx to an INVITE or UPDATE. */
export interface TimerAgreement {
  readonly intervalSec: number;
  /** By the roles in the transaction that agreed. */
  readonly refresher: 'uac' | 'uas';
}

/** Smallest interval the policy allows, in seconds. */
export function minimumOf(policy: SessionTimerPolicy): number {
  return Math.max(policy.minSec ?? SMALLEST_INTERVAL_SEC, SMALLEST_INTERVAL_SEC);
}

function supportsTimer(message: SipMessage): boolean {
  return tokens(message, 'Supported').includes(TIMER) || tokens(message, 'Require').includes(TIMER);
}

/** 422 for an interval below the policy's minimum; a client that knows nothing of timers could not raise it. @rfc 4028 §9 */
export function intervalRefusal(request: SipMessage, policy: SessionTimerPolicy): Refusal | undefined {
  const asked = sessionExpires(request);
  if (asked === undefined || asked.deltaSec >= minimumOf(policy) || !supportsTimer(request)) return undefined;
  return { status: 422, headers: [['Min-SE', String(minimumOf(policy))]] };
}

/**
 * What the 2xx to a request says about the timer. The interval asked for may be lowered, but not below Min-SE.
 * @param current - who refreshes now, by the roles of this transaction: kept where the request leaves it open.
 * @rfc 4028 §9, table 2
 */
export function agreeAsServer(
  request: SipMessage,
  policy: SessionTimerPolicy,
  current: 'uac' | 'uas' | undefined,
): TimerAgreement | undefined {
  const asked = sessionExpires(request);
  const canRefresh = supportsTimer(request);
  const own = policy.intervalSec;
  if (asked === undefined && own === undefined) return undefined;
  const floorSec = Math.max(minSe(request) ?? 0, SMALLEST_INTERVAL_SEC);
  const wanted = Math.min(own ?? Infinity, asked?.deltaSec ?? Infinity);
  const lowered = Math.max(wanted, floorSec);
  const intervalSec = asked === undefined ? lowered : Math.min(lowered, asked.deltaSec);
  const preferred = current ?? policy.refresher ?? 'uac';
  return { intervalSec, refresher: canRefresh ? (asked?.refresher ?? preferred) : 'uas' };
}

/** The header lines of a 2xx. A client that is to refresh must understand that. @rfc 4028 §9 */
export function agreementLines({ intervalSec, refresher }: TimerAgreement): readonly HeaderLine[] {
  const line: HeaderLine = ['Session-Expires', `${intervalSec};refresher=${refresher}`];
  return refresher === 'uac' ? [['Require', TIMER], line] : [line];
}

/** The header lines of a request that asks for a timer. @rfc 4028 §7.1, §7.4 */
export function askingLines(
  intervalSec: number,
  minSec: number,
  refresher: 'uac' | 'uas' | undefined,
): readonly HeaderLine[] {
  const asked = `${intervalSec}${refresher === undefined ? '' : `;refresher=${refresher}`}`;
  const lines: HeaderLine[] = [['Session-Expires', asked]];
  if (minSec > SMALLEST_INTERVAL_SEC) lines.push(['Min-SE', String(minSec)]);
  return lines;
}

/** What a 2xx agreed to; without Session-Expires there is no timer. A refresher it does not name is the client. @rfc 4028 §7.2 */
export function agreedByServer(response: SipMessage): TimerAgreement | undefined {
  const said = sessionExpires(response);
  if (said === undefined) return undefined;
  return { intervalSec: said.deltaSec, refresher: said.refresher ?? 'uac' };
}

/** How far the interval must be raised after a 422; undefined when it does not say or the request asked for enough. @rfc 4028 §7.3 */
export function raisedBy(response: SipMessage, askedSec: number): number | undefined {
  const least = minSe(response);
  return least !== undefined && least > askedSec ? least : undefined;
}
