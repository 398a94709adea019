import { asRequestUri } from '../dialog/route-set.ts';
import { contacts } from '../message/headers/name-addr.ts';
import { tokens } from '../message/headers/token-list.ts';
import type { SipMessage } from '../message/message.ts';
import type { CallOptions } from './call-options.ts';
import { RELIABLE } from './reliable-provisionals.ts';
import type { FinalResponse } from './result.ts';
import { raisedBy, TIMER, type SessionTimerPolicy } from './session-timer.ts';

/** What a caller does by itself whoever serves its peers' requests. */
export const CALLER_SUPPORTS: readonly string[] = [RELIABLE, TIMER];

/** What one attempt of a call asks for. */
export interface CallPlan {
  readonly target: string;
  readonly nextHop: string | undefined;
  readonly supported: readonly string[];
  readonly require: readonly string[];
  readonly sessionTimer: SessionTimerPolicy | undefined;
  readonly redirectsLeft: number;
  /** Where the call went so far: a redirection does not go there again. */
  readonly tried: readonly string[];
}

/** The first attempt. */
export function firstPlan(options: CallOptions, servedTags: Iterable<string>): CallPlan {
  return {
    target: options.target,
    nextHop: options.nextHop,
    supported: options.supported ?? [...new Set([...CALLER_SUPPORTS, ...servedTags])],
    require: options.require ?? [],
    sessionTimer: options.sessionTimer,
    redirectsLeft: options.maxRedirects ?? 0,
    tried: [options.target],
  };
}

/** What to change so that another attempt makes sense after this refusal; undefined when nothing helps. */
export function nextPlan(plan: CallPlan, { status, message }: FinalResponse): CallPlan | undefined {
  if (status >= 300 && status < 400) return redirected(plan, message);
  switch (status) {
    case 420:
      return withoutUnsupported(plan, message);
    case 421:
      return withRequired(plan, message);
    case 422:
      return withLongerInterval(plan, message);
    default:
      return undefined;
  }
}

/** The best contact of a 3xx that was not tried yet. @rfc 3261 §8.1.3.4 */
export function redirectTarget(message: SipMessage, tried: readonly string[]): string | undefined {
  const others = contacts(message)
    .filter(({ uri }) => /^sips?:/i.test(uri))
    .map(({ uri, params }) => ({ uri: asRequestUri(uri), q: Number(params.get('q') ?? 1) }))
    .filter(({ uri }) => !tried.includes(uri));
  const best = others.reduce<(typeof others)[number] | undefined>(
    (a, b) => (a === undefined || b.q > a.q ? b : a),
    undefined,
  );
  return best?.uri;
}

function redirected(plan: CallPlan, message: SipMessage): CallPlan | undefined {
  const target = plan.redirectsLeft < 1 ? undefined : redirectTarget(message, plan.tried);
  if (target === undefined) return undefined;
  return {
    ...plan,
    target,
    nextHop: undefined,
    redirectsLeft: plan.redirectsLeft - 1,
    tried: [...plan.tried, target],
  };
}

/** @rfc 3261 §8.1.3.5 */
function withoutUnsupported(plan: CallPlan, message: SipMessage): CallPlan | undefined {
  const unsupported = new Set(tokens(message, 'Unsupported'));
  const require = plan.require.filter((tag) => !unsupported.has(tag));
  return require.length < plan.require.length ? { ...plan, require } : undefined;
}

/** The callee insists on something we can do and did not say. @rfc 3261 §21.4.16 */
function withRequired(plan: CallPlan, message: SipMessage): CallPlan | undefined {
  const wanted = tokens(message, 'Require').filter((tag) => !plan.supported.includes(tag));
  if (wanted.length === 0 || !wanted.every((tag) => CALLER_SUPPORTS.includes(tag))) return undefined;
  return { ...plan, supported: [...plan.supported, ...wanted] };
}

/** @rfc 4028 §7.3 */
function withLongerInterval(plan: CallPlan, message: SipMessage): CallPlan | undefined {
  const askedSec = plan.sessionTimer?.intervalSec;
  const intervalSec = askedSec === undefined ? undefined : raisedBy(message, askedSec);
  if (intervalSec === undefined) return undefined;
  return { ...plan, sessionTimer: { ...plan.sessionTimer, intervalSec, minSec: intervalSec } };
}
