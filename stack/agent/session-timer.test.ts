import { describe, expect, it } from 'vitest';
import { cseq } from '../message/headers/cseq.ts';
import { request } from '../testing/sip-messages.ts';
import {
  createCallLab,
  leftOvers,
  OUR_SDP,
  PEER_CONTACT,
  PEER_SDP,
  SDP_LINE,
  type CallLab,
} from '../testing/call-lab.ts';
import { agreeAsServer, agreementLines, intervalRefusal, type SessionTimerPolicy } from './session-timer.ts';

/*
 * Verified: session timers on both sides and in both refresher roles: what is agreed, when it is refreshed and how, when it ends.
 */

const ask = (...headers: readonly string[]) => request('INVITE', { headers });
const KNOWS = 'Supported: timer';

describe('what a server agrees to (RFC 4028 §9, table 2)', () => {
  it.each([
    // caller knows timers, refresher it names, ours now -> refresher
    [[KNOWS, 'Session-Expires: 1800;refresher=uac'], undefined, 'uac'],
    [[KNOWS, 'Session-Expires: 1800;refresher=uas'], undefined, 'uas'],
    [[KNOWS, 'Session-Expires: 1800'], undefined, 'uac'],
    [[KNOWS, 'Session-Expires: 1800'], 'uas', 'uas'],
    [['Session-Expires: 1800'], undefined, 'uas'],
    [['Session-Expires: 1800;refresher=uac'], undefined, 'uas'],
  ] as const)('%j, refresher so far %s: %s refreshes', (lines, current, refresher) => {
    expect(agreeAsServer(ask(...lines), {}, current)).toEqual({ intervalSec: 1800, refresher });
  });

  it.each([
    ['asked 1800, own 600', ['Session-Expires: 1800'], { intervalSec: 600 }, 600],
    [
      'asked 1800 with Min-SE 900, own 600',
      ['Session-Expires: 1800', 'Min-SE: 900'],
      { intervalSec: 600 },
      900,
    ],
    ['asked 300, own 600', ['Session-Expires: 300'], { intervalSec: 600 }, 300],
    ['asked nothing, own 600', [], { intervalSec: 600 }, 600],
    ['asked nothing with Min-SE 900, own 600', ['Min-SE: 900'], { intervalSec: 600 }, 900],
  ] as const)(
    '%s: lowers the interval but not below Min-SE, raises it never',
    (_what, lines, policy, expected) => {
      expect(agreeAsServer(ask(KNOWS, ...lines), policy, undefined)?.intervalSec).toBe(expected);
    },
  );

  it('is nothing when neither side asks', () => {
    expect(agreeAsServer(ask(KNOWS), {}, undefined)).toBeUndefined();
  });

  it('says Require: timer only where the caller refreshes', () => {
    expect(agreementLines({ intervalSec: 90, refresher: 'uac' })).toEqual([
      ['Require', 'timer'],
      ['Session-Expires', '90;refresher=uac'],
    ]);
    expect(agreementLines({ intervalSec: 90, refresher: 'uas' })).toEqual([
      ['Session-Expires', '90;refresher=uas'],
    ]);
  });

  it.each([
    [[KNOWS, 'Session-Expires: 89'], {}, '90'],
    [[KNOWS, 'Session-Expires: 200'], { minSec: 300 }, '300'],
    [[KNOWS, 'Session-Expires: 300'], { minSec: 300 }, undefined],
    [['Session-Expires: 60'], {}, undefined],
  ] as const)('%j by %j is refused with Min-SE %s (R1)', (lines, policy: SessionTimerPolicy, minSe) => {
    const refusal = intervalRefusal(ask(...lines), policy);
    expect(refusal?.headers).toEqual(minSe === undefined ? undefined : [['Min-SE', minSe]]);
    expect(refusal?.status).toBe(minSe === undefined ? undefined : 422);
  });
});

const expectNothingLeft = (lab: CallLab): void => {
  lab.ua.dispose();
  expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
};

const TIMED = (refresher: string): readonly string[] => [`Session-Expires: 100;refresher=${refresher}`];

const okTo = ({ peer }: CallLab, refresher: string): void => {
  peer.respond(peer.last, '200 OK', [PEER_CONTACT, `Session-Expires: 100;refresher=${refresher}`]);
};

describe('the caller that refreshes (RFC 4028 §7, §10)', () => {
  it('asks with Session-Expires, and Min-SE when it wants more than 90', () => {
    const lab = createCallLab();
    lab.dial({ sessionTimer: { intervalSec: 1800, minSec: 120, refresher: 'uac' } });
    expect(lab.peer.last.first('Session-Expires')).toBe('1800;refresher=uac');
    expect(lab.peer.last.first('Min-SE')).toBe('120');
    expect(lab.peer.last.first('Supported')).toContain('timer');
    expectNothingLeft(lab);
  });

  it('mistake 16: refreshes at half the interval, not at its end', () => {
    const lab = createCallLab();
    lab.dialled({}, TIMED('uac'));
    lab.clock.advance(49_999);
    expect(lab.peer.take()).toEqual([]);
    lab.clock.advance(1);
    expect(lab.peer.take()).toEqual(['INVITE']);
    expectNothingLeft(lab);
  });

  it('refreshes by UPDATE without a description where the peer allows that, and keeps its role', () => {
    const lab = createCallLab();
    const call = lab.dialled({}, ['Allow: INVITE, ACK, BYE, UPDATE', ...TIMED('uac')]);
    for (const round of [1, 2, 3]) {
      lab.clock.advance(50_000);
      expect(lab.peer.take()).toEqual(['UPDATE']);
      expect(lab.peer.last.first('Session-Expires')).toBe('100;refresher=uac');
      expect(lab.peer.lastBody).toBe('');
      okTo(lab, 'uac');
      expect(lab.clock.now()).toBe(round * 50_000);
    }
    expect(call.session?.timer).toMatchObject({ intervalSec: 100, isOurs: true });
    expectNothingLeft(lab);
  });

  it('refreshes by re-INVITE with the same description, version and all, and acknowledges the 2xx', () => {
    const lab = createCallLab();
    lab.dialled({}, TIMED('uac'));
    lab.clock.advance(50_000);
    expect(lab.peer.lastBody).toBe(OUR_SDP);
    lab.peer.respond(lab.peer.last, '200 OK', [PEER_CONTACT, ...TIMED('uac'), SDP_LINE, PEER_SDP]);
    expect(lab.peer.take()).toEqual(['INVITE', 'ACK']);
    expect(lab.session().offers.findings).toEqual([]);
    expectNothingLeft(lab);
  });

  it('mistake 3: each request of the call has a CSeq number of its own, refreshes included', () => {
    const lab = createCallLab();
    const call = lab.dialled({}, ['Allow: UPDATE', ...TIMED('uac')]);
    lab.clock.advance(49_990);
    call.session?.send('INFO', {}, { onResult: () => undefined });
    lab.clock.advance(10);
    call.session?.send('INFO', {}, { onResult: () => undefined });
    lab.clock.advance(0);
    const numbers = lab.peer.received
      .filter((m) => m.startLine.kind === 'request' && !['ACK'].includes(m.startLine.method))
      .map((m) => cseq(m)?.number ?? 0);
    expect(numbers.map((n) => n - (numbers[0] ?? 0))).toEqual([0, 1, 2, 3]);
    expectNothingLeft(lab);
  });

  it('says Supported: timer in a refresh, whatever its handlers know (§7.4)', () => {
    const lab = createCallLab(undefined, { handler: { supported: [] } });
    lab.dialled({}, ['Allow: UPDATE', ...TIMED('uac')]);
    lab.clock.advance(50_000);
    expect(lab.peer.last.first('Supported')).toBe('100rel, timer');
    expectNothingLeft(lab);
  });

  it('falls back on re-INVITE when UPDATE is not implemented after all', () => {
    const lab = createCallLab();
    lab.dialled({}, ['Allow: UPDATE', ...TIMED('uac')]);
    lab.clock.advance(50_000);
    lab.peer.respond(lab.peer.last, '501 Not Implemented');
    expect(lab.peer.take()).toEqual(['UPDATE', 'INVITE']);
    expectNothingLeft(lab);
  });

  it('tries again with the Min-SE of a 422, for the call and for a refresh', () => {
    const lab = createCallLab();
    lab.dial({ sessionTimer: { intervalSec: 90 } });
    const first = lab.peer.last;
    lab.peer.respond(first, '422 Session Interval Too Small', ['Min-SE: 200'], 'p0');
    expect(lab.peer.take()).toEqual(['INVITE', 'ACK', 'INVITE']);
    expect(lab.peer.last.first('Session-Expires')).toBe('200');
    expect(lab.peer.last.first('Min-SE')).toBe('200');
    expect(cseq(lab.peer.last)?.number).toBe((cseq(first)?.number ?? 0) + 1);
    const lines = [PEER_CONTACT, 'Allow: UPDATE', 'Session-Expires: 200;refresher=uac', SDP_LINE, PEER_SDP];
    lab.peer.respond(lab.peer.last, '200 OK', lines, 'p1');
    lab.clock.advance(100_000);
    lab.peer.respond(lab.peer.last, '422 Session Interval Too Small', ['Min-SE: 400']);
    expect(lab.peer.last.first('Session-Expires')).toBe('400;refresher=uac');
    expect(lab.peer.take()).toEqual(['ACK', 'UPDATE', 'UPDATE']);
    expectNothingLeft(lab);
  });

  it('gives up a call whose 422 helps nothing', () => {
    const lab = createCallLab();
    lab.dial({ sessionTimer: { intervalSec: 300 } });
    lab.peer.respond(lab.peer.last, '422 Session Interval Too Small', ['Min-SE: 200'], 'p0');
    expect(lab.events).toEqual(['0 failed: 422 Session Interval Too Small']);
    expectNothingLeft(lab);
  });

  it('ends the call before it expires when no refresh succeeds', () => {
    const lab = createCallLab();
    lab.dialled({}, ['Allow: UPDATE', ...TIMED('uac')]);
    lab.clock.advance(50_000);
    lab.peer.respond(lab.peer.last, '500 Server Internal Error');
    lab.clock.advance(1999);
    expect(lab.peer.take()).toEqual(['UPDATE']);
    lab.clock.advance(1);
    expect(lab.peer.take()).toEqual(['UPDATE']);
    lab.clock.advance(15_999);
    expect(lab.peer.take().includes('BYE')).toBe(false);
    lab.clock.advance(1);
    expect(lab.clock.now()).toBe(68_000);
    expect(lab.peer.take()).toEqual(['BYE']);
    lab.peer.respond(lab.peer.last, '200 OK');
    expect(lab.events).toEqual(['68000 ended: failure, the session was not refreshed in time']);
    expectNothingLeft(lab);
  });

  it('ends the call at once when the peer does not know it any more', () => {
    const lab = createCallLab();
    lab.dialled({}, ['Allow: UPDATE', ...TIMED('uac')]);
    lab.clock.advance(50_000);
    lab.peer.respond(lab.peer.last, '481 Call/Transaction Does Not Exist');
    expect(lab.peer.take()).toEqual(['UPDATE', 'BYE']);
    expectNothingLeft(lab);
  });
});

describe('the side that does not refresh (RFC 4028 §10)', () => {
  it.each([
    [100, 68_000],
    [90, 60_000],
    [1800, 1_768_000],
  ])('sends BYE before %s s are over when no refresh came: at %s ms (R3)', (intervalSec, atMs) => {
    const lab = createCallLab();
    lab.dialled({}, [`Session-Expires: ${intervalSec};refresher=uas`]);
    lab.clock.advance(atMs - 1);
    expect(lab.peer.take()).toEqual([]);
    lab.clock.advance(1);
    expect(lab.peer.take()).toEqual(['BYE']);
    lab.peer.respond(lab.peer.last, '200 OK');
    expect(lab.events).toEqual([`${atMs} ended: failure, the session was not refreshed in time`]);
    expectNothingLeft(lab);
  });

  it('counts anew with every refresh of the peer, and answers it with the same roles', () => {
    const lab = createCallLab((r) => {
      if (r.method === 'UPDATE') r.respond(200);
    });
    const call = lab.dialled({}, TIMED('uas'));
    const tags = { toTag: call.ids.fromTag, fromTag: 'p1', callId: call.ids.callId };
    for (const n of [1, 2, 3]) {
      lab.clock.advance(60_000);
      lab.peer.send({
        method: 'UPDATE',
        cseq: n,
        ...tags,
        lines: [KNOWS, 'Session-Expires: 100;refresher=uac'],
      });
      expect(lab.peer.last.first('Session-Expires')).toBe('100;refresher=uac');
      expect(lab.peer.last.first('Require')).toBe('timer');
    }
    expect(call.session?.timer).toMatchObject({ intervalSec: 100, isOurs: false });
    lab.clock.advance(68_000);
    expect(lab.peer.take().at(-1)).toBe('BYE');
    expectNothingLeft(lab);
  });

  it('has no timer any more after a refresh whose 2xx names none', () => {
    const lab = createCallLab();
    const call = lab.dialled({}, ['Allow: UPDATE', ...TIMED('uac')]);
    lab.clock.advance(50_000);
    lab.peer.respond(lab.peer.last, '200 OK', [PEER_CONTACT]);
    expect(call.session?.timer).toBeUndefined();
    lab.clock.advance(1_000_000);
    expect(lab.peer.take()).toEqual(['UPDATE']);
    expectNothingLeft(lab);
  });
});

describe('the callee (RFC 4028 §9)', () => {
  const callee = (sessionTimer: SessionTimerPolicy, ...lines: readonly string[]) => {
    const lab = createCallLab((r) => {
      if (r.method === 'INVITE') r.respond(200, { body: OUR_SDP, sessionTimer });
      if (r.method === 'UPDATE') r.respond(200);
    });
    lab.invite({ lines: [...lines, SDP_LINE], body: PEER_SDP });
    const ok = lab.peer.last;
    const toTag = lab.ourTag();
    lab.peer.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack' });
    lab.peer.take();
    return { ...lab, ok, toTag };
  };

  it('refreshes in the role it was given', () => {
    const lab = callee({}, KNOWS, 'Allow: UPDATE', 'Session-Expires: 120;refresher=uas');
    expect(lab.ok.first('Session-Expires')).toBe('120;refresher=uas');
    lab.clock.advance(60_000);
    expect(lab.peer.take()).toEqual(['UPDATE']);
    expect(lab.peer.last.first('Session-Expires')).toBe('120;refresher=uac');
    expectNothingLeft(lab);
  });

  it('refreshes for a caller that knows no timers', () => {
    const lab = callee({ intervalSec: 90 });
    expect(lab.ok.first('Session-Expires')).toBe('90;refresher=uas');
    expect(lab.ok.first('Require')).toBeUndefined();
    lab.clock.advance(45_000);
    expect(lab.peer.take()).toEqual(['INVITE']);
    expectNothingLeft(lab);
  });

  it('makes the caller refresh and waits for it', () => {
    const lab = callee({ intervalSec: 90, refresher: 'uac' }, KNOWS);
    expect(lab.ok.first('Session-Expires')).toBe('90;refresher=uac');
    expect(lab.ok.first('Require')).toBe('timer');
    lab.clock.advance(60_000);
    expect(lab.peer.take()).toEqual(['BYE']);
    expectNothingLeft(lab);
  });

  it('refuses a refresh below its minimum with 422', () => {
    const lab = callee({ minSec: 200 }, KNOWS, 'Session-Expires: 300;refresher=uac');
    const { toTag } = lab;
    lab.peer.send({ method: 'UPDATE', cseq: 2, toTag, lines: [KNOWS, 'Session-Expires: 150'] });
    expect(lab.peer.take()).toEqual(['422 Session Interval Too Small']);
    expect(lab.peer.last.first('Min-SE')).toBe('200');
    expectNothingLeft(lab);
  });

  it('has no timer unless it was told how', () => {
    const lab = createCallLab();
    lab.invite({ lines: [KNOWS, 'Session-Expires: 120'] });
    lab.answer(0, 200);
    expect(lab.peer.last.first('Session-Expires')).toBeUndefined();
    expectNothingLeft(lab);
  });
});
