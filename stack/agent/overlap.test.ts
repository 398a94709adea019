import { describe, expect, it } from 'vitest';
import { cseq } from '../message/headers/cseq.ts';
import type { InDialogOptions } from './in-dialog-options.ts';
import type { ResponseResult } from './result.ts';
import { createCallLab, leftOvers, OUR_SDP, PEER_SDP, SDP_LINE, type CallLab } from '../testing/call-lab.ts';

/*
 * Verified: requests that meet one still open: what a caller does after 500 with Retry-After, what a callee leaves alone when it refuses,
 * and offers in PRACK. Glare (491): session.test.ts.
 */

const expectNothingLeft = (lab: CallLab): void => {
  lab.ua.dispose();
  expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
};

/** A call of ours in which a request has met a refusal. */
const refused = (method: string, refusal: readonly [string, ...string[]], options: InDialogOptions = {}) => {
  const lab = createCallLab();
  const results: ResponseResult[] = [];
  const { session } = lab.dialled();
  session?.send(method, { body: OUR_SDP, ...options }, { onResult: (result) => results.push(result) });
  lab.clock.advance(0);
  const asked = lab.peer.last;
  const refuse = (): void => {
    const [status, ...lines] = refusal;
    lab.peer.respond(lab.peer.last, status, lines);
  };
  refuse();
  const sent = (): readonly string[] => lab.peer.take().filter((line) => line !== 'ACK');
  return { ...lab, asked, results, refuse, sent };
};

describe('500 with Retry-After to a request in a call (RFC 3261 §14.2, §21.5.1, RFC 3311 §5.2)', () => {
  it.each(['INVITE', 'UPDATE'])('%s is sent again after that time, with the next CSeq number', (method) => {
    const lab = refused(method, ['500 Server Internal Error', 'Retry-After: 7 (busy)']);
    lab.clock.advance(6999);
    expect(lab.sent()).toEqual([method]);
    lab.clock.advance(1);
    expect(lab.sent()).toEqual([method]);
    expect(cseq(lab.peer.last)?.number).toBe((cseq(lab.asked)?.number ?? 0) + 1);
    expect(lab.results).toEqual([]);
    lab.peer.respond(lab.peer.last, '200 OK', ['Contact: <sip:peer@10.0.0.9:5060>', SDP_LINE, PEER_SDP]);
    expect(lab.results).toMatchObject([{ status: 200 }]);
    expectNothingLeft(lab);
  });

  it('is the result the second time', () => {
    const lab = refused('UPDATE', ['500 Server Internal Error', 'Retry-After: 0']);
    lab.clock.advance(0);
    expect(lab.sent()).toEqual(['UPDATE', 'UPDATE']);
    lab.refuse();
    lab.clock.advance(20_000);
    expect(lab.sent()).toEqual([]);
    expect(lab.results).toMatchObject([{ status: 500 }]);
    expectNothingLeft(lab);
  });

  it.each([
    ['no time', 'UPDATE', '500 Server Internal Error', 'X: 1', {}],
    ['more than the ten seconds of an overlap', 'UPDATE', '500 Server Internal Error', 'Retry-After: 11', {}],
    ['another status', 'UPDATE', '503 Service Unavailable', 'Retry-After: 1', {}],
    ['a request that keeps nothing alive', 'INFO', '500 Server Internal Error', 'Retry-After: 1', {}],
    ['a caller who tries by himself', 'UPDATE', '500 Busy', 'Retry-After: 1', { isGlareTold: true }],
  ] as const)('is the result with %s', (_what, method, status, line, options) => {
    const lab = refused(method, [status, line], options);
    lab.clock.advance(20_000);
    expect(lab.sent()).toEqual([method]);
    expect(lab.results).toHaveLength(1);
    expectNothingLeft(lab);
  });

  it('is the result when the call ends meanwhile', () => {
    const lab = refused('UPDATE', ['500 Server Internal Error', 'Retry-After: 5']);
    lab.session().hangUp();
    lab.clock.advance(0);
    lab.peer.respond(lab.peer.last, '200 OK');
    expect(lab.results).toMatchObject([{ kind: 'not-sent', code: 'ended' }]);
    expectNothingLeft(lab);
  });
});

describe('a request refused because another one is open (RFC 3261 §14.2, RFC 3311 §5.2)', () => {
  it.each(['INVITE', 'UPDATE'])(
    'leaves the %s that is open alone: its offer waits, and a third is refused',
    (method) => {
      const lab = createCallLab();
      const toTag = lab.answered();
      const next = PEER_SDP.replace('1 1 IN', '1 2 IN');
      for (const cseqNumber of [2, 3, 4])
        lab.peer.send({ method, cseq: cseqNumber, toTag, lines: [SDP_LINE], body: next });
      expect(lab.peer.take()).toEqual(['500 Server Internal Error', '500 Server Internal Error']);
      expect(lab.session().offers).toMatchObject({ state: 'remote-offer', openSlot: method, offered: next });
      lab.answer(-1, 200, { body: OUR_SDP });
      expect(lab.session().offers).toMatchObject({ state: 'stable', remoteSdp: next, findings: [] });
      expectNothingLeft(lab);
    },
  );
});

const RELIABLE = { isReliable: true } as const;

/** A ringing call of the peer, with one reliable response out. */
const ringing = (isOffered: boolean, body?: string) => {
  const lab = createCallLab((request) => {
    if (request.method === 'PRACK') request.respond(200);
  });
  const sdp = isOffered ? { body: PEER_SDP } : {};
  lab.invite({ lines: ['Supported: 100rel', ...(isOffered ? [SDP_LINE] : [])], ...sdp });
  lab.answer(0, 183, { ...RELIABLE, ...(body === undefined ? {} : { body }) });
  const toTag = lab.ourTag();
  const rack = `RAck: ${lab.peer.last.first('RSeq') ?? ''} 1 INVITE`;
  lab.peer.take();
  const prack = (offer?: string): void => {
    lab.peer.send({
      method: 'PRACK',
      cseq: 2,
      toTag,
      lines: [rack, ...(offer === undefined ? [] : [SDP_LINE])],
      ...(offer === undefined ? {} : { body: offer }),
    });
  };
  return { ...lab, prack };
};

describe('an offer in PRACK while one is open (RFC 3262 §5, RFC 6337 §2)', () => {
  it('gets 500 with Retry-After from the callee that owes an answer; the response counts as acknowledged', () => {
    const lab = ringing(true);
    lab.prack(PEER_SDP);
    expect(lab.peer.take()).toEqual(['500 Server Internal Error']);
    expect(Number(lab.peer.last.first('Retry-After'))).toBeLessThanOrEqual(10);
    expect(lab.session().offers).toMatchObject({ state: 'remote-offer', openSlot: 'INVITE', findings: [] });
    lab.clock.advance(20_000);
    expect(lab.peer.take()).toEqual([]);
    lab.answer(0, 180, RELIABLE);
    expect(lab.peer.take()).toEqual(['180 Ringing']);
    expectNothingLeft(lab);
  });

  it('gets 491 from the callee whose own offer waits', () => {
    const lab = ringing(true, OUR_SDP);
    lab.session().send('UPDATE', { body: OUR_SDP }, { onResult: () => undefined });
    lab.clock.advance(0);
    lab.peer.take();
    lab.prack(PEER_SDP.replace('1 1 IN', '1 2 IN'));
    expect(lab.peer.take()).toEqual(['491 Request Pending']);
    expect(lab.session().offers).toMatchObject({ state: 'local-offer', openSlot: 'UPDATE' });
    expectNothingLeft(lab);
  });

  it('is no offer where the response had one: it is the answer', () => {
    const lab = ringing(false, OUR_SDP);
    lab.prack(PEER_SDP);
    expect(lab.peer.take()).toEqual(['200 OK']);
    expect(lab.session().offers).toMatchObject({ state: 'stable', remoteSdp: PEER_SDP, findings: [] });
    expectNothingLeft(lab);
  });

  it('is left out of a PRACK of ours and reported: the response is acknowledged without it', () => {
    const lab = createCallLab();
    lab.dial({ onReliable: () => OUR_SDP });
    const invite = lab.peer.last;
    lab.peer.respond(
      invite,
      '183 Session Progress',
      ['Contact: <sip:peer@10.0.0.9:5060>', 'Require: 100rel', 'RSeq: 1'],
      'p1',
    );
    expect(cseq(lab.peer.last)?.method).toBe('PRACK');
    expect(lab.peer.lastBody).toBe('');
    expect(lab.session().offers).toMatchObject({ state: 'local-offer', openSlot: 'INVITE' });
    expect(lab.session().offers.findings).toMatchObject([{ code: 'no-slot', side: 'local', slot: 'PRACK' }]);
    expectNothingLeft(lab);
  });

  it('is not sent by hand either', async () => {
    const lab = createCallLab();
    lab.dial();
    lab.peer.respond(lab.peer.last, '180 Ringing', ['Contact: <sip:peer@10.0.0.9:5060>'], 'p1');
    expect(await lab.session().request('PRACK', { body: OUR_SDP })).toMatchObject({ code: 'pending' });
    expectNothingLeft(lab);
  });
});
