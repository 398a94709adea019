import { describe, expect, it } from 'vitest';
import { cseq } from '../message/headers/cseq.ts';
import { fromHeader, toHeader } from '../message/headers/name-addr.ts';
import { topVia } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import { createCallLab, leftOvers, OUR_SDP, PEER_CONTACT, PEER_SDP, SDP_LINE } from '../testing/call-lab.ts';
import { RawPeer } from '../testing/raw-peer.ts';
import type { CallLab } from '../testing/call-lab.ts';

/*
 * Verified: what other stacks got wrong about calls, each with its number; the rest of the list is tested where it belongs.
 */

const ROUTES = ['<sip:10.0.0.9;lr;n=1>', '<sip:10.0.0.9:5060;lr;n=2>'];
const RECORDED = `Record-Route: ${[...ROUTES].reverse().join(', ')}`;
const OK = [PEER_CONTACT, SDP_LINE, PEER_SDP];

const expectNothingLeft = (lab: CallLab): void => {
  lab.ua.dispose();
  expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
};

const lastOf = ({ peer }: CallLab, method: string): SipMessage => {
  const found = peer.received.filter((m) => m.startLine.kind === 'request' && m.startLine.method === method);
  const last = found.at(-1);
  if (last === undefined) throw new Error(`the peer got no ${method}`);
  return last;
};

/** A call of the peer through two proxies. @returns our tag. */
const answeredByRoute = (lab: CallLab): string => {
  const routes = `Record-Route: ${ROUTES.join(', ')}`;
  lab.invite({ lines: [routes, SDP_LINE], body: PEER_SDP });
  lab.answer(-1, 180);
  lab.answer(-1, 200, { body: OUR_SDP });
  const toTag = lab.ourTag();
  lab.peer.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack' });
  return toTag;
};

describe('routes (RFC 3261 §12)', () => {
  it('mistake 1: the BYE goes along the route set, on both sides (D1)', () => {
    const caller = createCallLab();
    caller.dialled({}, [RECORDED]).hangUp();
    caller.clock.advance(0);
    expect(lastOf(caller, 'BYE').all('Route')).toEqual(ROUTES);
    expectNothingLeft(caller);
    const callee = createCallLab();
    answeredByRoute(callee);
    callee.session().hangUp();
    callee.clock.advance(0);
    expect(lastOf(callee, 'BYE').all('Route')).toEqual(ROUTES);
    expectNothingLeft(callee);
  });

  it('mistake 4: a 2xx in the dialog changes the target and never the route set (D4, D10)', () => {
    const lab = createCallLab();
    const call = lab.dialled({}, [RECORDED]);
    call.session?.send('INVITE', { body: OUR_SDP }, { onResult: () => undefined });
    lab.clock.advance(0);
    const moved = ['Contact: <sip:moved@10.0.0.9:5060>', 'Record-Route: <sip:evil@10.0.0.66;lr>'];
    lab.peer.respond(lab.peer.last, '200 OK', [...moved, SDP_LINE, PEER_SDP]);
    call.hangUp();
    lab.clock.advance(0);
    expect(lastOf(lab, 'BYE').all('Route')).toEqual(ROUTES);
    expect(lastOf(lab, 'BYE').startLine).toMatchObject({ uri: 'sip:moved@10.0.0.9:5060' });
    expectNothingLeft(lab);
  });

  it('mistake 5: Record-Route is repeated in what makes the dialog, and nowhere else (D5)', () => {
    const lab = createCallLab();
    answeredByRoute(lab);
    const copied = lab.peer.received.map((m) => m.all('Record-Route').join(', '));
    expect(copied).toEqual([ROUTES.join(', '), ROUTES.join(', ')]);
    expectNothingLeft(lab);
  });
});

describe('identifiers (RFC 3261 §8.1.1, §12.2.1.1)', () => {
  it('mistake 2: the callee’s requests count on from a number of its own (D2)', () => {
    const lab = createCallLab();
    lab.answered();
    for (const method of ['INFO', 'OPTIONS', 'MESSAGE']) {
      lab.session().send(method, {}, { onResult: () => undefined });
      lab.clock.advance(0);
      lab.peer.respond(lab.peer.last, '200 OK');
    }
    const numbers = ['INFO', 'OPTIONS', 'MESSAGE'].map((m) => cseq(lastOf(lab, m))?.number ?? 0);
    const [first = 0] = numbers;
    expect(first).toBeGreaterThan(1);
    expect(numbers).toEqual([first, first + 1, first + 2]);
    expectNothingLeft(lab);
  });

  it('mistake 6: every request outside of dialogs has a From tag of its own (D6)', () => {
    const lab = createCallLab();
    for (const method of ['OPTIONS', 'MESSAGE', 'OPTIONS']) {
      lab.ua.send({ method, target: 'sip:peer@10.0.0.9' }, { onResult: () => undefined });
    }
    lab.dial();
    expect(new Set(lab.peer.received.map((m) => fromHeader(m)?.tag)).size).toBe(4);
    expectNothingLeft(lab);
  });

  it('mistake 7: From in the dialog is the one the dialog began with (D7)', () => {
    const lab = createCallLab();
    lab.dialled({ from: 'sip:someone@else.example' }).hangUp();
    lab.clock.advance(0);
    expect(fromHeader(lastOf(lab, 'BYE'))?.uri).toBe('sip:someone@else.example');
    expectNothingLeft(lab);
    const callee = createCallLab();
    callee.answered();
    callee.session().hangUp();
    callee.clock.advance(0);
    expect(fromHeader(lastOf(callee, 'BYE'))?.uri).toBe('sip:us@10.0.0.1');
    expectNothingLeft(callee);
  });

  it('mistake 25: CANCEL has branch, Request-URI, Route and number of its INVITE (T3)', () => {
    const lab = createCallLab();
    const call = lab.dial({ headers: [['Route', '<sip:10.0.0.9;lr>']] });
    const invite = lab.peer.last;
    lab.peer.respond(invite, '180 Ringing', [PEER_CONTACT], 'p1');
    call.cancel();
    lab.clock.advance(0);
    const cancel = lastOf(lab, 'CANCEL');
    expect(topVia(cancel)?.branch).toBe(topVia(invite)?.branch);
    expect(cancel.startLine).toMatchObject({ uri: 'sip:peer@10.0.0.9' });
    expect(cancel.all('Route')).toEqual(['<sip:10.0.0.9;lr>']);
    expect(cseq(cancel)?.number).toBe(cseq(invite)?.number);
    expectNothingLeft(lab);
  });
});

describe('what responses say (RFC 3261 §8.2.6, §11.2, §12.1.1)', () => {
  it('mistake 8: Contact names the listener the request came to (A1)', () => {
    const lab = createCallLab((r) => {
      r.respond(200);
    });
    lab.ua.addTransport(lab.network.bind('udp', { host: '10.0.0.1', port: 5070 }));
    const transport = lab.network.bind('udp', { host: '10.0.0.8', port: 5060 });
    const second = new RawPeer(lab.clock, transport, { host: '10.0.0.1', port: 5070 });
    second.send({ method: 'INVITE', callId: 'second' });
    expect(second.last.first('Contact')).toBe('<sip:lab@10.0.0.1:5070>');
    lab.invite();
    expect(lab.peer.last.first('Contact')).toBe('<sip:lab@10.0.0.1:5060>');
    expectNothingLeft(lab);
  });

  it('mistake 19: Server and not User-Agent, no empty Supported, Allow without refused methods (G1, G3)', () => {
    const lab = createCallLab(
      (r) => {
        r.respond(200, { capabilities: true });
      },
      { handler: { methods: ['OPTIONS', 'MESSAGE'], supported: [] } },
    );
    lab.peer.send({ method: 'OPTIONS' });
    const { last } = lab.peer;
    expect(last.first('Server')).toBe('Lab');
    expect(last.all('User-Agent')).toEqual([]);
    expect(last.all('Supported')).toEqual([]);
    expect(last.first('Contact')).toBe('<sip:lab@10.0.0.1:5060>');
    expect(last.first('Allow')).toBe('OPTIONS, MESSAGE');
    for (const method of ['MESSAGE', 'INFO', 'REFER']) {
      lab.peer.send({ method, callId: method });
      const isAllowed = last.first('Allow')?.includes(method) === true;
      expect(lab.peer.last.startLine).toMatchObject({ status: isAllowed ? 200 : 405 });
    }
    expectNothingLeft(lab);
  });

  it.each([
    ['400', { method: 'INVITE', contact: false }],
    ['405', { method: 'REGISTER' }],
    ['420', { method: 'INVITE', lines: ['Require: x-odd'] }],
    ['481', { method: 'BYE' }],
    ['501', { method: 'FLY' }],
    ['505', { method: 'OPTIONS', version: 'SIP/3.0' }],
  ])('mistake 28: a %s of our own has a To tag (D8)', (status, request) => {
    const lab = createCallLab();
    lab.peer.send(request);
    expect(lab.peer.last.startLine).toMatchObject({ status: Number(status) });
    expect(toHeader(lab.peer.last)?.tag).toMatch(/^\S{4,}$/);
    expectNothingLeft(lab);
  });

  it('mistake 29: every answer to INVITE has a Contact, in 101 to 299 (D9)', () => {
    const lab = createCallLab();
    lab.invite({ lines: ['Supported: 100rel'] });
    lab.answer(0, 180);
    lab.answer(0, 183, { isReliable: true });
    lab.answer(0, 200);
    expect(lab.peer.received.map((m) => m.first('Contact'))).toEqual(
      lab.peer.received.map(() => '<sip:lab@10.0.0.1:5060>'),
    );
    expect(lab.peer.received).toHaveLength(3);
    expectNothingLeft(lab);
  });
});

describe('transactions of calls (RFC 3261 §13, §17)', () => {
  it('mistake 17: finished client transactions are freed', () => {
    const lab = createCallLab();
    for (let n = 0; n < 10; n++) {
      const call = lab.dial();
      lab.peer.respond(lab.peer.last, '200 OK', OK, `p${n}`);
      call.hangUp();
      lab.clock.advance(0);
      lab.peer.respond(lab.peer.last, '200 OK');
      lab.dial();
      lab.peer.respond(lab.peer.last, '486 Busy Here', [], `b${n}`);
    }
    lab.clock.runAll(100_000);
    expect(lab.ua.stats).toMatchObject({ clientTransactions: 0, completedTransactions: 0, activeCalls: 0 });
    expect(lab.clock.pending).toBe(0);
  });

  /** The caller acknowledges a refusal: nobody above the transaction hears of it, and nothing answers it. */
  function refusedWith(status: number): void {
    const lab = createCallLab();
    lab.invite();
    lab.answer(0, status);
    const toTag = lab.ourTag();
    lab.peer.take();
    lab.peer.send({ method: 'ACK', branch: 'z9hG4bK-i', toTag });
    lab.clock.advance(5000);
    expect(lab.peer.take()).toEqual([]);
    expect(lab.requests.map((r) => r.method)).toEqual(['INVITE']);
    expectNothingLeft(lab);
  }

  it('mistake 18: the ACK to a non-2xx reaches no handler (RFC 3261 §17.2.1)', () => {
    refusedWith(486);
  });

  it('mistake 21: the ACK to a 407 is not taken for a new request (RFC 3261 §17.2.3)', () => {
    refusedWith(407);
  });

  it('mistake 22: the 200 to INVITE is sent again until its ACK, over a stream too (T8)', async () => {
    const lab = createCallLab();
    const own = lab.network.bind('tcp', { host: '10.0.0.1', port: 5060 });
    lab.ua.addTransport(own);
    const transport = lab.network.bind('tcp', { host: '10.0.0.8', port: 5060 });
    const peer = new RawPeer(lab.clock, transport, { host: '10.0.0.1', port: 5060 });
    peer.send({ method: 'INVITE' });
    await lab.clock.advanceAsync(0);
    lab.answer(0, 200);
    await lab.clock.advanceAsync(1600);
    expect(peer.log.map((line) => line.replace(/ 200 OK$/, ''))).toEqual(['0', '500', '1500']);
    peer.send({ method: 'ACK', toTag: toHeader(peer.last)?.tag, branch: 'z9hG4bK-ack' });
    await lab.clock.advanceAsync(10_000);
    expect(peer.log).toHaveLength(3);
    await Promise.all([own.close(), transport.close()]);
    expectNothingLeft(lab);
  });
});
