import { hold, resume } from '../../../stack/sdp/hold.ts';
import { isSuccess, toldOf } from '../outcome.ts';
import { pause } from '../with-agent.ts';
import { goesOn, type Talk } from './talk.ts';

/** Changes our description and tells the other side by re-INVITE. @returns whether it agreed. @rfc 3264 §8.4 */
async function change(talk: Talk, event: 'hold' | 'resume', next: (sdp: string) => string): Promise<boolean> {
  const { session, offers, report } = talk;
  const { localSdp } = session.offers;
  if (localSdp === undefined) {
    report(event, { text: 'the call has no media to hold', tone: 'bad', fields: { outcome: 'not-sent' } });
    return false;
  }
  const result = await session.request('INVITE', { body: next(localSdp), answer: offers.answer });
  report(event, toldOf(result));
  return isSuccess(result);
}

/** Puts the other side on hold. */
export const holdNow = (talk: Talk): Promise<boolean> => change(talk, 'hold', hold);

/** Puts the other side on hold for a while, and takes it back. */
export async function putOnHold(talk: Talk): Promise<void> {
  const { hold: holdMs } = talk.flags;
  if (holdMs === undefined || !goesOn(talk)) return;
  if (!(await holdNow(talk))) return talk.fail();
  await Promise.race([pause(talk.clock, holdMs, talk.signal), talk.ended]);
  if (goesOn(talk) && !(await change(talk, 'resume', resume))) talk.fail();
}
