import type { LimitHit } from '../core/limits.ts';
import { describe, expect, it } from 'vitest';
import { toHeader } from '../message/headers/name-addr.ts';
import { createAgentLab } from '../testing/agent-lab.ts';
import type { RawPeer } from '../testing/raw-peer.ts';
import type { Handler, Reply, ServerRequest } from './handler.ts';
import type { UserAgentOptions } from './user-agent.ts';

/*
 * Verified: the callee's side of a call, message by message and in exact virtual time: dialog-forming responses, the repeated 2xx,
 * ACK, CANCEL at each moment, BYE, overlapping and crossing offers, stop. The caller's side: outgoing-call.test.ts.
 */

const OFFER = 'v=0\r\no=peer 1 1 IN IP4 10.0.0.9\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';
const ANSWER = 'v=0\r\no=us 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n';
const SDP = ['Content-Type: application/sdp'];

/** Collects what is asked; answers only what `answers` says. */
const desk = (answers: (request: ServerRequest) => void = () => undefined) => {
  const requests: ServerRequest[] = [];
  const handler: Handler = {
    name: 'desk',
    methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', 'UPDATE', 'INFO', 'OPTIONS'],
    explain: () => 'Writes down what is asked.',
    handle: (request) => {
      requests.push(request);
      answers(request);
    },
  };
  return { handler, requests };
};

const lab = (answers?: (request: ServerRequest) => void, options?: Partial<UserAgentOptions>) => {
  const { clock, agent, peer, network } = createAgentLab();
  const { handler, requests } = desk(answers);
  const ua = agent('10.0.0.1', handler, options);
  const request = (at: number): ServerRequest => {
    const found = requests[at];
    if (found === undefined) throw new Error(`the handler got ${requests.length} requests`);
    return found;
  };
  const answer = (at: number, status: number, reply?: Reply): void => {
    request(at).respond(status, reply);
    clock.advance(0);
  };
  return { clock, ua, network, peer: peer('10.0.0.9'), request, requests, answer };
};

type Lab = ReturnType<typeof lab>;

const ourTag = (peer: RawPeer): string => toHeader(peer.last)?.tag ?? '';

/** An answered and acknowledged call; returns our tag. */
const establish = ({ peer, answer, requests }: Lab): string => {
  peer.send({ method: 'INVITE', lines: SDP, body: OFFER });
  answer(requests.length - 1, 200, { body: ANSWER });
  const toTag = ourTag(peer);
  peer.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack-1' });
  peer.take();
  return toTag;
};

const expectNothingLeft = ({ clock, ua }: Lab): void => {
  clock.runAll(200_000);
  expect(ua.stats).toMatchObject({ activeCalls: 0, serverTransactions: 0, clientTransactions: 0 });
  expect(clock.pending).toBe(0);
};

describe('answering a call (RFC 3261 §13.3.1)', () => {
  it('makes a dialog with the first response above 100: one tag, Contact, Record-Route', () => {
    const it_ = lab();
    const { peer, answer } = it_;
    const route = '<sip:proxy@10.0.0.5;lr>, "Edge" <sip:edge@10.0.0.6;lr;x=1>';
    peer.send({ method: 'INVITE', lines: [`Record-Route: ${route}`] });
    answer(0, 100);
    answer(0, 180);
    answer(0, 200, { body: ANSWER });
    const [trying, ringing, ok] = peer.received;
    expect(trying && toHeader(trying)?.tag).toBeUndefined();
    expect([trying?.first('Contact'), trying?.first('Record-Route')]).toEqual([undefined, undefined]);
    const tag = ringing && toHeader(ringing)?.tag;
    expect(tag).toMatch(/^\S{4,}$/);
    for (const response of [ringing, ok]) {
      expect(response && toHeader(response)?.tag).toBe(tag);
      expect(response?.first('Contact')).toBe('<sip:lab@10.0.0.1:5060>');
      expect(response?.first('Record-Route')).toBe(route);
    }
    expect(ok?.first('Allow')).toBe('INVITE, ACK, CANCEL, BYE, UPDATE, INFO, OPTIONS');
    expect(ok?.first('Supported')).toBeUndefined();
    peer.send({ method: 'ACK', toTag: tag, branch: 'z9hG4bK-ack' });
    peer.send({ method: 'BYE', toTag: tag, cseq: 2 });
    expectNothingLeft(it_);
  });

  it('repeats the 2xx at T1, doubling to T2, and ends the call with BYE after 64*T1 without ACK (§13.3.1.4)', () => {
    const it_ = lab((r) => {
      r.respond(200);
    });
    const { peer, clock } = it_;
    peer.send({ method: 'INVITE' });
    clock.advance(32_000);
    const times = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
    expect(peer.log).toEqual([...times.map((ms) => `${ms} 200 OK`), '32000 BYE']);
    peer.respond(peer.last, '200 OK');
    expectNothingLeft(it_);
  });

  it('stops repeating the 2xx with the ACK', () => {
    const it_ = lab((r) => {
      r.respond(200);
    });
    const { peer, clock } = it_;
    peer.send({ method: 'INVITE' });
    clock.advance(1600);
    peer.send({ method: 'ACK', toTag: ourTag(peer), branch: 'z9hG4bK-ack' });
    clock.advance(60_000);
    expect(peer.log).toEqual(['0 200 OK', '500 200 OK', '1500 200 OK']);
    peer.send({ method: 'BYE', toTag: ourTag(peer), cseq: 2 });
    expectNothingLeft(it_);
  });

  it('ignores an ACK with another CSeq number', () => {
    const it_ = lab((r) => {
      r.respond(200);
    });
    const { peer, clock } = it_;
    peer.send({ method: 'INVITE', cseq: 7 });
    const toTag = ourTag(peer);
    peer.send({ method: 'ACK', toTag, cseq: 6, branch: 'z9hG4bK-wrong' });
    clock.advance(500);
    expect(peer.log).toEqual(['0 200 OK', '500 200 OK']);
    peer.send({ method: 'ACK', toTag, cseq: 7, branch: 'z9hG4bK-right' });
    peer.send({ method: 'BYE', toTag, cseq: 8 });
    expectNothingLeft(it_);
  });

  it('waits with its BYE for the ACK also where the peer says the call is gone (§15)', () => {
    const it_ = lab();
    const { peer, answer, ua } = it_;
    peer.send({ method: 'INVITE', lines: SDP, body: OFFER });
    answer(0, 200, { body: ANSWER });
    const toTag = ourTag(peer);
    ua.sessions[0]?.send('INFO', {}, { onResult: () => undefined });
    it_.clock.advance(0);
    peer.respond(peer.last, '481 Call/Transaction Does Not Exist');
    peer.take();
    it_.clock.advance(400);
    expect(peer.take()).toEqual([]);
    peer.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack-1' });
    expect(peer.take()).toEqual(['BYE']);
    expectNothingLeft(it_);
  });

  it('waits with its BYE for the ACK (§15)', () => {
    const it_ = lab((r) => {
      r.respond(200);
    });
    const { peer, ua, clock } = it_;
    peer.send({ method: 'INVITE' });
    const toTag = ourTag(peer);
    ua.sessions[0]?.hangUp();
    clock.advance(100);
    expect(peer.take()).toEqual(['200 OK']);
    peer.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack' });
    expect(peer.take()).toEqual(['BYE']);
    peer.respond(peer.last, '200 OK');
    expectNothingLeft(it_);
  });

  it('takes the answer to its own offer from the ACK', () => {
    const it_ = lab((r) => {
      r.respond(200, { body: ANSWER });
    });
    const { peer, ua } = it_;
    peer.send({ method: 'INVITE' });
    const [session] = ua.sessions;
    expect(session?.offers.state).toBe('local-offer');
    const toTag = ourTag(peer);
    peer.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack', lines: SDP, body: OFFER });
    expect(session?.offers).toMatchObject({ state: 'stable', localSdp: ANSWER, remoteSdp: OFFER });
    peer.send({ method: 'BYE', toTag, cseq: 2 });
    expectNothingLeft(it_);
  });

  it('refuses calls past its limit with 503, and tells which limit it was (RFC 3261 §21.5.4)', () => {
    const hits: LimitHit[] = [];
    const it_ = lab(undefined, { maxSessions: 1, onLimit: (hit) => hits.push(hit) });
    const { peer, ua } = it_;
    establish(it_);
    peer.send({ method: 'INVITE', callId: 'second', branch: 'z9hG4bK-second' });
    expect(peer.take()).toEqual(['503 Service Unavailable']);
    expect(peer.last.first('Retry-After')).toBe('5');
    expect(hits).toMatchObject([{ limit: 'dialogs', source: { port: 5060 } }]);
    ua.dispose();
    expectNothingLeft(it_);
  });
});

describe('CANCEL (RFC 3261 §9.2)', () => {
  it('ends a call that rings with 487 and tells the handler', () => {
    const it_ = lab();
    const { peer, answer, request, clock } = it_;
    peer.send({ method: 'INVITE', branch: 'z9hG4bK-i' });
    answer(0, 180);
    const told: string[] = [];
    request(0).onAbandoned(() => told.push('abandoned'));
    peer.send({ method: 'CANCEL', branch: 'z9hG4bK-i' });
    expect(peer.take()).toEqual(['180 Ringing', '200 OK', '487 Request Terminated']);
    const tags = peer.received.map((m) => toHeader(m)?.tag);
    expect(new Set(tags).size).toBe(1);
    expect(told).toEqual(['abandoned']);
    peer.send({ method: 'ACK', branch: 'z9hG4bK-i', toTag: ourTag(peer) });
    answer(0, 200);
    clock.advance(1000);
    expect(peer.take()).toEqual([]);
    expectNothingLeft(it_);
  });

  it('ends a call that does not ring yet', () => {
    const it_ = lab();
    const { peer } = it_;
    peer.send({ method: 'INVITE', branch: 'z9hG4bK-i' });
    peer.send({ method: 'CANCEL', branch: 'z9hG4bK-i' });
    expect(peer.take()).toEqual(['200 OK', '487 Request Terminated']);
    peer.send({ method: 'ACK', branch: 'z9hG4bK-i', toTag: ourTag(peer) });
    expectNothingLeft(it_);
  });

  it('changes nothing once the call is answered', () => {
    const it_ = lab((r) => {
      r.respond(200);
    });
    const { peer, ua } = it_;
    peer.send({ method: 'INVITE', branch: 'z9hG4bK-i' });
    const toTag = ourTag(peer);
    peer.send({ method: 'CANCEL', branch: 'z9hG4bK-i' });
    expect(peer.take()).toEqual(['200 OK', '200 OK']);
    expect(ua.stats.activeCalls).toBe(1);
    peer.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack' });
    peer.send({ method: 'BYE', toTag, cseq: 2 });
    expectNothingLeft(it_);
  });

  it('of nothing gets 481', () => {
    const it_ = lab();
    it_.peer.send({ method: 'CANCEL', branch: 'z9hG4bK-none' });
    expect(it_.peer.take()).toEqual(['481 Call/Transaction Does Not Exist']);
    expectNothingLeft(it_);
  });

  it('of a re-INVITE leaves the call as it is', () => {
    const it_ = lab();
    const { peer, ua } = it_;
    const toTag = establish(it_);
    peer.send({
      method: 'INVITE',
      cseq: 2,
      toTag,
      branch: 'z9hG4bK-re',
      lines: SDP,
      body: `${OFFER}a=sendonly\r\n`,
    });
    peer.send({ method: 'CANCEL', cseq: 2, toTag, branch: 'z9hG4bK-re' });
    expect(peer.take()).toEqual(['200 OK', '487 Request Terminated']);
    peer.send({ method: 'ACK', cseq: 2, toTag, branch: 'z9hG4bK-re' });
    expect(ua.sessions[0]?.offers).toMatchObject({ state: 'stable', remoteSdp: OFFER });
    peer.send({ method: 'BYE', toTag, cseq: 3 });
    expectNothingLeft(it_);
  });
});

describe('BYE (RFC 3261 §15.1.2)', () => {
  it('answers what is still open 487', () => {
    const it_ = lab();
    const { peer } = it_;
    const toTag = establish(it_);
    peer.send({ method: 'INFO', cseq: 2, toTag });
    peer.send({ method: 'INVITE', cseq: 3, toTag, branch: 'z9hG4bK-re' });
    peer.send({ method: 'BYE', cseq: 4, toTag });
    expect(peer.take()).toEqual(['200 OK', '487 Request Terminated', '487 Request Terminated']);
    peer.send({ method: 'ACK', cseq: 3, toTag, branch: 'z9hG4bK-re' });
    expectNothingLeft(it_);
  });

  it('ends a call that rings', () => {
    const it_ = lab();
    const { peer, answer } = it_;
    peer.send({ method: 'INVITE', branch: 'z9hG4bK-i' });
    answer(0, 180);
    const toTag = ourTag(peer);
    peer.send({ method: 'BYE', cseq: 2, toTag });
    expect(peer.take()).toEqual(['180 Ringing', '200 OK', '487 Request Terminated']);
    peer.send({ method: 'ACK', branch: 'z9hG4bK-i', toTag });
    expectNothingLeft(it_);
  });

  it('twice gets 481 the second time', () => {
    const it_ = lab();
    const { peer } = it_;
    const toTag = establish(it_);
    peer.send({ method: 'BYE', cseq: 2, toTag });
    peer.send({ method: 'BYE', cseq: 3, toTag });
    expect(peer.take()).toEqual(['200 OK', '481 Call/Transaction Does Not Exist']);
    expectNothingLeft(it_);
  });
});

describe('requests in a call (RFC 3261 §12.2.2, §14.2, RFC 3311 §5.2)', () => {
  const offer = (method: 'INVITE' | 'UPDATE', cseq: number, toTag: string) => ({
    method,
    cseq,
    toTag,
    branch: `z9hG4bK-${method}-${cseq}`,
    lines: SDP,
    body: OFFER,
  });

  it('out of order get 500', () => {
    const it_ = lab();
    const { peer } = it_;
    const toTag = establish(it_);
    peer.send({ method: 'OPTIONS', cseq: 1, toTag, branch: 'z9hG4bK-old' });
    expect(peer.take()).toEqual(['500 CSeq Out Of Order']);
    it_.ua.dispose();
    expectNothingLeft(it_);
  });

  it.each(['INVITE', 'UPDATE'] as const)('an overlapping %s gets 500 with Retry-After', (method) => {
    const it_ = lab();
    const { peer, answer } = it_;
    const toTag = establish(it_);
    peer.send(offer(method, 2, toTag));
    peer.send(offer(method, 3, toTag));
    expect(peer.take()).toEqual(['500 Server Internal Error']);
    const afterSec = Number(peer.last.first('Retry-After'));
    expect(afterSec).toBeGreaterThanOrEqual(0);
    expect(afterSec).toBeLessThanOrEqual(10);
    answer(1, 200, { body: ANSWER });
    expect(peer.take()).toEqual(['200 OK']);
    it_.ua.dispose();
    expectNothingLeft(it_);
  });

  it.each(['INVITE', 'UPDATE'] as const)('an offer by %s that crosses ours gets 491', (method) => {
    const it_ = lab();
    const { peer, ua, clock } = it_;
    const toTag = establish(it_);
    ua.sessions[0]?.send('INVITE', { body: ANSWER }, { onResult: () => undefined });
    clock.advance(0);
    peer.send(offer(method, 2, toTag));
    expect(peer.take()).toEqual(['INVITE', '491 Request Pending']);
    ua.dispose();
    expectNothingLeft(it_);
  });

  it('an UPDATE without offer is served while an INVITE is open', () => {
    const it_ = lab((r) => {
      if (r.method === 'UPDATE') r.respond(200);
    });
    const { peer } = it_;
    const toTag = establish(it_);
    peer.send(offer('INVITE', 2, toTag));
    peer.send({ method: 'UPDATE', cseq: 3, toTag });
    expect(peer.take()).toEqual(['200 OK']);
    expect(peer.last.first('Contact')).toBe('<sip:lab@10.0.0.1:5060>');
    it_.ua.dispose();
    expectNothingLeft(it_);
  });

  it('a refused re-INVITE leaves the remote target where it was, and the dialog as well (RFC 6141 §4.4)', () => {
    const it_ = lab();
    const { peer, ua, answer } = it_;
    const toTag = establish(it_);
    const moved = 'Contact: <sip:moved@10.0.0.9:5060>';
    peer.send({ ...offer('INVITE', 2, toTag), contact: false, lines: [moved, ...SDP] });
    answer(1, 488);
    expect(ua.sessions[0]?.dialog.remoteTarget).toBe('sip:peer@10.0.0.9:5060');
    peer.send({ method: 'ACK', cseq: 2, toTag, branch: 'z9hG4bK-INVITE-2' });
    expect(ua.sessions[0]).toMatchObject({ state: 'confirmed' });
    expect(ua.sessions[0]?.offers.state).toBe('stable');
    peer.send({ method: 'BYE', cseq: 3, toTag });
    expectNothingLeft(it_);
  });
});

describe('stop', () => {
  it('refuses what comes, answers what waits 503, ends calls with BYE and then resolves', async () => {
    const it_ = lab();
    const { peer, ua, clock, answer, requests } = it_;
    establish(it_);
    peer.send({ method: 'INVITE', callId: 'ringing', branch: 'z9hG4bK-ringing' });
    answer(requests.length - 1, 180);
    const ringTag = ourTag(peer);
    peer.take();
    const stopped = ua.stop(5000);
    clock.advance(0);
    expect(peer.take()).toEqual(['503 Service Unavailable', 'BYE']);
    const bye = peer.last;
    peer.send({ method: 'ACK', callId: 'ringing', branch: 'z9hG4bK-ringing', toTag: ringTag });
    peer.send({ method: 'OPTIONS', callId: 'late' });
    expect(peer.take()).toEqual(['503 Service Unavailable']);
    peer.respond(bye, '200 OK');
    await stopped;
    expect(clock.now()).toBe(0);
    expectNothingLeft(it_);
  });

  it('gives up after its grace', async () => {
    const it_ = lab();
    const { ua, clock } = it_;
    establish(it_);
    const stopped = ua.stop(5000);
    clock.advance(5000);
    await stopped;
    expect(ua.stats.activeCalls).toBe(0);
    expectNothingLeft(it_);
  });
});

describe('glare (RFC 3261 §14.1)', () => {
  it('is waited out when the session ends meanwhile', async () => {
    const it_ = lab();
    const { peer, ua, clock } = it_;
    const toTag = establish(it_);
    const result = ua.sessions[0]?.request('INVITE', { body: ANSWER });
    clock.advance(0);
    peer.respond(peer.last, '491 Request Pending');
    peer.send({ method: 'BYE', cseq: 2, toTag });
    expect(await result).toMatchObject({ kind: 'not-sent', code: 'ended' });
    expectNothingLeft(it_);
  });
});
