import { describe, expect, it } from 'vitest';
import type { Session } from '../agent/session.ts';
import {
  bridged,
  bridgeUri,
  calleeUri,
  CALLEE_SDP,
  CALLER_SDP,
  createBridgeLab,
  SDP_LINE,
  twoPhones,
} from '../testing/bridge-lab.ts';

/* Verified: how long bridged legs live, and that no leg outlives the other; hundreds of calls over a bad network leave nothing behind. */

/** Answers everything that keeps a call, as a phone that changes nothing. */
const agreeable = (request: {
  session: Session | undefined;
  message: unknown;
  respond: (status: number, reply?: { body: string }) => void;
}): void => {
  const sdp = request.session?.offers.lastSent;
  request.respond(
    200,
    request.session?.offers.state === 'remote-offer' && sdp !== undefined ? { body: sdp } : undefined,
  );
};

describe('how long a call lasts (RFC 4028, RFC 3261 §15)', () => {
  it('mistake 38: RFC 3261 §15: a call of ten hours stays up on both legs without a timer that ends it', () => {
    const lab = bridged();
    lab.clock.advance(7 * 60_000);
    expect([lab.alice.session().state, lab.bob.session().state]).toEqual(['confirmed', 'confirmed']);
    expect(lab.clock.pending).toBe(0);
    lab.clock.advance(10 * 3_600_000);
    expect(lab.bridge.calls.map(({ state }) => state)).toEqual(['answered']);
    expect([lab.alice.session().state, lab.bob.session().state]).toEqual(['confirmed', 'confirmed']);
    lab.bob.session().hangUp();
    lab.clock.advance(0);
    expect(lab.heard).toEqual(['36420000 ended by remote']);
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it.each(['uac', 'uas'] as const)(
    'RFC 4028 §9: with session timers of 90 s a call of an hour stays up (refresher %s)',
    (refresher) => {
      const lab = twoPhones();
      const sessionTimer = { intervalSec: 90, refresher };
      lab.dial(lab.alice, { sessionTimer });
      expect(lab.bob.last().message.first('Session-Expires')).toMatch(/^90/);
      lab.bob.answer(200, { body: CALLEE_SDP, sessionTimer });
      for (let second = 0; second < 3600; second++) {
        lab.clock.advance(1000);
        for (const phone of [lab.alice, lab.bob])
          for (const request of phone.requests) if (!request.isAnswered) agreeable(request);
      }
      expect([lab.alice.session().state, lab.bob.session().state]).toEqual(['confirmed', 'confirmed']);
      expect(lab.alice.session().timer?.intervalSec).toBe(90);
      expect(lab.bob.session().timer?.intervalSec).toBe(90);
      lab.alice.session().hangUp();
      lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
    },
  );

  it('RFC 4028 §10: a leg whose refresher is gone ends by BYE, and the other leg with it', () => {
    const lab = createBridgeLab();
    const caller = lab.rawCaller();
    const bob = lab.phone('10.0.0.2');
    caller.send({
      method: 'INVITE',
      lines: ['Supported: timer', 'Session-Expires: 90;refresher=uac', SDP_LINE],
      body: CALLER_SDP,
    });
    bob.answer(200, { body: CALLEE_SDP });
    const toTag = caller.last.first('To')?.split('tag=')[1];
    caller.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack' });
    lab.clock.advance(59_000);
    expect(bob.session().state).toBe('confirmed');
    lab.clock.advance(2000);
    expect(caller.last.startLine).toMatchObject({ method: 'BYE' });
    expect(bob.ua.sessions).toEqual([]);
    expect(lab.ends).toEqual(['60000 ended by bridge: the session was not refreshed in time']);
    caller.respond(caller.last, '200 OK');
    lab.expectNothingLeft(bob.ua);
  });

  it('RFC 4028 §9: an interval too small is refused with 422, and nobody is called', () => {
    const lab = createBridgeLab({ sessionTimer: { minSec: 600 } });
    const bob = lab.phone('10.0.0.2');
    const caller = lab.rawCaller();
    caller.send({ method: 'INVITE', lines: ['Supported: timer', 'Session-Expires: 120'] });
    expect(caller.last.first('Min-SE')).toBe('600');
    expect(bob.requests).toEqual([]);
  });

  it.each(['caller', 'callee'] as const)(
    'RFC 3326 §2: the Reason of a BYE from the %s reaches the other side',
    (side) => {
      const lab = bridged();
      const [asking, asked] = side === 'caller' ? [lab.alice, lab.bob] : [lab.bob, lab.alice];
      const reasons: (readonly string[] | undefined)[] = [];
      asked.session().onEnded(({ bye }) => reasons.push(bye?.all('Reason')));
      asking
        .session()
        .send(
          'BYE',
          { headers: [['Reason', 'Q.850;cause=16;text="Terminated"']] },
          { onResult: () => undefined },
        );
      lab.clock.advance(0);
      expect(reasons).toEqual([['Q.850;cause=16;text="Terminated"']]);
      expect(lab.ends).toEqual([`0 ended by ${side}: hung up by the peer`]);
      lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
    },
  );

  it('RFC 3261 §12.2.1.2: a callee that does not know the call any more ends both legs', () => {
    const lab = bridged();
    const ended: string[] = [];
    lab.alice.session().onEnded(({ bye }) => ended.push(bye?.first('Reason') ?? ''));
    lab.alice
      .session()
      .send('INVITE', { body: lab.alice.session().offers.localSdp ?? '' }, { onResult: () => undefined });
    lab.clock.advance(0);
    lab.bob.answer(481);
    lab.clock.advance(0);
    expect(ended).toEqual(['SIP;cause=500;text="INVITE was answered 481"']);
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3261 §13.3.1.4: a caller that acknowledges nothing ends both legs after 64*T1', () => {
    const lab = createBridgeLab();
    const caller = lab.rawCaller();
    const bob = lab.phone('10.0.0.2');
    caller.send({
      method: 'INVITE',
      lines: [SDP_LINE],
      body: CALLER_SDP,
    });
    bob.answer(200, { body: CALLEE_SDP });
    lab.clock.advance(31_000);
    expect(bob.session().state).toBe('confirmed');
    lab.clock.advance(1000);
    expect(bob.ua.sessions).toEqual([]);
    caller.respond(caller.last, '200 OK');
    lab.expectNothingLeft(bob.ua);
  });

  it('a connection that breaks in a call over TCP is opened anew by the next request, and the call goes on (RFC 3261 §18.4)', async () => {
    const lab = createBridgeLab({ route: () => ({ targets: [{ uri: calleeUri('tcp') }] }) });
    const alice = lab.phone('10.0.0.9');
    const bob = lab.phone('10.0.0.2', undefined, 'tcp');
    lab.dial(alice, { target: bridgeUri() });
    await lab.clock.advanceAsync(10);
    bob.answer(200, { body: CALLEE_SDP });
    await lab.clock.advanceAsync(40 * 60_000);
    expect(lab.network.openConnections).toBe(0);
    alice.session().hangUp();
    await lab.clock.advanceAsync(1000);
    expect(bob.ua.sessions).toEqual([]);
    await lab.expectClosed(alice.ua, bob.ua);
  });

  it("bridge.calls shows both legs of each call, and the agent's stop ends them all", async () => {
    const lab = bridged();
    const [call] = lab.bridge.calls;
    expect(call?.caller?.dialog.callId).toBe(lab.alice.session().dialog.callId);
    expect(call?.callee?.dialog.callId).toBe(lab.bob.session().dialog.callId);
    expect(call?.caller?.dialog.callId).not.toBe(call?.callee?.dialog.callId);
    const stopped = lab.hub.stop(5000);
    lab.clock.advance(6000);
    await stopped;
    expect([...lab.alice.ua.sessions, ...lab.bob.ua.sessions]).toEqual([]);
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3261 §15: hanging up here ends both legs, answered or not', () => {
    const lab = bridged();
    lab.bridge.calls[0]?.hangUp();
    lab.clock.advance(0);
    expect([...lab.alice.ua.sessions, ...lab.bob.ua.sessions]).toEqual([]);
    lab.dial(lab.alice);
    lab.bob.answer(180);
    lab.bridge.calls[0]?.hangUp();
    lab.clock.advance(0);
    expect(lab.heard.at(-1)).toBe('0 480 Temporarily Unavailable');
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });
});

describe('many calls over a bad network (RFC 3261 §17)', () => {
  it(
    'of 500 calls with 5 % loss, delay and copies every one ends, and nothing is pending',
    { timeout: 60_000 },
    () => {
      const lab = createBridgeLab();
      const bob = lab.phone('10.0.0.2', (request) => {
        if (request.method !== 'INVITE' || request.session !== undefined) {
          agreeable(request);
          return;
        }
        const fate = request.ids.chance();
        const isReliable = request.ids.chance() < 0.4;
        request.respond(180);
        if (fate < 0.5) request.respond(183, { body: CALLEE_SDP, isReliable });
        const timer = request.clock.after(1000 + fate * 3000, () => {
          if (fate > 0.9) request.respond(486);
          else
            request.respond(
              200,
              request.session?.offers.isInviteSettled === true ? {} : { body: CALLEE_SDP },
            );
        });
        request.onAbandoned(() => {
          timer.cancel();
        });
      });
      const alice = lab.phone('10.0.0.9', agreeable);
      lab.network.impair({ loss: 0.05, delayMs: 10, jitterMs: 30, duplicate: 0.02 });
      let over = 0;
      for (let n = 0; n < 500; n++) {
        lab.clock.after(n * 100, () => {
          const call = lab.dial(alice);
          call.onFailed(() => over++);
          call.onEnded(() => over++);
          call.onAnswered((session) => {
            if (n % 3 === 0)
              session.send('INVITE', { body: session.offers.localSdp ?? '' }, { onResult: () => undefined });
            if (n % 5 === 0) session.send('INFO', {}, { onResult: () => undefined });
            lab.clock.after(5000, () => {
              call.hangUp();
            });
          });
          if (n % 7 === 0)
            lab.clock.after(1500, () => {
              call.hangUp();
            });
          if (n % 11 === 0)
            lab.clock.after(7000, () => {
              bob.ua.sessions.at(-1)?.hangUp();
            });
        });
      }
      lab.clock.advance(200_000);
      expect(over).toBe(500);
      lab.expectNothingLeft(alice.ua, bob.ua);
    },
  );
});
