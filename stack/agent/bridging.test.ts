import { describe, expect, it } from 'vitest';
import { createCallLab, leftOvers, OUR_SDP, PEER_SDP, SDP_LINE } from '../testing/call-lab.ts';
import { describeResult } from './result.ts';

/* Verified: what an agent tells and takes so that somebody can stand between two calls. */

describe('an agent in the middle of two calls (RFC 7092 §3.2)', () => {
  it('RFC 3261 §8.1.1.3: From and To carry display names, and the user part of our own URI', () => {
    const lab = createCallLab();
    const call = lab.dial({
      fromUser: 'alice',
      fromDisplay: 'A "B"',
      toDisplay: 'Bob',
      to: 'sip:bob@example.com',
    });
    expect(lab.peer.last.first('From')).toMatch(/^"A \\"B\\"" <sip:alice@10\.0\.0\.1>;tag=/);
    expect(lab.peer.last.first('To')).toBe('"Bob" <sip:bob@example.com>');
    lab.peer.respond(lab.peer.last, '486 Busy Here', [], 'p');
    expect(call.state).toBe('failed');
    expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
  });

  it('RFC 3326 §3.1: CANCEL carries the lines it is given, whenever it may leave', () => {
    const lab = createCallLab();
    const call = lab.dial();
    const invite = lab.peer.last;
    call.cancel([['Reason', 'SIP;cause=200']]);
    lab.peer.respond(invite, '180 Ringing', [], 'p');
    expect(lab.peer.last.startLine).toMatchObject({ method: 'CANCEL' });
    expect(lab.peer.last.first('Reason')).toBe('SIP;cause=200');
    lab.peer.respond(lab.peer.last, '200 OK', [], 'p');
    lab.peer.respond(invite, '487 Request Terminated', [], 'p');
    expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
  });

  it('RFC 3261 §14.1: 491 is told to one who wants to hear of it, and no other attempt follows', () => {
    const lab = createCallLab();
    const call = lab.dialled();
    const said: string[] = [];
    call.session?.send(
      'INVITE',
      { body: OUR_SDP, isGlareTold: true },
      { onResult: (r) => said.push(describeResult(r)) },
    );
    lab.clock.advance(0);
    lab.peer.respond(lab.peer.last, '491 Request Pending');
    lab.peer.take();
    lab.clock.advance(10_000);
    expect(said).toEqual(['491 Request Pending']);
    expect(lab.peer.take()).toEqual([]);
    call.hangUp();
    lab.clock.advance(0);
    lab.peer.respond(lab.peer.last, '200 OK');
    expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
  });

  it('RFC 3515 §2.2: REFER and NOTIFY in a call carry our Contact', () => {
    const lab = createCallLab();
    const call = lab.dialled();
    for (const method of ['REFER', 'NOTIFY']) {
      call.session?.send(method, {}, { onResult: () => undefined });
      lab.clock.advance(0);
      expect(lab.peer.last.first('Contact')).toBe('<sip:lab@10.0.0.1:5060>');
      lab.peer.respond(lab.peer.last, '200 OK');
    }
    lab.lint.allow(['E6'], 'the NOTIFY says nothing of its subscription');
    call.hangUp();
    lab.clock.advance(0);
    lab.peer.respond(lab.peer.last, '200 OK');
    expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
  });

  it('RFC 3261 §13.2.2.4, §15.1.2: ACK and BYE of the peer are told as they came', () => {
    const lab = createCallLab();
    lab.invite({ lines: [SDP_LINE], body: PEER_SDP });
    lab.answer(-1, 200, { body: OUR_SDP });
    const session = lab.session();
    const told: (string | undefined)[] = [];
    session.onAcked((ack) => told.push(ack.first('CSeq')));
    session.onEnded(({ bye }) => told.push(bye?.first('Reason')));
    const toTag = lab.ourTag();
    const ack = { method: 'ACK', toTag, branch: 'z9hG4bK-ack' };
    lab.peer.send(ack);
    lab.peer.send(ack);
    lab.peer.send({ method: 'BYE', toTag, cseq: 2, lines: ['Reason: Q.850;cause=16'] });
    expect(told).toEqual(['1 ACK', 'Q.850;cause=16']);
    expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
  });
});
