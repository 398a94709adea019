import { describe, expect, it } from 'vitest';
import { cseq } from '../message/headers/cseq.ts';
import { rack } from '../message/headers/reliability.ts';
import type { SipMessage } from '../message/message.ts';
import { createCallLab, leftOvers, OUR_SDP, PEER_CONTACT, PEER_SDP, SDP_LINE } from '../testing/call-lab.ts';

/*
 * Verified: reliable provisional responses as a caller takes them: PRACK in the order of RSeq, each fork for itself, descriptions in both.
 * The callee's side: reliable-server.test.ts.
 */

const reliable = (rseq: number, ...more: readonly string[]): readonly string[] => [
  PEER_CONTACT,
  'Require: 100rel',
  `RSeq: ${rseq}`,
  ...more,
];

const ringing = (options = {}) => {
  const lab = createCallLab();
  const call = lab.dial(options);
  const invite = lab.peer.last;
  lab.peer.take();
  const ring = (rseq: number, tag = 'p1', ...more: readonly string[]): void => {
    lab.peer.respond(invite, '183 Session Progress', reliable(rseq, ...more), tag);
  };
  const pracks = (): readonly SipMessage[] => lab.peer.received.filter((m) => cseq(m)?.method === 'PRACK');
  return { ...lab, call, invite, ring, pracks };
};

const expectNothingLeft = (lab: ReturnType<typeof ringing>): void => {
  lab.ua.dispose();
  expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
};

describe('answering reliable provisional responses (RFC 3262 §4)', () => {
  it('says Supported: 100rel in the INVITE, and nothing empty', () => {
    const lab = ringing();
    expect(lab.invite.first('Supported')).toBe('100rel, timer');
    expectNothingLeft(lab);
    const silent = ringing({ supported: [] });
    expect(silent.invite.first('Supported')).toBeUndefined();
    expectNothingLeft(silent);
  });

  it('sends a PRACK of the early dialog that names response and INVITE', () => {
    const lab = ringing();
    lab.ring(4711);
    const [prack] = lab.pracks();
    const number = cseq(lab.invite)?.number ?? 0;
    expect(prack && rack(prack)).toEqual({ rseq: 4711, cseq: number, method: 'INVITE' });
    expect(prack && cseq(prack)?.number).toBe(number + 1);
    expect(prack?.startLine).toMatchObject({ uri: 'sip:peer@10.0.0.9:5060' });
    expect(prack?.first('To')).toContain('tag=p1');
    expectNothingLeft(lab);
  });

  it('mistake 40: acknowledges the third as well as the first, and RAck always has its number', () => {
    const lab = ringing();
    for (const n of [1, 2, 3, 4]) lab.ring(n);
    const numbers = lab.pracks().map((m) => rack(m)?.rseq);
    expect(numbers).toEqual([1, 2, 3, 4]);
    expect(lab.pracks().every((m) => /^\d+ \d+ INVITE$/.test(m.first('RAck') ?? ''))).toBe(true);
    expect(lab.events).toEqual(['0 183', '0 183', '0 183', '0 183']);
    expectNothingLeft(lab);
  });

  it('sends the PRACK for the next RSeq only: one out of order is neither acknowledged nor heeded', () => {
    const lab = ringing();
    lab.ring(10);
    lab.ring(12);
    expect(lab.pracks()).toHaveLength(1);
    expect(lab.events).toEqual(['0 183']);
    lab.ring(11);
    lab.ring(12);
    expect(lab.pracks().map((m) => rack(m)?.rseq)).toEqual([10, 11, 12]);
    expectNothingLeft(lab);
  });

  it('heeds a repeated one no more', () => {
    const lab = ringing();
    lab.ring(10);
    lab.ring(10);
    expect(lab.pracks()).toHaveLength(1);
    expect(lab.events).toEqual(['0 183']);
    expectNothingLeft(lab);
  });

  it('sends none for a 1xx without RSeq or without Require: 100rel (R5)', () => {
    const lab = ringing();
    lab.peer.respond(lab.invite, '180 Ringing', [PEER_CONTACT, 'RSeq: 7'], 'p1');
    lab.peer.respond(lab.invite, '180 Ringing', [PEER_CONTACT, 'Require: 100rel'], 'p1');
    expect(lab.pracks()).toEqual([]);
    expectNothingLeft(lab);
  });

  it('counts RSeq for each fork by itself', () => {
    const lab = ringing();
    lab.ring(10, 'p1');
    lab.ring(500, 'p2');
    lab.ring(11, 'p1');
    lab.ring(502, 'p2');
    lab.ring(501, 'p2');
    expect(lab.pracks().map((m) => `${m.first('To')?.slice(-2)} ${rack(m)?.rseq}`)).toEqual([
      'p1 10',
      'p2 500',
      'p1 11',
      'p2 501',
    ]);
    expectNothingLeft(lab);
  });

  it('goes on with the call when the PRACK gets no answer', () => {
    const lab = ringing();
    lab.ring(1);
    lab.clock.advance(33_000);
    lab.peer.respond(lab.invite, '200 OK', [PEER_CONTACT, SDP_LINE, PEER_SDP], 'p1');
    expect(lab.events).toEqual(['0 183', '33000 answered']);
    expectNothingLeft(lab);
  });

  it('acknowledges those of a re-INVITE too', () => {
    const lab = createCallLab();
    const call = lab.dialled();
    call.session?.send('INVITE', { body: OUR_SDP }, { onResult: () => undefined });
    lab.clock.advance(0);
    const reInvite = lab.peer.last;
    lab.peer.respond(reInvite, '183 Session Progress', reliable(77, SDP_LINE, PEER_SDP));
    expect(rack(lab.peer.last)).toEqual({ rseq: 77, cseq: cseq(reInvite)?.number, method: 'INVITE' });
    expect(call.session?.offers.state).toBe('stable');
    lab.ua.dispose();
    expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
  });
});

describe('descriptions on the caller’s side (RFC 3262 §5, RFC 6337 §2)', () => {
  it('an answer in a reliable response settles the offer, and the 2xx repeats it at most', () => {
    const lab = ringing();
    lab.ring(1, 'p1', SDP_LINE, PEER_SDP);
    const session = lab.session();
    expect(session.offers).toMatchObject({ state: 'stable', localSdp: OUR_SDP, remoteSdp: PEER_SDP });
    lab.peer.respond(lab.invite, '200 OK', [PEER_CONTACT], 'p1');
    expect(session.offers).toMatchObject({ state: 'stable', remoteSdp: PEER_SDP, findings: [] });
    expectNothingLeft(lab);
  });

  it('another description in the 2xx is ignored and reported', () => {
    const lab = ringing();
    lab.ring(1, 'p1', SDP_LINE, PEER_SDP);
    const other = PEER_SDP.replace('4000', '4444');
    lab.peer.respond(lab.invite, '200 OK', [PEER_CONTACT, SDP_LINE, other], 'p1');
    expect(lab.session().offers.remoteSdp).toBe(PEER_SDP);
    expect(lab.session().offers.findings).toMatchObject([{ code: 'changed', side: 'remote', slot: '2xx' }]);
    expectNothingLeft(lab);
  });

  it('an offer in a reliable response is answered in its PRACK', () => {
    const lab = createCallLab();
    const call = lab.ua.call({ target: 'sip:peer@10.0.0.9', answer: () => OUR_SDP });
    lab.clock.advance(0);
    const invite = lab.peer.last;
    lab.peer.respond(invite, '183 Session Progress', reliable(5, SDP_LINE, PEER_SDP), 'p1');
    expect(lab.peer.last.startLine).toMatchObject({ method: 'PRACK' });
    expect(lab.peer.lastBody).toBe(OUR_SDP);
    lab.peer.respond(lab.peer.last, '200 OK');
    lab.peer.respond(invite, '200 OK', [PEER_CONTACT], 'p1');
    expect(lab.peer.lastBody).toBe('');
    expect(call.session?.offers).toMatchObject({ localSdp: OUR_SDP, remoteSdp: PEER_SDP, findings: [] });
    lab.ua.dispose();
    expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
  });

  it('an offer in PRACK takes its answer from the 200 to it', () => {
    const next = OUR_SDP.replace('1 1 IN', '1 2 IN');
    const heard: (string | undefined)[] = [];
    const lab = ringing({
      onReliable: (_response: unknown, sdp: string | undefined) => {
        heard.push(sdp);
        return next;
      },
    });
    lab.ring(1, 'p1', SDP_LINE, PEER_SDP);
    expect(heard).toEqual([PEER_SDP]);
    expect(lab.peer.lastBody).toBe(next);
    expect(lab.session().offers).toMatchObject({ state: 'local-offer', openSlot: 'PRACK' });
    lab.peer.respond(lab.peer.last, '200 OK', [SDP_LINE, PEER_SDP]);
    expect(lab.session().offers).toMatchObject({ state: 'stable', localSdp: next });
    expectNothingLeft(lab);
  });

  it('a PRACK can be held until its description is known', () => {
    const held: ((sdp?: string) => void)[] = [];
    const lab = ringing({
      onReliable: (response: { hold: () => (sdp?: string) => void }) => {
        held.push(response.hold());
        return undefined;
      },
    });
    lab.ring(3);
    lab.clock.advance(700);
    expect(lab.pracks()).toEqual([]);
    held[0]?.();
    lab.clock.advance(0);
    expect(lab.pracks()).toHaveLength(1);
    expectNothingLeft(lab);
  });

  it('early media is a preview: the 2xx decides, or leaves it standing', () => {
    const lab = ringing();
    lab.peer.respond(lab.invite, '183 Session Progress', [PEER_CONTACT, SDP_LINE, PEER_SDP], 'p1');
    expect(lab.session().offers).toMatchObject({ state: 'local-offer', preview: PEER_SDP });
    lab.peer.respond(lab.invite, '200 OK', [PEER_CONTACT], 'p1');
    expect(lab.session().offers).toMatchObject({ state: 'stable', remoteSdp: PEER_SDP, findings: [] });
    expectNothingLeft(lab);
  });

  it('the ACK of a late offer waits for an answer that comes later, whatever is repeated meanwhile', () => {
    const lab = createCallLab();
    const sends: ((answer: string | undefined) => void)[] = [];
    lab.ua.call({ target: 'sip:peer@10.0.0.9', answerLater: (_offer, send) => sends.push(send) });
    lab.clock.advance(0);
    const invite = lab.peer.last;
    const ok = (): void => {
      lab.peer.respond(invite, '200 OK', [PEER_CONTACT, SDP_LINE, PEER_SDP], 'p1');
    };
    ok();
    lab.clock.advance(500);
    ok();
    expect(lab.peer.take()).toEqual(['INVITE']);
    expect(sends).toHaveLength(1);
    sends[0]?.(OUR_SDP);
    lab.clock.advance(0);
    expect(lab.peer.take()).toEqual(['ACK']);
    expect(lab.peer.lastBody).toBe(OUR_SDP);
    ok();
    expect(lab.peer.take()).toEqual(['ACK']);
    lab.ua.dispose();
    expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
  });
});

describe('what a refusal leads to (RFC 3261 §8.1.3)', () => {
  it('420: another attempt without what the callee does not know', () => {
    const lab = ringing({ require: ['100rel', 'x-odd'] });
    const { peer, invite } = lab;
    expect(invite.first('Require')).toBe('100rel, x-odd');
    peer.respond(invite, '420 Bad Extension', ['Unsupported: x-odd'], 'p1');
    const again = peer.last;
    expect(peer.take()).toEqual(['ACK', 'INVITE']);
    expect(again.first('Require')).toBe('100rel');
    expect(again.first('Call-ID')).toBe(invite.first('Call-ID'));
    expect(again.first('From')).toBe(invite.first('From'));
    expect(again.first('To')).toBe('<sip:peer@10.0.0.9>');
    expect(cseq(again)?.number).toBe((cseq(invite)?.number ?? 0) + 1);
    peer.respond(again, '420 Bad Extension', ['Unsupported: x-other'], 'p2');
    expect(lab.events).toEqual(['0 failed: 420 Bad Extension']);
    expectNothingLeft(lab);
  });

  it('421: another attempt that says what was left out, when we can do it', () => {
    const lab = ringing({ supported: ['timer'] });
    lab.peer.respond(lab.invite, '421 Extension Required', ['Require: 100rel'], 'p1');
    expect(lab.peer.last.first('Supported')).toBe('timer, 100rel');
    lab.peer.respond(lab.peer.last, '421 Extension Required', ['Require: x-odd'], 'p1');
    expect(lab.events).toEqual(['0 failed: 421 Extension Required']);
    expectNothingLeft(lab);
  });

  it('3xx: the best contact not tried yet, as often as allowed', () => {
    const lab = ringing({ maxRedirects: 2 });
    const { peer, invite } = lab;
    const moved = 'Contact: <sip:low@10.0.0.9>;q=0.1, <sip:high@10.0.0.9?Subject=x>;q=0.8';
    peer.respond(invite, '302 Moved Temporarily', [moved], 'p1');
    expect(peer.last.startLine).toMatchObject({ method: 'INVITE', uri: 'sip:high@10.0.0.9' });
    expect(peer.last.first('To')).toBe('<sip:peer@10.0.0.9>');
    peer.respond(peer.last, '302 Moved Temporarily', [moved], 'p2');
    expect(peer.last.startLine).toMatchObject({ uri: 'sip:low@10.0.0.9' });
    peer.respond(peer.last, '302 Moved Temporarily', ['Contact: <sip:third@10.0.0.9>'], 'p3');
    expect(lab.events).toEqual(['0 failed: 302 Moved Temporarily']);
    expectNothingLeft(lab);
  });

  it('3xx is a result unless redirections are to be followed', () => {
    const lab = ringing();
    lab.peer.respond(lab.invite, '302 Moved Temporarily', ['Contact: <sip:x@10.0.0.9>'], 'p1');
    expect(lab.peer.take()).toEqual(['ACK']);
    expect(lab.events).toEqual(['0 failed: 302 Moved Temporarily']);
    expectNothingLeft(lab);
  });

  it('CANCEL and the repeated 2xx belong to the attempt that is on its way', () => {
    const lab = ringing({ maxRedirects: 1 });
    const { peer, invite, call } = lab;
    peer.respond(invite, '180 Ringing', [PEER_CONTACT], 'early');
    peer.respond(invite, '302 Moved Temporarily', ['Contact: <sip:x@10.0.0.9>'], 'p1');
    const second = peer.last;
    expect(lab.ua.stats.activeCalls).toBe(0);
    peer.respond(second, '180 Ringing', [PEER_CONTACT], 'p2');
    call.cancel();
    lab.clock.advance(0);
    expect(cseq(peer.last)).toEqual({ number: cseq(second)?.number, method: 'CANCEL' });
    peer.respond(peer.last, '200 OK');
    peer.respond(second, '487 Request Terminated', [], 'p2');
    expect(lab.events.at(-1)).toBe('0 failed: 487 Request Terminated');
    expectNothingLeft(lab);
  });
});
