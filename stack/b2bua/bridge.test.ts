import { describe, expect, it } from 'vitest';
import { createBridgeLab, bodyOf, CALLEE_SDP, CALLER_SDP } from '../testing/bridge-lab.ts';

/* Verified: what a call through the bridge says on each leg, from the INVITE to the end. */

describe('a call through the bridge (RFC 7092 §3.2, RFC 3261 §6)', () => {
  it("rings, is answered with the callee's answer and ends on both legs with the caller's BYE", () => {
    const lab = createBridgeLab();
    const alice = lab.phone('10.0.0.9');
    const bob = lab.phone('10.0.0.2');
    const call = lab.dial(alice);
    expect(bodyOf(bob.last())).toBe(CALLER_SDP);
    bob.answer(180);
    expect(call.state).toBe('ringing');
    expect(lab.bridge.calls[0]?.state).toBe('ringing');
    bob.answer(200, { body: CALLEE_SDP });
    expect(call.session?.offers.remoteSdp).toBe(CALLEE_SDP);
    expect(bob.session().state).toBe('confirmed');
    call.hangUp();
    lab.clock.advance(0);
    expect(lab.ends).toEqual(['0 ended by caller: hung up by the peer']);
    lab.expectNothingLeft(alice.ua, bob.ua);
  });
});
