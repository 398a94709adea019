import { describe, expect, it } from 'vitest';
import {
  asPhone,
  connected,
  describeEnd,
  expectNothingLeft,
  phoneLab,
  RING_MS,
} from '../../testing/phone-lab.ts';
import { refer } from './referral.ts';

/*
 * Verified: blind and attended transfer between agents of ours, in exact virtual time.
 */

/** A transferor, and two phones: 10.0.0.2 and 10.0.0.3. */
function transferLab() {
  const { ua: transferor, ...lab } = phoneLab();
  const transferee = lab.agent('10.0.0.2');
  const target = lab.agent('10.0.0.3');
  asPhone(transferee);
  asPhone(target);
  return { ...lab, transferor, transferee, target };
}

describe('REFER between agents', () => {
  it('RFC 3515 §2.4: blind transfer: the transferee calls the target and tells how far it is', () => {
    const { clock, transferor, transferee, target, events, watch } = transferLab();
    const session = connected(clock, transferor, '10.0.0.2');
    watch(refer(transferor, { call: session, to: 'sip:phone@10.0.0.3' }));
    clock.advance(RING_MS);
    expect(events).toEqual(['1000 100', '1000 180', '2000 200', '2000 succeeded: 200']);
    expect(target.sessions.map(({ dialog }) => dialog.remoteUri)).toEqual(['sip:phone@10.0.0.2']);
    expectNothingLeft(clock, transferor, transferee, target);
  });

  it("mistake 23: the transferor's BYE right after the 202 ends neither the new call nor the NOTIFYs", () => {
    const { clock, transferor, transferee, target, events, watch } = transferLab();
    const session = connected(clock, transferor, '10.0.0.2');
    watch(refer(transferor, { call: session, to: 'sip:phone@10.0.0.3' }));
    clock.advance(0);
    session.hangUp();
    clock.advance(RING_MS);
    expect(events).toEqual(['1000 100', '1000 180', '2000 200', '2000 succeeded: 200']);
    expect(transferor.sessions).toEqual([]);
    expect(transferee.sessions.map(({ state }) => state)).toEqual(['confirmed']);
    expect(target.sessions.map(({ state }) => state)).toEqual(['confirmed']);
    expectNothingLeft(clock, transferor, transferee, target);
  });

  it('RFC 3891 §3, RFC 5589 §7.1: attended transfer: the new call replaces the one of the transferor at the target', () => {
    const { clock, transferor, transferee, target, events, watch } = transferLab();
    const first = connected(clock, transferor, '10.0.0.2');
    const consultation = connected(clock, transferor, '10.0.0.3');
    const ends: string[] = [];
    consultation.onEnded(({ by, reason }) => ends.push(`${by}: ${reason}`));
    watch(refer(transferor, { call: first, to: consultation }));
    clock.advance(0);
    // No ringing: the target takes a call over, it does not get one.
    expect(events).toEqual(['2000 100', '2000 200', '2000 succeeded: 200']);
    expect(ends).toEqual(['remote: hung up by the peer']);
    first.hangUp();
    clock.advance(0);
    expect(transferor.sessions).toEqual([]);
    expect(target.sessions.map(({ dialog }) => dialog.remoteUri)).toEqual(['sip:phone@10.0.0.2']);
    expect(transferee.sessions.map(({ dialog }) => dialog.remoteTarget)).toEqual(['sip:lab@10.0.0.3:5060']);
    expectNothingLeft(clock, transferor, transferee, target);
  });

  it('RFC 3515 §2.4.6: two REFERs in one call are told apart by the id of their NOTIFYs', () => {
    const { clock, transferor, transferee, target, events, watch } = transferLab();
    const session = connected(clock, transferor, '10.0.0.2');
    watch(refer(transferor, { call: session, to: 'sip:phone@10.0.0.3' }));
    const second: string[] = [];
    refer(transferor, { call: session, to: 'sip:nobody@10.0.0.3;transport=ws' }).onEnded((end) =>
      second.push(describeEnd(end)),
    );
    clock.advance(RING_MS);
    expect(second).toEqual(['failed: 503']);
    expect(events.at(-1)).toBe('2000 succeeded: 200');
    expectNothingLeft(clock, transferor, transferee, target);
  });

  it('RFC 4488 §4: without a subscription nothing is told, and the call is made all the same', () => {
    const { clock, transferor, transferee, target, events, watch } = transferLab();
    const session = connected(clock, transferor, '10.0.0.2');
    watch(refer(transferor, { call: session, to: 'sip:phone@10.0.0.3', isSilent: true }));
    clock.advance(RING_MS);
    expect(events).toEqual(['1000 silent']);
    expect(target.sessions).toHaveLength(1);
    expectNothingLeft(clock, transferor, transferee, target);
  });

  it('RFC 7647 §4: REFER outside of a call', () => {
    const { clock, transferor, transferee, target, events, watch } = transferLab();
    watch(refer(transferor, { target: 'sip:phone@10.0.0.2', to: 'sip:phone@10.0.0.3' }));
    clock.advance(RING_MS);
    expect(events).toEqual(['0 100', '0 180', '1000 200', '1000 succeeded: 200']);
    expectNothingLeft(clock, transferor, transferee, target);
  });

  it('ends with the call: a REFER in a call that is over is not sent', () => {
    const it_ = phoneLab();
    const { clock, agent, ua: transferor, events, watch } = it_;
    const transferee = agent('10.0.0.2');
    asPhone(transferee);
    const session = connected(clock, transferor, '10.0.0.2');
    session.hangUp();
    clock.advance(0);
    watch(refer(transferor, { call: session, to: 'sip:phone@10.0.0.3' }));
    clock.advance(0);
    expect(events).toEqual(['1000 refused: the call is over']);
    expectNothingLeft(clock, transferor, transferee);
  });
});
