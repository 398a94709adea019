import type { Session } from '../../../stack/agent/session.ts';
import { describeResult, type ResponseResult } from '../../../stack/agent/result.ts';
import { refer, type ReferOptions } from '../../../stack/events/refer/referral.ts';
import { followReferral } from '../follow-referral.ts';
import { toldOf } from '../outcome.ts';
import { sipUri } from '../target.ts';
import { printable } from '../printable.ts';
import { holdNow } from './put-on-hold.ts';
import { goesOn, type Talk } from './talk.ts';

/** Refers the other side to somebody else, blindly or after a call of our own with them. @rfc 5589 §6, §7 */
export async function transfer(talk: Talk): Promise<void> {
  const { transfer: target, attended } = talk.flags;
  if (target === undefined || !goesOn(talk)) return;
  const uri = sipUri(target).text;
  if (attended !== true) return referTo(talk, uri);
  if (!(await holdNow(talk)) || !goesOn(talk)) return talk.fail();
  const other = await consult(talk, uri);
  if (other === undefined) return talk.fail();
  await referTo(talk, other);
  other.hangUp();
}

async function referTo(talk: Talk, to: ReferOptions['to']): Promise<void> {
  const referral = refer(talk.agent, { call: talk.session, to });
  if (!(await followReferral(referral, talk))) talk.fail();
}

/** The call with the target that the other side is to take over. */
function consult(
  { agent, outside, offers, report, signal }: Talk,
  uri: string,
): Promise<Session | undefined> {
  return new Promise((resolve) => {
    const { protocol, from, nextHop, headers } = outside;
    const call = agent.call({
      target: uri,
      sdp: offers.offer,
      ...(protocol === undefined ? {} : { protocol }),
      ...(from === undefined ? {} : { from }),
      ...(nextHop === undefined ? {} : { nextHop }),
      ...(headers === undefined ? {} : { headers }),
    });
    report('consulting', { text: printable(uri), fields: { target: uri } });
    call.onAnswered((session) => {
      report('consulted', { text: 'answered', tone: 'good' });
      resolve(session);
    });
    call.onFailed((result: ResponseResult) => {
      report('consulted', { ...toldOf(result), text: printable(describeResult(result)) });
      resolve(undefined);
    });
    signal.addEventListener('abort', () => call.hangUp(), { once: true });
  });
}
