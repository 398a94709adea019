import { describe, expect, it } from 'vitest';
import { cseq } from '../message/headers/cseq.ts';
import { describeResult } from './result.ts';
import { compose } from '../server/handler.ts';
import { call } from '../server/handlers/call.ts';
import { info } from '../server/handlers/info.ts';
import { message } from '../server/handlers/message.ts';
import { options } from '../server/handlers/options.ts';
import { update } from '../server/handlers/update.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import { createAgentLab } from '../testing/agent-lab.ts';
import { RawPeer } from '../testing/raw-peer.ts';
import {
  createCallLab,
  leftOvers,
  OUR_SDP,
  PEER_CONTACT,
  PEER_SDP,
  SDP_LINE,
  type CallLab,
} from '../testing/call-lab.ts';

/*
 * Verified: requests in early and confirmed calls, both ways: UPDATE, INFO packages, late answers, BYE, refreshes nobody serves, and the
 * reminders of a call that rings long. Glare and overlap: session.test.ts. Session timers: session-timer.test.ts.
 */

const RELIABLE = { isReliable: true } as const;
const KNOWS = 'Supported: 100rel';

const expectNothingLeft = (lab: CallLab): void => {
  lab.ua.dispose();
  expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
};

const rseqLine = ({ peer }: CallLab): string => `RAck: ${peer.last.first('RSeq') ?? ''} 1 INVITE`;

/** A ringing call of the peer whose first exchange is complete and acknowledged. */
const earlyAgreed = (): CallLab & { readonly toTag: string } => {
  const lab = createCallLab((r) => {
    if (r.method === 'PRACK') r.respond(200);
  });
  lab.invite({ lines: [KNOWS, SDP_LINE], body: PEER_SDP });
  lab.answer(0, 183, { ...RELIABLE, body: OUR_SDP });
  const toTag = lab.ourTag();
  lab.peer.send({ method: 'PRACK', cseq: 2, toTag, lines: [rseqLine(lab)] });
  lab.peer.take();
  return { ...lab, toTag };
};

describe('UPDATE before the answer (RFC 3311 §5)', () => {
  it('the caller changes the session in an early dialog', () => {
    const lab = earlyAgreed();
    const next = PEER_SDP.replace('1 1 IN', '1 2 IN');
    lab.peer.send({ method: 'UPDATE', cseq: 3, toTag: lab.toTag, lines: [SDP_LINE], body: next });
    lab.answer(-1, 200, { body: OUR_SDP });
    expect(lab.peer.take()).toEqual(['200 OK']);
    expect(lab.session().offers).toMatchObject({ state: 'stable', remoteSdp: next, findings: [] });
    expect(lab.session().state).toBe('early');
    expectNothingLeft(lab);
  });

  it('the callee changes the session in an early dialog', async () => {
    const lab = earlyAgreed();
    const next = OUR_SDP.replace('1 1 IN', '1 2 IN');
    const result = lab.session().request('UPDATE', { body: next });
    lab.clock.advance(0);
    expect(lab.peer.last.startLine).toMatchObject({ method: 'UPDATE', uri: 'sip:peer@10.0.0.9:5060' });
    lab.peer.respond(lab.peer.last, '200 OK', [PEER_CONTACT, SDP_LINE, PEER_SDP]);
    expect(await result).toMatchObject({ status: 200 });
    expect(lab.session().offers).toMatchObject({ state: 'stable', localSdp: next, findings: [] });
    expectNothingLeft(lab);
  });

  it('with an offer gets 500 with Retry-After while the offer of the INVITE waits', () => {
    const lab = createCallLab();
    lab.invite({ lines: [KNOWS, SDP_LINE], body: PEER_SDP });
    lab.answer(0, 180);
    const toTag = lab.ourTag();
    lab.peer.send({ method: 'UPDATE', cseq: 2, toTag, lines: [SDP_LINE], body: PEER_SDP });
    expect(lab.peer.last.startLine).toMatchObject({ status: 500 });
    expect(Number(lab.peer.last.first('Retry-After'))).toBeLessThanOrEqual(10);
    expectNothingLeft(lab);
  });

  it('with an offer gets 491 while our offer waits for its answer', () => {
    const lab = createCallLab();
    lab.invite({ lines: [KNOWS] });
    lab.answer(0, 183, { ...RELIABLE, body: OUR_SDP });
    const toTag = lab.ourTag();
    lab.peer.send({ method: 'UPDATE', cseq: 2, toTag, lines: [SDP_LINE], body: PEER_SDP });
    expect(lab.peer.last.startLine).toMatchObject({ status: 491 });
    expectNothingLeft(lab);
  });

  it('with an offer is not sent while one is open', async () => {
    const lab = createCallLab();
    lab.dial();
    lab.peer.respond(lab.peer.last, '180 Ringing', [PEER_CONTACT], 'p1');
    expect(await lab.session().request('UPDATE', { body: OUR_SDP })).toMatchObject({ code: 'pending' });
    expect(await lab.session().request('INVITE')).toMatchObject({ code: 'pending' });
    expectNothingLeft(lab);
  });

  it('with an offer is not sent while the answer to an INVITE is to carry one (§5.1)', async () => {
    const lab = createCallLab();
    lab.invite();
    lab.answer(0, 180);
    expect(await lab.session().request('UPDATE', { body: OUR_SDP })).toMatchObject({ code: 'pending' });
    expectNothingLeft(lab);
  });
});

describe('requests of a handler’s own (RFC 3261 §12.2)', () => {
  it('of any method may be answered later', () => {
    const lab = createCallLab();
    const toTag = lab.answered();
    for (const [at, method] of ['INFO', 'OPTIONS', 'MESSAGE', 'UPDATE', 'INVITE'].entries()) {
      lab.peer.send({ method, cseq: 10 + at, toTag, branch: `z9hG4bK-${method}` });
      lab.peer.take();
      lab.clock.advance(1000);
      expect(lab.requests.at(-1)).toMatchObject({ method, isAnswered: false });
      expect(lab.requests.at(-1)?.session).toBe(lab.session());
      lab.answer(-1, 200);
      expect(lab.peer.take().at(-1)).toBe('200 OK');
      if (method === 'INVITE') lab.peer.send({ method: 'ACK', cseq: 10 + at, toTag, branch: 'z9hG4bK-a' });
    }
    expectNothingLeft(lab);
  });

  it('PRACK included: its description and the peer’s offer state are at hand', () => {
    const lab = createCallLab();
    lab.invite({ lines: [KNOWS] });
    lab.answer(0, 183, { ...RELIABLE, body: OUR_SDP });
    const toTag = lab.ourTag();
    lab.peer.send({
      method: 'PRACK',
      cseq: 2,
      toTag,
      lines: [rseqLine(lab), SDP_LINE],
      body: PEER_SDP,
    });
    expect(lab.requests.at(-1)).toMatchObject({ method: 'PRACK', isAnswered: false });
    expect(lab.session().offers.remoteSdp).toBe(PEER_SDP);
    lab.answer(-1, 200);
    expectNothingLeft(lab);
  });

  it('with a CSeq number used before get 500, whatever the method (D2)', () => {
    const lab = createCallLab();
    const toTag = lab.answered();
    lab.peer.send({ method: 'INFO', cseq: 5, toTag });
    lab.answer(-1, 200);
    lab.peer.send({ method: 'OPTIONS', cseq: 5, toTag, branch: 'z9hG4bK-equal' });
    lab.peer.send({ method: 'MESSAGE', cseq: 4, toTag, branch: 'z9hG4bK-less' });
    expect(lab.peer.take()).toEqual(['200 OK', '500 CSeq Out Of Order', '500 CSeq Out Of Order']);
    expectNothingLeft(lab);
  });
});

describe('INFO packages (RFC 6086)', () => {
  const lab = () => {
    const { clock, agent, peer } = createAgentLab();
    const takes = { isAccepting: true, ringMs: 0, sdpProfile: 'none' } as const;
    const ua = agent(
      '10.0.0.1',
      compose([call(takes), info({ packages: ['x-dtmf'] }), message(), options()]),
    );
    const raw = peer('10.0.0.9');
    raw.send({ method: 'INVITE' });
    const ok = raw.last;
    const toTag = ok.first('To')?.split('tag=')[1];
    raw.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack' });
    raw.take();
    return { clock, ua, peer: raw, ok, toTag };
  };

  it('are announced by Recv-Info in the 2xx (§5.2)', () => {
    const { ok, ua } = lab();
    expect(ok.first('Recv-Info')).toBe('x-dtmf');
    ua.dispose();
  });

  it.each([
    ['x-dtmf', '200 OK', undefined],
    ['X-DTMF', '200 OK', undefined],
    ['other', '469 Bad Info Package', 'x-dtmf'],
  ])('%s gets %s (§4.2.2)', (name, status, recvInfo) => {
    const { peer, toTag, ua } = lab();
    peer.send({ method: 'INFO', cseq: 2, toTag, lines: [`Info-Package: ${name}`] });
    expect(peer.take()).toEqual([status]);
    expect(peer.last.first('Recv-Info')).toBe(recvInfo);
    ua.dispose();
  });

  it('MESSAGE and OPTIONS are served in the call as outside of it', () => {
    const { peer, toTag, ua } = lab();
    peer.send({ method: 'MESSAGE', cseq: 2, toTag, lines: ['Content-Type: text/plain'], body: 'hi' });
    peer.send({ method: 'OPTIONS', cseq: 3, toTag });
    expect(peer.take()).toEqual(['200 OK', '200 OK']);
    expect(peer.last.first('Allow')).toContain('PRACK');
    ua.dispose();
  });
});

describe('a call that no handler serves (RFC 3261 §14.2)', () => {
  const unserved = () => {
    const lab = createCallLab(undefined, {
      handler: { methods: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'UPDATE'], handle: (_request, next) => next() },
    });
    const made = lab.dialled();
    const send = (method: string, cseqNumber: number, body?: string): void => {
      lab.peer.send({
        method,
        cseq: cseqNumber,
        toTag: made.ids.fromTag,
        fromTag: 'p1',
        callId: made.ids.callId,
        branch: `z9hG4bK-${cseqNumber}`,
        ...(body === undefined ? {} : { lines: [SDP_LINE], body }),
      });
    };
    return { ...lab, send };
  };

  it('accepts a refresh, with what is agreed', () => {
    const lab = unserved();
    lab.send('UPDATE', 1);
    lab.send('UPDATE', 2, PEER_SDP);
    expect(lab.peer.lastBody).toBe(OUR_SDP);
    lab.send('INVITE', 3, PEER_SDP);
    expect(lab.peer.lastBody).toBe(OUR_SDP);
    expect(lab.peer.take()).toEqual(['200 OK', '200 OK', '200 OK']);
    expect(lab.session().offers.findings).toEqual([]);
    expectNothingLeft(lab);
  });

  it('refuses a change with 488 and Warning, and stays as it was', () => {
    const lab = unserved();
    lab.send('INVITE', 1, PEER_SDP.replace('4000', '4444'));
    expect(lab.peer.take()).toEqual(['488 Not Acceptable Here']);
    expect(lab.peer.last.first('Warning')).toBe('399 10.0.0.1 "the session cannot be changed here"');
    expect(lab.session().offers).toMatchObject({ state: 'stable', remoteSdp: PEER_SDP });
    expectNothingLeft(lab);
  });
});

describe('a call that rings long (RFC 3261 §13.3.1.1, RFC 3262 §3)', () => {
  it('is heard of every minute', () => {
    const lab = createCallLab();
    lab.invite();
    lab.answer(0, 180);
    lab.clock.advance(130_000);
    expect(lab.peer.log.splice(0)).toEqual(['0 180 Ringing', '60000 180 Ringing', '120000 180 Ringing']);
    lab.answer(0, 486);
    lab.peer.send({ method: 'ACK', branch: 'z9hG4bK-i', toTag: lab.ourTag() });
    expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
  });

  it('is heard of every two and a half minutes by reliable responses, each with the next RSeq', () => {
    const lab = createCallLab((r) => {
      if (r.method === 'PRACK') r.respond(200);
    });
    lab.invite({ lines: [KNOWS] });
    lab.answer(0, 180, RELIABLE);
    const first = Number(lab.peer.last.first('RSeq'));
    lab.peer.send({ method: 'PRACK', cseq: 2, toTag: lab.ourTag(), lines: [rseqLine(lab)] });
    lab.peer.take();
    lab.clock.advance(150_000);
    expect(lab.peer.take()).toEqual(['180 Ringing']);
    expect(Number(lab.peer.last.first('RSeq'))).toBe(first + 1);
    expectNothingLeft(lab);
  });
});

describe('BYE (RFC 3261 §15)', () => {
  it('mistake 24: is not sent by a callee before the ACK of its 2xx, however it is asked for (D11)', () => {
    const lab = createCallLab();
    lab.invite();
    lab.answer(0, 200);
    const toTag = lab.ourTag();
    const results: string[] = [];
    lab.session().send(
      'BYE',
      { headers: [['Reason', 'Q.850;cause=16']] },
      {
        onResult: (result) => results.push(describeResult(result)),
      },
    );
    lab.clock.advance(100);
    expect(lab.peer.take()).toEqual(['200 OK']);
    lab.peer.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack' });
    expect(lab.peer.last.first('Reason')).toBe('Q.850;cause=16');
    lab.peer.respond(lab.peer.last, '200 OK');
    expect(results).toEqual(['200 OK']);
    expectNothingLeft(lab);
  });

  it('is not sent by a callee in an early dialog', async () => {
    const lab = createCallLab();
    lab.invite();
    lab.answer(0, 180);
    expect(await lab.session().request('BYE')).toMatchObject({ kind: 'not-sent' });
    expect(lab.peer.take()).toEqual(['180 Ringing']);
    expectNothingLeft(lab);
  });
});

describe('a dialog begun by a sips URI (RFC 3261 §8.1.1.8, §12.1.1)', () => {
  it('has sips Contacts on both sides', async () => {
    const { clock, agent, network } = createAgentLab();
    const takes = { isAccepting: true, ringMs: 0, sdpProfile: 'none' } as const;
    const ua = agent('10.0.0.1', compose([call(takes), update(takes)]));
    const own = network.bind('tls', { host: '10.0.0.1', port: 5061 });
    ua.addTransport(own);
    const theirs = network.bind('tls', { host: '10.0.0.9', port: 5061 });
    const peer = new RawPeer(clock, theirs, { host: '10.0.0.1', port: 5061 });
    peer.send({ method: 'INVITE', uri: 'sips:us@10.0.0.1:5061' });
    await clock.advanceAsync(0);
    const toTag = toHeader(peer.last)?.tag;
    peer.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack' });
    peer.send({ method: 'UPDATE', cseq: 2, toTag });
    await clock.advanceAsync(0);
    ua.call({ target: 'sips:peer@10.0.0.9:5061' }).onFailed(() => undefined);
    await clock.advanceAsync(0);
    const said = peer.received.map((m) => m.first('Contact')).filter((contact) => contact !== undefined);
    expect(new Set(said)).toEqual(new Set(['<sips:lab@10.0.0.1:5061>']));
    expect(said).toHaveLength(4);
    ua.dispose();
    await Promise.all([own.close(), theirs.close()]);
  });
});

describe('CSeq over a whole call (RFC 3261 §12.2.1.1)', () => {
  it('counts up by one with each request of ours, and never repeats a number', () => {
    const lab = createCallLab();
    const made = lab.dialled();
    for (const method of ['INFO', 'UPDATE', 'MESSAGE', 'OPTIONS']) {
      made.session?.send(method, {}, { onResult: () => undefined });
      lab.clock.advance(0);
      lab.peer.respond(lab.peer.last, '200 OK', [PEER_CONTACT]);
    }
    const numbers = lab.peer.received
      .filter((m) => cseq(m)?.method !== 'ACK')
      .map((m) => cseq(m)?.number ?? 0);
    expect(numbers.map((n) => n - (numbers[0] ?? 0))).toEqual([0, 1, 2, 3, 4]);
    expectNothingLeft(lab);
  });
});
