import { describe, expect, it } from 'vitest';
import type { ServerRequest } from '../../agent/handler.ts';
import type { Session } from '../../agent/session.ts';
import { fromHeader } from '../../message/headers/name-addr.ts';
import { compose } from '../../server/handler.ts';
import { call } from '../../server/handlers/call.ts';
import { replaces } from '../../server/handlers/replaces.ts';
import { createAgentLab } from '../../testing/agent-lab.ts';
import { expectNothingLeft, phoneLab, RING_MS } from '../../testing/phone-lab.ts';
import type { RawRequest } from '../../testing/raw-peer.ts';
import { Replacements } from './replacement.ts';

/*
 * Verified: what an INVITE with Replaces does to the calls of an agent, in exact virtual time.
 */

describe('the target of a transfer (RFC 3891 §3)', () => {
  const INVITE = { method: 'INVITE', callId: 'new', fromTag: 'new' };

  /** A call of the peer at 10.0.0.9, answered after a second. */
  const setUp = () => {
    const it_ = phoneLab();
    const caller = it_.peer('10.0.0.9');
    const taker = it_.peer('10.0.0.8');
    caller.send({ method: 'INVITE', callId: 'old', fromTag: 'f1' });
    const toTag = (): string => it_.ua.sessions[0]?.dialog.localTag ?? '';
    const invite = (value: string, cseqNumber = 1): void => {
      taker.send({
        ...INVITE,
        cseq: cseqNumber,
        branch: `z9hG4bK-r${cseqNumber}`,
        lines: [`Replaces: ${value}`],
      });
    };
    const answered = (): void => {
      it_.clock.advance(RING_MS);
      caller.send({ method: 'ACK', callId: 'old', fromTag: 'f1', toTag: toTag(), branch: 'z9hG4bK-ack' });
      caller.take();
    };
    return { ...it_, caller, taker, toTag, invite, answered };
  };

  it('answers at once and ends the replaced call with BYE', () => {
    const { clock, ua, caller, taker, toTag, invite, answered } = setUp();
    answered();
    invite(`old;to-tag=${toTag()};from-tag=f1`);
    expect(taker.take()).toEqual(['200 OK']);
    expect(caller.take()).toEqual(['BYE']);
    caller.respond(caller.last, '200 OK');
    taker.send({ ...INVITE, method: 'ACK', toTag: toTag(), branch: 'z9hG4bK-ack2' });
    expect(ua.sessions.map(({ dialog }) => dialog.callId)).toEqual(['new']);
    ua.sessions[0]?.hangUp();
    clock.advance(0);
    taker.respond(taker.last, '200 OK');
    expectNothingLeft(clock, ua);
  });

  it('refuses with 486 what may replace early dialogs only, when the call is answered', () => {
    const { clock, ua, taker, caller, toTag, invite, answered } = setUp();
    answered();
    invite(`old;to-tag=${toTag()};from-tag=f1;early-only`);
    expect(taker.take()).toEqual(['486 Busy Here']);
    ua.sessions[0]?.hangUp();
    clock.advance(0);
    caller.respond(caller.last, '200 OK');
    expectNothingLeft(clock, ua);
  });

  it('refuses with 481 what it does not know, and an early dialog that it did not begin', () => {
    const { clock, ua, taker, caller, toTag, invite } = setUp();
    invite('old;to-tag=x;from-tag=f1');
    invite(`old;to-tag=${toTag()};from-tag=f1`, 2);
    expect(taker.take()).toEqual([
      '481 Call/Transaction Does Not Exist',
      '481 Call/Transaction Does Not Exist',
    ]);
    clock.advance(RING_MS);
    ua.sessions[0]?.hangUp();
    caller.send({ method: 'ACK', callId: 'old', fromTag: 'f1', toTag: toTag(), branch: 'z9hG4bK-ack' });
    caller.respond(caller.last, '200 OK');
    expectNothingLeft(clock, ua);
  });

  it('refuses with 603 a call that has just ended, and with 400 two Replaces', () => {
    const { clock, ua, taker, caller, toTag, invite, answered } = setUp();
    answered();
    const tag = toTag();
    caller.send({ method: 'BYE', callId: 'old', fromTag: 'f1', toTag: tag, cseq: 2 });
    invite(`old;to-tag=${tag};from-tag=f1`);
    invite('a;to-tag=1;from-tag=2\r\nReplaces: b;to-tag=1;from-tag=2', 2);
    expect(taker.take()).toEqual(['603 Decline', '400 Bad Request']);
    clock.advance(32_000);
    taker.take();
    invite(`old;to-tag=${tag};from-tag=f1`, 3);
    expect(taker.take()).toEqual(['481 Call/Transaction Does Not Exist']);
    expectNothingLeft(clock, ua);
  });

  it('knows a call of a peer without tags by the tag 0, also when it has just ended', () => {
    const { clock, ua, taker, caller, toTag, invite } = setUp();
    const untagged = { callId: 'older', fromTag: 'none' };
    const send = (request: RawRequest): void => {
      caller.sendText(caller.write({ ...untagged, ...request }).replace(';tag=none', ''));
      clock.advance(0);
    };
    caller.send({ method: 'CANCEL', callId: 'old', fromTag: 'f1', branch: 'z9hG4bK-INVITE-1' });
    send({ method: 'INVITE', branch: 'z9hG4bK-older' });
    clock.advance(RING_MS);
    const tag = toTag();
    send({ method: 'ACK', toTag: tag, branch: 'z9hG4bK-ack' });
    invite(`older;to-tag=${tag};from-tag=0;early-only`);
    send({ method: 'BYE', toTag: tag, cseq: 2 });
    invite(`older;to-tag=${tag};from-tag=0`, 2);
    expect(taker.take()).toEqual(['486 Busy Here', '603 Decline']);
    expectNothingLeft(clock, ua);
  });

  it('takes over an early dialog that it began itself, and cancels that call', () => {
    const { clock, ua, taker, caller, peer } = setUp();
    caller.send({ method: 'CANCEL', callId: 'old', fromTag: 'f1', branch: 'z9hG4bK-INVITE-1' });
    const callee = peer('10.0.0.7');
    ua.call({ target: 'sip:callee@10.0.0.7' });
    clock.advance(0);
    const invite = callee.last;
    callee.respond(invite, '180 Ringing', ['Contact: <sip:callee@10.0.0.7>'], 'c1');
    const own = fromHeader(invite)?.tag ?? '';
    taker.send({
      ...INVITE,
      lines: [`Replaces: ${invite.first('Call-ID')};to-tag=${own};from-tag=c1;early-only`],
    });
    expect(taker.take()).toEqual(['200 OK']);
    expect(callee.take()).toEqual(['INVITE', 'CANCEL']);
    callee.respond(callee.last, '200 OK');
    callee.respond(invite, '487 Request Terminated', [], 'c1');
    taker.send({ ...INVITE, method: 'ACK', toTag: ua.sessions[0]?.dialog.localTag, branch: 'z9hG4bK-ack2' });
    ua.sessions[0]?.hangUp();
    clock.advance(0);
    taker.respond(taker.last, '200 OK');
    expectNothingLeft(clock, ua);
  });

  it('asks whether a call may be taken over', () => {
    const { clock, agent, peer } = createAgentLab();
    const ua = agent('10.0.0.1');
    const asked: string[] = [];
    const allows = (_request: ServerRequest, session: Session): boolean =>
      asked.push(session.dialog.callId) === 0;
    ua.serve(
      compose([
        replaces({ replacements: new Replacements(ua), sdpProfile: 'none', allows }),
        call({ isAccepting: true, ringMs: 0, sdpProfile: 'none' }),
      ]),
    );
    const caller = peer('10.0.0.9');
    caller.send({ method: 'INVITE', callId: 'old', fromTag: 'f1' });
    const toTag = ua.sessions[0]?.dialog.localTag ?? '';
    caller.send({ method: 'ACK', callId: 'old', fromTag: 'f1', toTag, branch: 'z9hG4bK-ack' });
    caller.send({ ...INVITE, lines: [`Replaces: old;to-tag=${toTag};from-tag=f1`], branch: 'z9hG4bK-r' });
    expect(caller.last.startLine).toMatchObject({ status: 403 });
    expect(asked).toEqual(['old']);
    ua.sessions[0]?.hangUp();
    clock.advance(0);
    caller.respond(caller.last, '200 OK');
    expectNothingLeft(clock, ua);
  });
});
