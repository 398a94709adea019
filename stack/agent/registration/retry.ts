import { minExpires } from '../../message/headers/simple.ts';
import type { SipMessage } from '../../message/message.ts';
import { retryAfter } from '../../message/headers/retry-after.ts';
import type { Ids } from '../../core/ids.ts';
import { redirectTarget } from '../call-retry.ts';
import type { NotSent, ResponseResult } from '../result.ts';
import type { RetryPolicy } from './registration-types.ts';

export const DEFAULT_RETRY: RetryPolicy = {
  baseAllFailedMs: 30_000,
  baseSomeLeftMs: 90_000,
  maxMs: 1_800_000,
};

/** What a REGISTER without a 2xx leads to. */
export type NextStep =
  | { readonly kind: 'longer'; readonly expiresSec: number }
  | { readonly kind: 'without-outbound' }
  /** `delayMs`: what the server asks for. */
  | { readonly kind: 'later'; readonly delayMs: number | undefined }
  | { readonly kind: 'never' };

/** Final responses after which the same request may succeed later; other ones do not change by waiting. @rfc 3261 §21 */
const TEMPORARY = new Set([408, 430, 480, 486, 500, 502, 503, 504, 580]);
const LATER_NOT_SENT: readonly NotSent['code'][] = ['not-found'];

export function nextStep(result: ResponseResult): NextStep {
  switch (result.kind) {
    case 'timeout':
    case 'transport-failure':
      return { kind: 'later', delayMs: undefined };
    case 'not-sent':
      return LATER_NOT_SENT.includes(result.code) ? { kind: 'later', delayMs: undefined } : { kind: 'never' };
    case 'response': {
      const { status, message } = result;
      const least = minExpires(message);
      if (status === 423 && least !== undefined) return { kind: 'longer', expiresSec: least };
      if (status === 439) return { kind: 'without-outbound' };
      const waitSec = retryAfter(message)?.delaySec;
      if (waitSec === undefined && !TEMPORARY.has(status)) return { kind: 'never' };
      return { kind: 'later', delayMs: waitSec === undefined ? undefined : waitSec * 1000 };
    }
  }
}

/** Where one request goes instead. */
export interface Redirect {
  readonly uri: string;
  /** 305: a proxy to go through; else the registrar itself is elsewhere. */
  readonly isProxy: boolean;
}

/** Where a 3xx sends a request for this URI; nowhere where it would lose TLS. Good for that request only. @rfc 3261 §8.1.3.4, §21.3.3, §21.3.5 */
export function redirectOf(status: number, message: SipMessage, uri: string): Redirect | undefined {
  if (status < 300 || status > 399) return undefined;
  const target = redirectTarget(message, [uri]);
  const losesTls = /^sips:/i.test(uri) && !/^sips:/i.test(target ?? '');
  return target === undefined || losesTls ? undefined : { uri: target, isProxy: status === 305 };
}

/**
 * How long to wait after so many failures in a row.
 * @rfc 5626 §4.5
 */
export function backoffMs(policy: RetryPolicy, failures: number, isAnyLeft: boolean, ids: Ids): number {
  const base = isAnyLeft ? policy.baseSomeLeftMs : policy.baseAllFailedMs;
  const upper = Math.min(policy.maxMs, base * 2 ** failures);
  return upper * (0.5 + ids.chance() / 2);
}

/**
 * How long before its end a binding is refreshed: a tenth of its life, and long enough for one request to be lost altogether and another one
 * to arrive; half of a life too short for that.
 * @param t1Ms - timer T1: a request is given up after 64 of them.
 */
export function refreshMarginMs(expiresSec: number, t1Ms: number): number {
  const lifeMs = expiresSec * 1000;
  return Math.min(lifeMs / 2, Math.max(lifeMs / 10, 64 * t1Ms + 5000));
}
