import { describe, expect, it } from 'vitest';
import type { Protocol } from '../core/address.ts';
import {
  bodyOf,
  bridgeUri,
  calleeUri,
  CALLEE_SDP,
  CALLER_SDP,
  createBridgeLab,
  SDP_LINE,
  sdpOfPort,
  twoPhones,
} from '../testing/bridge-lab.ts';

/* Verified: what a call through the bridge says on each leg from the INVITE to its answer or failure, over any two transports, with early
   and late offers. */

const PROTOCOLS: readonly Protocol[] = ['udp', 'tcp', 'tls', 'ws'];
const PAIRS = PROTOCOLS.flatMap((a) => PROTOCOLS.map((b) => [a, b] as const));

describe('a call over two legs (RFC 7092 §3.2, RFC 3261 §13)', () => {
  it.each(PAIRS)('%s to %s: is answered, talks and ends on both transports', async (from, to) => {
    const lab = createBridgeLab({ route: () => ({ targets: [{ uri: calleeUri(to) }] }) });
    const alice = lab.phone('10.0.0.9', undefined, from);
    const bob = lab.phone('10.0.0.2', undefined, to);
    const call = lab.dial(alice, { target: bridgeUri(from) });
    await lab.clock.advanceAsync(10);
    bob.answer(180);
    bob.answer(200, { body: CALLEE_SDP });
    await lab.clock.advanceAsync(10);
    expect(call.session?.offers.remoteSdp).toBe(CALLEE_SDP);
    expect(bob.session().offers.remoteSdp).toBe(CALLER_SDP);
    expect(bob.last().incoming.transport.protocol).toBe(to);
    bob.session().hangUp();
    await lab.clock.advanceAsync(10);
    expect(call.state).toBe('ended');
    await lab.expectClosed(alice.ua, bob.ua);
  });

  it('RFC 7092 §3.1.2: each leg has its own Call-ID, tags, CSeq, Via and Contact, and no address of the one is on the other', () => {
    const lab = createBridgeLab({ sdp: (_sdp, { to }) => sdpOfPort(to === 'callee' ? 7000 : 7002) });
    const caller = lab.rawCaller();
    const callee = lab.rawCallee();
    caller.send({
      method: 'INVITE',
      uri: 'sip:bob@10.0.0.1',
      cseq: 4711,
      lines: [
        'Record-Route: <sip:10.0.0.9:5070;lr>',
        'User-Agent: Secret/1',
        'Authorization: Digest username="peer", realm="r", nonce="n", uri="sip:bob@10.0.0.1", response="0123456789abcdef0123456789abcdef"',
        SDP_LINE,
      ],
      body: 'v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nt=0 0\r\n',
    });
    const invite = callee.last;
    const text = String.fromCharCode(...invite.bytes);
    expect(text).not.toMatch(/10\.0\.0\.9|raw-call|4711|tag=peer|Secret|Digest/);
    expect(invite.all('Via')).toHaveLength(1);
    expect(invite.first('From')).toMatch(/^<sip:peer@10\.0\.0\.1>;tag=/);
    callee.respond(
      invite,
      '200 OK',
      [
        'Contact: <sip:bob@10.0.0.2>',
        'Server: Secret/2',
        'Warning: 399 10.0.0.2 "noisy"',
        SDP_LINE,
        CALLEE_SDP,
      ],
      'bobs-tag',
    );
    const answer = caller.last;
    expect(answer.startLine).toMatchObject({ status: 200 });
    expect(String.fromCharCode(...answer.bytes)).not.toMatch(/10\.0\.0\.2|bobs-tag|Secret/);
    expect(answer.first('Warning')).toBe('399 10.0.0.1 "noisy"');
    expect(caller.lastBody).toBe(sdpOfPort(7002));
    lab.lint.allow(['O2'], 'the offer of the caller has no stream');
  });

  it('RFC 3261 §16.6 step 3: one hop less in Max-Forwards, and 483 where none is left', () => {
    const lab = createBridgeLab();
    const caller = lab.rawCaller();
    const callee = lab.rawCallee();
    const text = (hops: number): string =>
      caller
        .write({ method: 'INVITE', callId: `hops-${hops}`, branch: `z9hG4bK-h${hops}` })
        .replace('Max-Forwards: 70', `Max-Forwards: ${hops}`);
    caller.sendText(text(9));
    lab.clock.advance(0);
    expect(callee.last.first('Max-Forwards')).toBe('8');
    callee.respond(callee.last, '486 Busy Here', [], 'b');
    caller.take();
    callee.take();
    caller.sendText(text(0));
    lab.clock.advance(0);
    expect(caller.take()).toContain('483 Too Many Hops');
    expect(callee.take()).not.toContain('INVITE');
  });

  it('RFC 7989 §6: Session-ID and what belongs to the call cross, with display names', () => {
    const { alice, bob, dial, expectNothingLeft } = twoPhones();
    const call = dial(alice, {
      from: 'sip:alice@example.com',
      fromDisplay: 'Alice "A" Adams',
      headers: [
        ['Session-ID', 'ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000'],
        ['Subject', 'lunch'],
        ['P-Asserted-Identity', '<sip:alice@example.com>'],
        ['User-to-User', '56a390f3d2b7310023a2;encoding=hex'],
        ['X-Ticket', '42'],
        ['Priority', 'urgent'],
        ['Path', '<sip:10.0.0.9;lr>'],
      ],
    });
    const { message } = bob.last();
    expect(message.first('From')).toMatch(/^"Alice \\"A\\" Adams" <sip:alice@example\.com>;tag=/);
    expect(message.first('Session-ID')).toBe(
      'ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000',
    );
    expect(message.first('Subject')).toBe('lunch');
    expect(message.first('User-to-User')).toBe('56a390f3d2b7310023a2;encoding=hex');
    expect(message.first('Priority')).toBe('urgent');
    expect(message.first('Path')).toBeUndefined();
    expect(message.headers.find(({ name }) => name === 'X-Ticket')?.value).toBe('42');
    bob.answer(200, { body: CALLEE_SDP, headers: [['X-Desk', '7']] });
    const answer = call.answer?.message;
    expect(answer?.headers.find(({ name }) => name === 'X-Desk')?.value).toBe('7');
    call.hangUp();
    expectNothingLeft(alice.ua, bob.ua);
  });

  it('RFC 3261 §13.2.1: a late offer crosses in the 2xx, and its answer in the ACK', () => {
    const { alice, bob, ua, clock, expectNothingLeft } = ((lab) => ({ ...lab, ua: lab.alice.ua }))(
      twoPhones(),
    );
    const call = ua.call({ target: bridgeUri(), answer: () => CALLER_SDP });
    clock.advance(0);
    expect(bodyOf(bob.last())).toBe('');
    bob.answer(200, { body: CALLEE_SDP });
    expect(call.session?.offers.remoteSdp).toBe(CALLEE_SDP);
    expect(bob.session().offers.remoteSdp).toBe(CALLER_SDP);
    expect(bob.session().offers.findings).toEqual([]);
    bob.session().hangUp();
    expectNothingLeft(alice.ua, bob.ua);
  });

  it('RFC 3261 §13.2.2.4: a late offer whose caller never acknowledges is acknowledged without answer and both legs end', () => {
    const lab = createBridgeLab();
    const caller = lab.rawCaller();
    const bob = lab.phone('10.0.0.2');
    caller.send({ method: 'INVITE' });
    bob.answer(200, { body: CALLEE_SDP });
    caller.take();
    const bobs = bob.session();
    lab.clock.advance(32_000);
    expect(caller.take()).toContain('BYE');
    expect(bobs.isOver).toBe(true);
    caller.respond(caller.last, '200 OK');
    lab.expectNothingLeft(bob.ua);
    lab.lint.allow(['O5'], 'the caller gave no answer that could be passed on');
  });
});

describe('a call that is not answered (RFC 3261 §13.2.2, §16.7)', () => {
  it.each([
    [486, '486 Busy Here'],
    [404, '404 Not Found'],
    [600, '600 Busy Everywhere'],
    [488, '488 Not Acceptable Here'],
    [503, '500 Server Internal Error'],
    [302, '480 Temporarily Unavailable'],
  ])('%i from the callee: the caller hears %s', (status, shown) => {
    const lab = twoPhones();
    lab.dial(lab.alice);
    lab.bob.answer(status);
    expect(lab.heard).toEqual([`0 ${shown}`]);
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3326 §2, RFC 3261 §20.43: Reason and Warning of a refusal are kept, its words too', () => {
    const lab = twoPhones();
    const call = lab.dial(lab.alice);
    let message: { all(name: 'Reason' | 'Warning' | 'Retry-After'): readonly string[] } | undefined;
    let phrase = '';
    call.onFailed((result) => {
      if (result.kind !== 'response') return;
      ({ message, reason: phrase } = result);
    });
    lab.bob.answer(486, {
      reason: 'At lunch',
      headers: [
        ['Reason', 'Q.850;cause=17'],
        ['Warning', '399 10.0.0.2 "out"'],
        ['Retry-After', '60'],
      ],
    });
    expect(phrase).toBe('At lunch');
    expect(message?.all('Reason')).toEqual(['Q.850;cause=17']);
    expect(message?.all('Warning')).toEqual(['399 10.0.0.1 "out"']);
    expect(message?.all('Retry-After')).toEqual(['60']);
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it.each([401, 407])(
    'RFC 3261 §22: a %i of the callee is no business of the caller, who hears 403',
    (status) => {
      const lab = createBridgeLab();
      const alice = lab.phone('10.0.0.9');
      const callee = lab.rawCallee();
      lab.dial(alice);
      const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
      callee.respond(callee.last, `${status} Who`, [`${name}: Digest realm="secret", nonce="n"`], 'b');
      expect(lab.heard).toEqual(['0 403 Forbidden']);
      lab.expectNothingLeft(alice.ua);
    },
  );

  it('RFC 3261 §8.1.3.1: a callee that says nothing is a 408', () => {
    const lab = createBridgeLab();
    const alice = lab.phone('10.0.0.9');
    lab.dial(alice);
    lab.clock.advance(33_000);
    expect(lab.heard).toEqual(['32000 408 Request Timeout']);
    lab.expectNothingLeft(alice.ua);
  });

  it('RFC 3261 §8.1.3.4: a redirection is followed, and the caller hears nothing of it', () => {
    const lab = createBridgeLab();
    const alice = lab.phone('10.0.0.9');
    const bob = lab.phone('10.0.0.2');
    const carol = lab.phone('10.0.0.3');
    lab.dial(alice);
    bob.answer(302, { headers: [['Contact', '<sip:carol@10.0.0.3>']] });
    carol.answer(200, { body: CALLEE_SDP });
    expect(lab.heard).toEqual(['0 answered']);
    carol.session().hangUp();
    lab.expectNothingLeft(alice.ua, bob.ua, carol.ua);
  });

  it('RFC 3261 §16.6 step 11: rings no longer than the policy says', () => {
    const lab = twoPhones({ ringMs: 20_000 });
    lab.dial(lab.alice);
    lab.bob.answer(180);
    lab.clock.advance(20_000);
    expect(lab.heard).toEqual(['0 180', '20000 408 Request Timeout']);
    expect(lab.bob.last().isAnswered).toBe(true);
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3261 §21.4: a refusal of the route is the answer, and nobody is called', () => {
    const lab = twoPhones({ route: () => ({ status: 403, reason: 'Not from here' }) });
    lab.dial(lab.alice);
    expect(lab.heard).toEqual(['0 403 Not from here']);
    expect(lab.bob.requests).toEqual([]);
    expect(lab.ends).toEqual(['0 ended by bridge with 403: refused by the route']);
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3261 §16.7: no target at all is a 404', () => {
    const lab = twoPhones({ route: () => ({ targets: [] }) });
    lab.dial(lab.alice);
    expect(lab.heard).toEqual(['0 404 Not Found']);
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });
});
