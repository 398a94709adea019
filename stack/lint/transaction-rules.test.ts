import { describe, expect, it } from 'vitest';
import { ALICE, BOB, Trace } from '../testing/trace.ts';

/*
 * Each test has a trace that breaks the rule, with what is said about which octets, and a near miss that does not.
 * Alice calls bob; the traffic is bob's unless said otherwise.
 */

const INVITE_BRANCH = 'z9hG4bK-alice-INVITE-1';
const CAROL = { host: '10.0.0.3', port: 5060 };
const DAVE = { host: '10.0.0.4', port: 5060 };

const rung = (vantage: 'alice' | 'bob' = 'bob'): Trace =>
  new Trace(vantage).alice('INVITE').bob('100 Trying').bob('180 Ringing');

describe('lint of transactions', () => {
  it('T1: an ACK to a failure with another branch is found (RFC 3261 §17.1.1.3)', () => {
    const refused = (): Trace => rung().bob('486 Busy Here');
    expect(refused().alice('ACK', { toTag: 'tag-b', uri: 'sip:bob@example.com' }).remarks('T1')).toEqual([
      'remote error: The ACK to the 486 has another branch than its INVITE. <SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK-alice-ACK-1>',
    ]);
    expect(refused().alice('ACK', { toTag: 'tag-b', branch: INVITE_BRANCH }).remarks('T1')).toEqual([]);
    expect(rung().bob('200 OK').alice('ACK').remarks('T1')).toEqual([]);
  });

  it('T2: an ACK to a 2xx with the branch of its INVITE is found (RFC 3261 §13.2.2.4)', () => {
    expect(rung().bob('200 OK').alice('ACK', { branch: INVITE_BRANCH }).remarks('T2')).toEqual([
      'remote error: The ACK to the 200 reuses the branch of its INVITE. <SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK-alice-INVITE-1>',
    ]);
    expect(rung().bob('200 OK').alice('ACK').remarks('T2')).toEqual([]);
    expect(
      rung().bob('486 No').alice('ACK', { branch: INVITE_BRANCH, toTag: 'tag-b' }).remarks('T2'),
    ).toEqual([]);
  });

  it('T3: a CANCEL that is not like its INVITE is found (RFC 3261 §9.1)', () => {
    expect(rung().alice('CANCEL', { branch: 'z9hG4bK-new' }).remarks('T3')).toEqual([
      'remote error: The CANCEL has another branch than its INVITE. <SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK-new>',
    ]);
    const other = {
      cseq: 2,
      uri: 'sip:bob@10.0.0.2',
      branch: INVITE_BRANCH,
      lines: ['Route: <sip:p@10.0.0.9;lr>'],
    };
    expect(rung().alice('CANCEL', other).remarks('T3')).toEqual([
      'remote error: The CANCEL has another CSeq number than its INVITE. <2 CANCEL>',
      'remote error: The CANCEL has another Request-URI than its INVITE. <sip:bob@10.0.0.2>',
      'remote error: The CANCEL has another Route than its INVITE. <<sip:p@10.0.0.9;lr>>',
    ]);
    expect(rung().alice('CANCEL').remarks('T3')).toEqual([]);
  });

  it('T4: a CANCEL before any response is found (RFC 3261 §9.1)', () => {
    expect(new Trace('alice').alice('INVITE').alice('CANCEL').remarks('T4')).toEqual([
      'local error: The CANCEL was sent before any response to its INVITE. <CANCEL sip:bob@example.com SIP/2.0>',
    ]);
    expect(new Trace('alice').alice('INVITE').bob('100 Trying').alice('CANCEL').remarks('T4')).toEqual([]);
  });

  it('T5: a response to an ACK is found (RFC 3261 §17.2.1)', () => {
    const answered = rung().bob('200 OK').alice('ACK').bob('481 Unknown', { answers: 'ACK' });
    expect(answered.remarks('T5')).toEqual(['local error: An ACK was answered 481. <SIP/2.0 481 Unknown>']);
    expect(rung().bob('200 OK').alice('ACK').alice('BYE').bob('481 Unknown').remarks('T5')).toEqual([]);
  });

  it('T6: a retransmission over TCP is found, that of a 2xx is not (RFC 3261 §17.1.1.2, §17.1.2.2)', () => {
    const over = (): Trace => new Trace().over('tcp', 'c1');
    expect(over().alice('OPTIONS').again(500).remarks('T6')).toEqual([
      'remote error: The OPTIONS was sent again over TCP. <OPTIONS sip:bob@example.com SIP/2.0>',
    ]);
    expect(over().alice('INVITE').bob('486 Busy Here').again(500).remarks('T6')).toEqual([
      'local error: The 486 was sent again over TCP. <SIP/2.0 486 Busy Here>',
    ]);
    expect(over().alice('INVITE').bob('200 OK').again(500).remarks('T6')).toEqual([]);
    expect(new Trace().alice('OPTIONS').again(500).remarks('T6')).toEqual([]);
  });

  it('T7: a retransmission off the timers is found (RFC 3261 §17.1.1.2, §17.1.2.2)', () => {
    expect(new Trace('alice').alice('OPTIONS').again(500).again(500).remarks('T7')).toEqual([
      'local warning: The OPTIONS was sent again after 500 ms, where the timer says 1000 ms. <OPTIONS sip:bob@example.com SIP/2.0>',
    ]);
    expect(rung('alice').again(500, 3).remarks('T7')).toEqual([
      'local warning: The INVITE was sent again after a provisional response. <INVITE sip:bob@example.com SIP/2.0>',
    ]);
    expect(new Trace().alice('OPTIONS').again(200).remarks('T7')).toEqual([
      'remote warning: The OPTIONS was sent again after 200 ms, where the timer says 500 ms. <OPTIONS sip:bob@example.com SIP/2.0>',
    ]);
    const exact = new Trace('alice')
      .alice('OPTIONS')
      .again(500)
      .again(1000)
      .again(2000)
      .again(4000)
      .again(4000);
    expect(exact.remarks('T7')).toEqual([]);
    const invite = new Trace('alice')
      .alice('INVITE')
      .again(500)
      .again(1000)
      .again(2000)
      .again(4000)
      .again(8000);
    expect(invite.remarks('T7')).toEqual([]);
    // Doubled by the network, and delayed by it.
    expect(new Trace().alice('OPTIONS').again(2).again(430).remarks('T7')).toEqual([]);
    // A peer that answered 100 is asked less often from the next time on.
    const slow = (): Trace => new Trace('alice').alice('INFO').bob('100 Trying').again(490, 2);
    expect([slow().again(1000).remarks('T7').length, slow().again(4000).remarks('T7').length]).toEqual([
      1, 0,
    ]);
  });

  it('T7: a stateless proxy passes retransmissions on when they come (RFC 3261 §16.11)', () => {
    const passed = (): Trace => new Trace().alice('INVITE').relay(CAROL, 'z9hG4bK-s1');
    const passedAgain = passed().again(100, 2).again(0, 2);
    expect(passedAgain.remarks('T7').filter((remark) => remark.startsWith('local'))).toEqual([]);
    // Nothing has come since: the timer would be its own.
    expect(passed().again(100).remarks('T7')).toHaveLength(1);
    expect(
      passedAgain
        .again(100)
        .remarks('T7')
        .filter((remark) => remark.startsWith('local')),
    ).toHaveLength(1);
  });

  it('T8: a 2xx that is not repeated until its ACK is found (RFC 3261 §13.3.1.4)', () => {
    const answered = (): Trace => rung().bob('200 OK');
    expect(answered().wait(1000).remarks('T8')).toEqual([
      'local error: The 200 was not repeated although no ACK came. <SIP/2.0 200 OK>',
    ]);
    expect(answered().again(500).again(1000).wait(4000).remarks('T8')).toHaveLength(1);
    expect(answered().wait(900).remarks('T8')).toEqual([]);
    expect(answered().alice('ACK').wait(60_000).remarks('T8')).toEqual([]);
    expect(answered().again(500).alice('ACK').wait(60_000).remarks('T8')).toEqual([]);
    const given = answered();
    for (const ms of [500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000, 4000]) given.again(ms);
    expect(given.wait(60_000).remarks('T8')).toEqual([]);
    // What a peer repeats may be lost; when nothing comes for seconds, it was not sent.
    expect(rung('alice').bob('200 OK').wait(3000).remarks('T8')).toEqual([]);
    expect(rung('alice').bob('200 OK').wait(5000).remarks('T8')).toHaveLength(1);
  });

  it('T9: a request without response within 64*T1 is found (RFC 3261 §17.1.1.2, §17.1.2.2)', () => {
    expect(new Trace().alice('OPTIONS').bob('100 Trying').wait(33_000).remarks('T9')).toEqual([
      'local warning: The OPTIONS got no final response within 64*T1. <OPTIONS sip:bob@example.com SIP/2.0>',
    ]);
    expect(new Trace('alice').alice('INVITE').wait(33_000).remarks('T9')).toEqual([
      'remote warning: The INVITE got no response within 64*T1. <INVITE sip:bob@example.com SIP/2.0>',
    ]);
    expect(rung().wait(100_000).remarks('T9')).toEqual([]);
    expect(new Trace().alice('OPTIONS').wait(20_000).remarks('T9')).toEqual([]);
    expect(new Trace().alice('OPTIONS').bob('200 OK').wait(100_000).remarks('T9')).toEqual([]);
    const short = new Trace().alice('OPTIONS').wait(8000);
    expect(short.remarks('T9', { timing: { t1Ms: 100, t2Ms: 800 } })).toHaveLength(1);
  });

  it('T9: a proxy is silent where nobody answers another request than INVITE (RFC 4320 §4.2)', () => {
    const passed = (): Trace => new Trace().alice('OPTIONS').relay(CAROL, 'z9hG4bK-f1');
    const [silent, ...more] = passed().wait(40_000).remarks('T9');
    expect(silent).toMatch(/^remote warning: The OPTIONS got no final response/);
    expect(more).toEqual([]);
    const kept = passed().raw('in', unavailable, CAROL).wait(40_000);
    expect(kept.remarks('T9')).toEqual([
      'local warning: The OPTIONS got no final response within 64*T1. <OPTIONS sip:bob@example.com SIP/2.0>',
    ]);
  });

  it('T10: an ACK passed on more than once, or arriving so, is found (RFC 3261 §16.6)', () => {
    const forked = (): Trace =>
      new Trace()
        .alice('INVITE')
        .relay(CAROL, 'z9hG4bK-f1')
        .raw('in', okOf('z9hG4bK-f1'), CAROL)
        .relay(ALICE, '')
        .raw('in', ackText, ALICE)
        .relay(CAROL, 'z9hG4bK-a1');
    expect(forked().remarks('T10')).toEqual([]);
    const again = forked().raw('in', ackText, ALICE, 500).relay(CAROL, 'z9hG4bK-a2');
    expect(again.remarks('T10')).toEqual([]);
    const passedTwice = forked().raw('out', forked().lastText.replace('K-a1', 'K-a3'), DAVE);
    expect(passedTwice.remarks('T10')).toEqual([
      'local error: The ACK was passed on more than once. <ACK sip:carol@10.0.0.3 SIP/2.0>',
    ]);
    const twice = (text: string): string =>
      text.replace('Via:', 'Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK-p2\r\nVia:');
    const arrived = rung()
      .bob('200 OK')
      .alice('ACK', { edit: (t) => twice(t).replace('K-p2', 'K-p1') })
      .alice('ACK', { edit: twice });
    expect(arrived.remarks('T10')).toEqual([
      'remote error: The same ACK came over several branches of a proxy. <ACK sip:bob@10.0.0.2:5060 SIP/2.0>',
    ]);
  });

  it('T11: a 503 passed on unchanged is found (RFC 3261 §16.7)', () => {
    const overloaded = (): Trace =>
      new Trace().alice('OPTIONS').relay(CAROL, 'z9hG4bK-f1').raw('in', unavailable, CAROL);
    expect(overloaded().relay(ALICE, '').remarks('T11')).toEqual([
      'local warning: A 503 of the next hop was passed on as it came. <SIP/2.0 503 Service Unavailable>',
    ]);
    const changed = overloaded().relay(ALICE, '', (t) =>
      t.replace('503 Service Unavailable', '500 Server Internal Error'),
    );
    expect(changed.remarks('T11')).toEqual([]);
    expect(new Trace().alice('OPTIONS').bob('503 Service Unavailable').remarks('T11')).toEqual([]);
  });

  it('T12: a 408 to another request than INVITE is found (RFC 4320 §4.2)', () => {
    expect(new Trace().alice('OPTIONS').bob('408 Request Timeout').remarks('T12')).toEqual([
      'local error: The OPTIONS was answered 408. <SIP/2.0 408 Request Timeout>',
    ]);
    expect(rung().bob('408 Request Timeout').remarks('T12')).toEqual([]);
  });
});

const head = (vias: readonly string[], cseq: string, to = ';tag=tag-c'): string =>
  [
    ...vias.map((via) => `Via: SIP/2.0/UDP ${via}`),
    'From: <sip:alice@example.com>;tag=tag-a',
    `To: <sip:bob@example.com>${to}`,
    'Call-ID: call',
    `CSeq: ${cseq}`,
  ].join('\r\n');
const end = '\r\nContent-Length: 0\r\n\r\n';
const own = (branch: string): readonly string[] => [
  `${BOB.host}:5060;branch=${branch}`,
  `${ALICE.host}:5060;branch=${INVITE_BRANCH}`,
];
const okOf = (branch: string): string =>
  `SIP/2.0 200 OK\r\n${head(own(branch), '1 INVITE')}\r\nContact: <sip:carol@10.0.0.3>${end}`;
const ackText = `ACK sip:carol@10.0.0.3 SIP/2.0\r\n${head([`${ALICE.host}:5060;branch=z9hG4bK-ack`], '1 ACK')}\r\nMax-Forwards: 70${end}`;
const unavailable = `SIP/2.0 503 Service Unavailable\r\n${head(
  [`${BOB.host}:5060;branch=z9hG4bK-f1`, `${ALICE.host}:5060;branch=z9hG4bK-alice-OPTIONS-1`],
  '1 OPTIONS',
)}${end}`;
