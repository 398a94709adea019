import { describe, expect, it } from 'vitest';
import { toHeader } from '../message/headers/name-addr.ts';
import { rseq } from '../message/headers/reliability.ts';
import { call } from '../server/handlers/call.ts';
import { compose } from '../server/handler.ts';
import { createAgentLab } from '../testing/agent-lab.ts';
import { createCallLab, leftOvers, OUR_SDP, PEER_SDP, SDP_LINE, type CallLab } from '../testing/call-lab.ts';

/*
 * Verified: reliable provisional responses as a callee sends them, in exact virtual time: RSeq, repetition, the queue, PRACK, and what
 * waits for it. The caller's side: reliable-client.test.ts.
 */

const KNOWS = 'Supported: 100rel';
const NEEDS = 'Require: 100rel';
const RELIABLE = { isReliable: true } as const;

const lastRseq = ({ peer }: CallLab): number => rseq(peer.last) ?? 0;

/** The peer acknowledges; CSeq counts on by itself. */
const pracker = (lab: CallLab) => {
  let cseq = 1;
  return (rack: string, more: { readonly body?: string } = {}): void => {
    cseq++;
    lab.peer.send({
      method: 'PRACK',
      cseq,
      toTag: toHeader(lab.peer.received[0] ?? lab.peer.last)?.tag,
      lines: [`RAck: ${rack}`, ...(more.body === undefined ? [] : [SDP_LINE])],
      ...more,
    });
  };
};

const ack = ({ peer, ourTag }: CallLab): void => {
  peer.send({ method: 'ACK', toTag: ourTag(), branch: 'z9hG4bK-ack' });
};

const expectNothingLeft = (lab: CallLab): void => {
  lab.ua.dispose();
  expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
};

describe('sending a reliable provisional response (RFC 3262 §3)', () => {
  it('says Require and RSeq, and is sent again after T1, doubling, until its PRACK', () => {
    const lab = createCallLab((r) => {
      if (r.method === 'PRACK') r.respond(200);
    });
    const { peer, clock, invite, answer } = lab;
    const prack = pracker(lab);
    invite({ lines: [KNOWS] });
    answer(0, 180, RELIABLE);
    expect(peer.last.first('Require')).toBe('100rel');
    const first = lastRseq(lab);
    expect(first).toBeGreaterThan(0);
    clock.advance(5000);
    expect(peer.log).toEqual(['0 180 Ringing', '500 180 Ringing', '1500 180 Ringing', '3500 180 Ringing']);
    expect(new Set(peer.received.map((m) => rseq(m)))).toEqual(new Set([first]));
    peer.take();
    prack(`${first} 1 INVITE`);
    clock.advance(30_000);
    expect(peer.take()).toEqual(['200 OK']);
    expectNothingLeft(lab);
  });

  it('is given up after 64*T1 without PRACK, and the INVITE refused with a 5xx', () => {
    const lab = createCallLab();
    const { peer, clock, invite, answer, ourTag } = lab;
    invite({ lines: [KNOWS] });
    answer(0, 180, RELIABLE);
    clock.advance(32_000);
    const times = [0, 500, 1500, 3500, 7500, 15_500, 31_500];
    expect(peer.log).toEqual([...times.map((ms) => `${ms} 180 Ringing`), '32000 504 No PRACK']);
    peer.send({ method: 'ACK', toTag: ourTag(), branch: 'z9hG4bK-i' });
    expectNothingLeft(lab);
  });

  it('goes out as an ordinary one to a caller that does not know 100rel', () => {
    const lab = createCallLab();
    lab.invite();
    lab.answer(0, 180, RELIABLE);
    expect(lab.peer.last.first('RSeq')).toBeUndefined();
    expect(lab.peer.last.first('Require')).toBeUndefined();
    expectNothingLeft(lab);
  });

  it('is the only kind a caller gets that requires 100rel, except for 100', () => {
    const lab = createCallLab();
    lab.invite({ lines: [NEEDS] });
    lab.answer(0, 100);
    expect(lab.peer.last.first('RSeq')).toBeUndefined();
    lab.answer(0, 180);
    expect(lastRseq(lab)).toBeGreaterThan(0);
    expectNothingLeft(lab);
  });

  it('mistake 40: waits with each for the PRACK of the one before, and sends the third', () => {
    const lab = createCallLab((r) => {
      if (r.method === 'PRACK') r.respond(200);
    });
    const { peer, clock, invite, answer } = lab;
    const prack = pracker(lab);
    invite({ lines: [KNOWS] });
    for (const status of [180, 181, 183]) answer(0, status, RELIABLE);
    clock.advance(400);
    expect(peer.take()).toEqual(['180 Ringing']);
    const first = lastRseq(lab);
    prack(`${first} 1 INVITE`);
    expect(peer.take()).toEqual(['200 OK', '181 Call Is Being Forwarded']);
    expect(lastRseq(lab)).toBe(first + 1);
    prack(`${first + 1} 1 INVITE`);
    expect(peer.take()).toEqual(['200 OK', '183 Session Progress']);
    expect(lastRseq(lab)).toBe(first + 2);
    prack(`${first + 2} 1 INVITE`);
    expect(peer.take()).toEqual(['200 OK']);
    expectNothingLeft(lab);
  });

  it('mistake 20: carries the same local tag as every other response', () => {
    const lab = createCallLab((r) => {
      if (r.method === 'PRACK') r.respond(200);
    });
    const { peer, invite, answer } = lab;
    const prack = pracker(lab);
    invite({ lines: [KNOWS] });
    answer(0, 180);
    answer(0, 183, RELIABLE);
    prack(`${lastRseq(lab)} 1 INVITE`);
    answer(0, 200);
    const invites = peer.received.filter((m) => m.first('CSeq')?.endsWith('INVITE'));
    expect(invites).toHaveLength(3);
    expect(new Set(invites.map((m) => toHeader(m)?.tag)).size).toBe(1);
    ack(lab);
    expectNothingLeft(lab);
  });
});

describe('PRACK at the callee (RFC 3262 §3)', () => {
  it.each([
    ['another RSeq', (n: number) => `${n + 1} 1 INVITE`],
    ['another CSeq', (n: number) => `${n} 2 INVITE`],
    ['another method', (n: number) => `${n} 1 UPDATE`],
  ])('with %s gets 481, and the response goes on', (_what, rack) => {
    const lab = createCallLab();
    const { peer, clock, invite, answer } = lab;
    invite({ lines: [KNOWS] });
    answer(0, 180, RELIABLE);
    peer.take();
    pracker(lab)(rack(lastRseq(lab)));
    expect(peer.take()).toEqual(['481 Call/Transaction Does Not Exist']);
    clock.advance(500);
    expect(peer.take()).toEqual(['180 Ringing']);
    expectNothingLeft(lab);
  });

  it('gets 481 the second time, and without RAck 400', () => {
    const lab = createCallLab((r) => {
      if (r.method === 'PRACK') r.respond(200);
    });
    const { peer, invite, answer, ourTag } = lab;
    const prack = pracker(lab);
    invite({ lines: [KNOWS] });
    answer(0, 180, RELIABLE);
    const rack = `${lastRseq(lab)} 1 INVITE`;
    peer.take();
    prack(rack);
    prack(rack);
    peer.send({ method: 'PRACK', cseq: 9, toTag: ourTag() });
    expect(peer.take()).toEqual(['200 OK', '481 Call/Transaction Does Not Exist', '400 Missing RAck']);
    expectNothingLeft(lab);
  });

  it('may come after the 2xx when nothing it acknowledges has a description', () => {
    const lab = createCallLab((r) => {
      if (r.method === 'PRACK') r.respond(200);
    });
    const { peer, clock, invite, answer } = lab;
    invite({ lines: [KNOWS] });
    answer(0, 180, RELIABLE);
    const rack = `${lastRseq(lab)} 1 INVITE`;
    answer(0, 200, { body: OUR_SDP });
    expect(peer.take()).toEqual(['180 Ringing', '200 OK']);
    ack(lab);
    clock.advance(2000);
    pracker(lab)(rack);
    expect(peer.take()).toEqual(['200 OK']);
    expectNothingLeft(lab);
  });
});

describe('a call refused before its PRACK came (RFC 3262 §3)', () => {
  it('sends nothing again, and still answers the PRACK that was on its way 200, once', () => {
    const lab = createCallLab();
    const { peer, clock, invite, answer, ourTag } = lab;
    const prack = pracker(lab);
    invite({ lines: [KNOWS] });
    answer(0, 180, RELIABLE);
    const rack = `${lastRseq(lab)} 1 INVITE`;
    answer(0, 486);
    peer.send({ method: 'ACK', toTag: ourTag(), branch: 'z9hG4bK-i' });
    peer.take();
    clock.advance(2000);
    expect(peer.take()).toEqual([]);
    prack(rack);
    prack(rack);
    expect(peer.take()).toEqual(['200 OK', '481 Call/Transaction Does Not Exist']);
    expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
  });
});

describe('descriptions in reliable provisional responses (RFC 3262 §5, RFC 6337 §2)', () => {
  it('hold the 2xx back until the answer in them is acknowledged', () => {
    const lab = createCallLab((r) => {
      if (r.method === 'PRACK') r.respond(200);
    });
    const { peer, invite, answer, session } = lab;
    invite({ lines: [KNOWS, SDP_LINE], body: PEER_SDP });
    answer(0, 183, { ...RELIABLE, body: OUR_SDP });
    expect(session().offers).toMatchObject({ state: 'stable', localSdp: OUR_SDP, remoteSdp: PEER_SDP });
    answer(0, 200);
    expect(peer.take()).toEqual(['183 Session Progress']);
    pracker(lab)(`${lastRseq(lab)} 1 INVITE`);
    expect(peer.take()).toEqual(['200 OK', '200 OK']);
    expect(peer.last.first('CSeq')).toBe('1 INVITE');
    expect(session().offers.findings).toEqual([]);
    ack(lab);
    expectNothingLeft(lab);
  });

  it('make the offer, which the PRACK answers, when the INVITE has none', () => {
    const lab = createCallLab((r) => {
      if (r.method === 'PRACK') r.respond(200);
    });
    const { peer, invite, answer, session } = lab;
    invite({ lines: [KNOWS] });
    answer(0, 183, { ...RELIABLE, body: OUR_SDP });
    expect(session().offers).toMatchObject({ state: 'local-offer', openSlot: 'reliable-1xx' });
    pracker(lab)(`${lastRseq(lab)} 1 INVITE`, { body: PEER_SDP });
    expect(session().offers).toMatchObject({ state: 'stable', localSdp: OUR_SDP, remoteSdp: PEER_SDP });
    answer(0, 200);
    ack(lab);
    expect(session().offers.findings).toEqual([]);
    expect(peer.take()).toEqual(['183 Session Progress', '200 OK', '200 OK']);
    expectNothingLeft(lab);
  });

  it('an offer in PRACK is answered in its 200, and the 2xx waits for that', () => {
    const lab = createCallLab();
    const { peer, invite, answer, session } = lab;
    const next = PEER_SDP.replace('1 1 IN', '1 2 IN');
    invite({ lines: [KNOWS, SDP_LINE], body: PEER_SDP });
    answer(0, 183, { ...RELIABLE, body: OUR_SDP });
    pracker(lab)(`${lastRseq(lab)} 1 INVITE`, { body: next });
    answer(0, 200);
    expect(session().offers).toMatchObject({ state: 'remote-offer', openSlot: 'PRACK' });
    expect(peer.take()).toEqual(['183 Session Progress']);
    answer(1, 200, { body: OUR_SDP });
    expect(peer.take()).toEqual(['200 OK', '200 OK']);
    expect(session().offers).toMatchObject({ state: 'stable', remoteSdp: next });
    ack(lab);
    expectNothingLeft(lab);
  });

  it('a PRACK that owes the answer and has none is reported', () => {
    const lab = createCallLab((r) => {
      if (r.method === 'PRACK') r.respond(200);
    });
    const { invite, answer, session } = lab;
    invite({ lines: [KNOWS] });
    answer(0, 183, { ...RELIABLE, body: OUR_SDP });
    pracker(lab)(`${lastRseq(lab)} 1 INVITE`);
    expect(session().offers.state).toBe('stable');
    expect(session().offers.findings).toMatchObject([{ code: 'missing', side: 'remote', slot: 'PRACK' }]);
    expectNothingLeft(lab);
  });

  it('CANCEL ends a call whose 2xx still waits: 487, and the handler hears of it', () => {
    const lab = createCallLab();
    const { peer, invite, answer, ourTag, requests } = lab;
    invite({ lines: [KNOWS, SDP_LINE], body: PEER_SDP });
    answer(0, 183, { ...RELIABLE, body: OUR_SDP });
    answer(0, 200);
    const told: string[] = [];
    requests[0]?.onAbandoned(() => told.push('abandoned'));
    peer.send({ method: 'CANCEL', branch: 'z9hG4bK-i' });
    expect(peer.take()).toEqual(['183 Session Progress', '200 OK', '487 Request Terminated']);
    expect(told).toEqual(['abandoned']);
    peer.send({ method: 'ACK', branch: 'z9hG4bK-i', toTag: ourTag() });
    expectNothingLeft(lab);
  });
});

describe('negotiating 100rel (RFC 3262 §3, §8.1, RFC 3261 §8.2.2.3)', () => {
  const lab = (reliability: 'off' | 'supported' | 'on' | 'required', hasEarlyMedia = false) => {
    const { clock, agent, peer } = createAgentLab();
    const handler = call({
      isAccepting: true,
      ringMs: 1000,
      sdpProfile: 'audio-only',
      reliability,
      hasEarlyMedia,
    });
    const ua = agent('10.0.0.1', compose([handler]));
    return { clock, ua, peer: peer('10.0.0.9') };
  };

  it('a server without it answers 420 with Unsupported to a caller that requires it', () => {
    const { peer } = lab('off');
    peer.send({ method: 'INVITE', lines: [NEEDS] });
    expect(peer.take()).toEqual(['420 Bad Extension']);
    expect(peer.last.first('Unsupported')).toBe('100rel');
  });

  it('a server that requires it answers 421 with Require to a caller without it', () => {
    const { peer } = lab('required');
    peer.send({ method: 'INVITE' });
    expect(peer.take()).toEqual(['421 Extension Required']);
    expect(peer.last.first('Require')).toBe('100rel');
  });

  it.each([
    ['supported', KNOWS, false],
    ['supported', NEEDS, true],
    ['on', KNOWS, true],
    ['on', 'Subject: none', false],
    ['required', KNOWS, true],
  ] as const)('%s, with %s of the caller: reliable %s', (reliability, line, expected) => {
    const { peer } = lab(reliability);
    peer.send({ method: 'INVITE', lines: [line] });
    expect(peer.last.first('RSeq') !== undefined).toBe(expected);
  });

  it('early media comes with 183, and the 200 does not repeat what was acknowledged', () => {
    const { peer, clock, ua } = lab('on', true);
    peer.send({ method: 'INVITE', lines: [KNOWS, SDP_LINE], body: PEER_SDP });
    expect(peer.take()).toEqual(['100 Trying', '183 Session Progress']);
    expect(peer.lastBody).toContain('m=audio 40000');
    const toTag = toHeader(peer.last)?.tag;
    peer.send({ method: 'PRACK', cseq: 2, toTag, lines: [`RAck: ${rseq(peer.last) ?? 0} 1 INVITE`] });
    clock.advance(1000);
    expect(peer.take()).toEqual(['200 OK', '200 OK']);
    expect(peer.lastBody).toBe('');
    expect(ua.sessions[0]?.offers.findings).toEqual([]);
    peer.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack' });
    peer.send({ method: 'BYE', cseq: 3, toTag });
    clock.runAll(100_000);
    expect(clock.pending).toBe(0);
  });

  it('early media without PRACK is a preview that the 200 repeats', () => {
    const { peer, clock, ua } = lab('off', true);
    peer.send({ method: 'INVITE', lines: [SDP_LINE], body: PEER_SDP });
    const early = peer.lastBody;
    clock.advance(1000);
    expect(peer.lastBody).toBe(early);
    expect(ua.sessions[0]?.offers).toMatchObject({ state: 'stable', localSdp: early, findings: [] });
    ua.dispose();
  });

  it.each([
    ['supported', 'Subject: none', '180 Ringing'],
    ['supported', KNOWS, '180 Ringing'],
    ['supported', NEEDS, '183 Session Progress'],
    ['on', KNOWS, '183 Session Progress'],
  ] as const)(
    'early media of a call without offer, %s, with %s: %s, as our offer goes out reliably only (RFC 3261 §13.2.1)',
    (reliability, line, ringing) => {
      const { peer, clock, ua } = lab(reliability, true);
      peer.send({ method: 'INVITE', lines: [line] });
      expect(peer.take()).toEqual(['100 Trying', ringing]);
      expect(peer.lastBody.includes('m=audio')).toBe(ringing.startsWith('183'));
      if (ringing.startsWith('180')) {
        clock.advance(1000);
        expect(peer.take()).toEqual(['200 OK']);
        expect(peer.lastBody).toContain('m=audio');
      }
      ua.dispose();
    },
  );
});
