import { describe, expect, it } from 'vitest';
import { Trace } from '../testing/trace.ts';

/*
 * Rules of events, session timers and reliable provisional responses. Each test has a trace that breaks the rule, with what is said about
 * which octets, and a near miss that does not. Alice asks bob; the traffic is bob's unless said otherwise.
 */

const EVENT = 'Event: dialog';
const state = (value: string, event = EVENT): readonly string[] => [event, `Subscription-State: ${value}`];

const subscribed = (vantage: 'alice' | 'bob' = 'bob'): Trace =>
  new Trace(vantage)
    .alice('SUBSCRIBE', { lines: [EVENT, 'Expires: 600'] })
    .bob('200 OK', { lines: ['Expires: 600'] });

const notified = (version?: number): Trace =>
  subscribed().bob('NOTIFY', { lines: state('active;expires=600'), ...bodyOf(version) });

const bodyOf = (version: number | undefined): { readonly body?: readonly [string, string] } =>
  version === undefined
    ? {}
    : {
        body: [
          'application/dialog-info+xml',
          `<dialog-info state="full" version="${version}" entity="sip:b@c"/>`,
        ],
      };

const referred = (): Trace =>
  new Trace()
    .alice('INVITE')
    .bob('200 OK')
    .alice('ACK')
    .alice('REFER', { lines: ['Refer-To: <sip:c@d>'] })
    .bob('202 Accepted');

const progress = (trace: Trace, status: string, value: string): Trace =>
  trace
    .bob('NOTIFY', {
      lines: state(value, 'Event: refer'),
      body: ['message/sipfrag', `SIP/2.0 ${status}\r\n`],
    })
    .alice('200 OK');

describe('lint of events', () => {
  it('E1: a NOTIFY before the answer to its SUBSCRIBE is told as legal (RFC 6665 §4.1.2.4)', () => {
    const early = new Trace('alice')
      .alice('SUBSCRIBE', { lines: [EVENT] })
      .bob('NOTIFY', { lines: state('active;expires=600'), toTag: 'tag-a' });
    expect(early.remarks('E1')).toEqual([
      'remote info: The NOTIFY came before the answer to its SUBSCRIBE. <NOTIFY sip:alice@example.com SIP/2.0>',
    ]);
    expect(notified().remarks('E1')).toEqual([]);
  });

  it('E2: a 2xx to SUBSCRIBE or REFER without NOTIFY is found (RFC 6665 §4.2.1.3, RFC 3515 §2.4.4)', () => {
    expect(subscribed().wait(33_000).remarks('E2')).toEqual([
      'local error: No NOTIFY followed the 200 to SUBSCRIBE. <SIP/2.0 200 OK>',
    ]);
    expect(referred().wait(33_000).remarks('E2')).toHaveLength(1);
    const again = notified()
      .wait(5000)
      .alice('SUBSCRIBE', { lines: [EVENT] })
      .bob('200 OK')
      .wait(33_000);
    expect(again.remarks('E2')).toHaveLength(1);
    expect(notified().wait(33_000).remarks('E2')).toEqual([]);
    const silent = new Trace()
      .alice('INVITE')
      .bob('200 OK')
      .alice('REFER')
      .bob('202 Accepted', { lines: ['Refer-Sub: false'] });
    expect(silent.wait(33_000).remarks('E2')).toEqual([]);
  });

  it('E3: a subscription that is active without time left is found (RFC 6665 §4.2.1.4)', () => {
    expect(
      subscribed()
        .bob('NOTIFY', { lines: state('active;expires=0') })
        .remarks('E3'),
    ).toEqual(['local error: The subscription is active and has no time left. <active;expires=0>']);
    const ended = (): Trace =>
      notified()
        .alice('SUBSCRIBE', { lines: [EVENT, 'Expires: 0'] })
        .bob('200 OK');
    expect(
      ended()
        .bob('NOTIFY', { lines: state('active;expires=30') })
        .remarks('E3'),
    ).toEqual([
      'local error: The subscription is active after it was ended with Expires: 0. <active;expires=30>',
    ]);
    expect(
      ended()
        .bob('NOTIFY', { lines: state('terminated;reason=timeout') })
        .remarks('E3'),
    ).toEqual([]);
    expect(notified().remarks('E3')).toEqual([]);
  });

  it('E4: a REFER that ends twice, or fails after a success, is found (RFC 3515 §2.4.5, §2.4.7)', () => {
    const ended = (): Trace =>
      progress(
        progress(referred(), '100 Trying', 'active;expires=60'),
        '200 OK',
        'terminated;reason=noresource',
      );
    expect(progress(ended(), '200 OK', 'terminated;reason=noresource').remarks('E4')).toEqual([
      'local error: The NOTIFY comes after the one that ended the subscription of the REFER. <terminated;reason=noresource>',
    ]);
    expect(progress(ended(), '503 Gone', 'terminated').remarks('E4')).toEqual([
      'local error: The NOTIFY reports 503 after the 200 of an earlier one. <SIP/2.0 503 Gone\r\n>',
    ]);
    expect(ended().remarks('E4')).toEqual([]);
  });

  it('E5: a gap in the versions of a body is found (RFC 4235 §4.1, RFC 3680 §5.2)', () => {
    const next = (version: number): Trace =>
      notified(3).bob('NOTIFY', { lines: state('active;expires=500'), ...bodyOf(version) });
    expect(next(5).remarks('E5')).toEqual([
      'local warning: The version of the body is 5 after 3. <version="5">',
    ]);
    expect(next(3).remarks('E5')).toHaveLength(1);
    expect(next(4).remarks('E5')).toEqual([]);
  });

  it('E6: a NOTIFY without Subscription-State is found (RFC 6665 §4.1.3)', () => {
    expect(
      subscribed()
        .bob('NOTIFY', { lines: [EVENT] })
        .remarks('E6'),
    ).toEqual([
      'local error: The NOTIFY has no Subscription-State. <NOTIFY sip:alice@10.0.0.1:5060 SIP/2.0>',
    ]);
    expect(notified().remarks('E6')).toEqual([]);
  });
});

const timed = (asked: string, given: string, vantage: 'alice' | 'bob' = 'bob'): Trace =>
  new Trace(vantage)
    .alice('INVITE', { lines: ['Supported: timer', `Session-Expires: ${asked}`] })
    .bob('200 OK', { lines: [`Session-Expires: ${given}`] })
    .alice('ACK');

describe('lint of session timers', () => {
  it('R1: a 422 without Min-SE is found (RFC 4028 §6)', () => {
    expect(new Trace().alice('INVITE').bob('422 Too Small').remarks('R1')).toEqual([
      'local error: The 422 has no Min-SE. <SIP/2.0 422 Too Small>',
    ]);
    expect(
      new Trace()
        .alice('INVITE')
        .bob('422 Too Small', { lines: ['Min-SE: 90'] })
        .remarks('R1'),
    ).toEqual([]);
  });

  it('R2: a refresher that is missing or contradicts the request is found (RFC 4028 §9)', () => {
    expect(timed('90', '90').remarks('R2')).toEqual([
      'local error: Session-Expires does not say who refreshes. <90>',
    ]);
    expect(timed('90;refresher=uas', '90;refresher=uac').remarks('R2')).toEqual([
      'local error: The INVITE asked for refresher=uas, the 200 says refresher=uac. <90;refresher=uac>',
    ]);
    expect(
      new Trace()
        .alice('INVITE')
        .bob('200 OK', { lines: ['Session-Expires: 90;refresher=uac'] })
        .remarks('R2'),
    ).toHaveLength(1);
    expect([
      timed('90', '90;refresher=uac').remarks('R2'),
      timed('90;refresher=uas', '90;refresher=uas').remarks('R2'),
    ]).toEqual([[], []]);
  });

  it('R3: a session that is neither refreshed nor ended is found (RFC 4028 §10)', () => {
    const idle = timed('100', '100;refresher=uas').wait(101_500);
    expect(idle.remarks('R3')).toEqual([
      'local warning: The session of 100 s was not refreshed after half its time. <100;refresher=uas>',
      'local error: The session of 100 s was neither refreshed nor ended. <100;refresher=uas>',
    ]);
    expect(timed('100', '100;refresher=uac').wait(62_000).remarks('R3')).toEqual([
      'remote warning: The session of 100 s was not refreshed after half its time. <100;refresher=uac>',
    ]);
    const refreshed = timed('100', '100;refresher=uac')
      .wait(50_000)
      .alice('UPDATE')
      .bob('200 OK', { lines: ['Session-Expires: 100;refresher=uac'] })
      .wait(55_000);
    expect(refreshed.remarks('R3')).toEqual([]);
    expect(
      timed('100', '100;refresher=uac').wait(50_000).alice('BYE').bob('200 OK').wait(200_000).remarks('R3'),
    ).toEqual([]);
    // Its sender hears no 2xx after a failure.
    const late = new Trace()
      .alice('INVITE')
      .bob('486 Busy Here')
      .bob('200 OK', {
        lines: ['Session-Expires: 100;refresher=uac'],
      });
    expect(late.wait(200_000).remarks('R3')).toEqual([]);
    const off = timed('100', '100;refresher=uac').wait(40_000).alice('INVITE').bob('200 OK').wait(200_000);
    expect(off.remarks('R3')).toEqual([]);
  });
});

const reliable = (number: number): { readonly lines: readonly string[] } => ({
  lines: ['Require: 100rel', `RSeq: ${number}`],
});
const early = (vantage: 'alice' | 'bob' = 'bob'): Trace =>
  new Trace(vantage).alice('INVITE', { lines: ['Supported: 100rel'] }).bob('180 Ringing', reliable(7));

describe('lint of reliable provisional responses', () => {
  it('R4: a RAck that names no response is found (RFC 3262 §7.2)', () => {
    expect(
      early()
        .alice('PRACK', { lines: ['RAck: 8 1 INVITE'] })
        .remarks('R4'),
    ).toEqual(['remote error: RAck 8 1 INVITE names no provisional response of this dialog. <8 1 INVITE>']);
    expect(
      early()
        .alice('PRACK', { lines: ['RAck: undefined'] })
        .remarks('R4'),
    ).toEqual(['remote error: The PRACK has no RAck that can be read. <undefined>']);
    expect(
      early()
        .alice('PRACK', { lines: ['RAck: 7 1 INVITE'] })
        .remarks('R4'),
    ).toEqual([]);
  });

  it('R5: RSeq without 100rel, and either in a 100, is found (RFC 3262 §3)', () => {
    const rung = (status: string, lines: readonly string[]): readonly string[] =>
      new Trace().alice('INVITE').bob(status, { lines }).remarks('R5');
    expect(rung('180 Ringing', ['RSeq: 1'])).toEqual([
      'local error: The 180 has an RSeq, but does not require 100rel. <1>',
    ]);
    expect(rung('180 Ringing', ['Require: 100rel'])).toEqual([
      'local error: The 180 requires 100rel, but has no RSeq. <100rel>',
    ]);
    expect(rung('100 Trying', ['Require: 100rel', 'RSeq: 1'])).toEqual([
      'local error: A 100 is never sent reliably. <1>',
    ]);
    expect([rung('180 Ringing', ['Require: 100rel', 'RSeq: 1']), rung('180 Ringing', [])]).toEqual([[], []]);
    expect(new Trace().alice('INFO').bob('183 Progress', reliable(1)).remarks('R5')).toEqual([
      'local error: A provisional response to INFO is never sent reliably. <1>',
    ]);
  });

  it('R6: a third reliable response without PRACK is found (RFC 3262 §4)', () => {
    const three = early('alice')
      .alice('PRACK', { lines: ['RAck: 7 1 INVITE'] })
      .bob('200 OK')
      .bob('183 Progress', { ...reliable(8), answers: 'INVITE' })
      .alice('PRACK', { lines: ['RAck: 8 1 INVITE'] })
      .bob('200 OK')
      .bob('183 Progress', { ...reliable(9), answers: 'INVITE' });
    expect(three.wait(5000).remarks('R6')).toEqual([
      'local error: The reliable 183 with RSeq 9 was not acknowledged by a PRACK. <9>',
    ]);
    const all = early('alice')
      .alice('PRACK', { lines: ['RAck: 7 1 INVITE'] })
      .wait(40_000);
    expect([all.remarks('R6'), early('bob').wait(5000).remarks('R6')]).toEqual([[], []]);
    expect(early('bob').wait(33_000).remarks('R6')).toHaveLength(1);
  });
});

describe('lint of general rules', () => {
  const asked = (method = 'INFO'): Trace => new Trace().alice(method);

  it('G1: an Allow that does not say what is served is found (RFC 3261 §20.5)', () => {
    expect(
      asked()
        .bob('405 Method Not Allowed', { lines: ['Allow: INVITE, INFO'] })
        .remarks('G1'),
    ).toEqual(['local warning: Allow lists INFO, which was answered 405. <INVITE, INFO>']);
    expect(
      asked()
        .bob('200 OK', { lines: ['Allow: INVITE, ACK'] })
        .remarks('G1'),
    ).toEqual(['local warning: Allow does not list INFO, which was answered 200. <INVITE, ACK>']);
    const later = new Trace()
      .alice('INVITE')
      .bob('200 OK', { lines: ['Allow: INVITE, BYE'] })
      .alice('ACK')
      .alice('INFO')
      .bob('200 OK');
    expect(later.remarks('G1')).toHaveLength(1);
    expect(
      asked()
        .bob('405 Method Not Allowed', { lines: ['Allow: INVITE'] })
        .remarks('G1'),
    ).toEqual([]);
    expect(
      asked()
        .bob('200 OK', { lines: ['Allow: INFO'] })
        .remarks('G1'),
    ).toEqual([]);
    expect(
      asked()
        .bob('403 Forbidden', { lines: ['Allow: INFO'] })
        .remarks('G1'),
    ).toEqual([]);
  });

  it('G2: a refusal that does not tell what would be accepted is found (RFC 3261 §8.2.1, §8.2.2.3, RFC 6665 §4.2.1.1)', () => {
    for (const [status, line] of [
      ['405', 'Allow'],
      ['420', 'Unsupported'],
      ['489', 'Allow-Events'],
    ] as const) {
      expect(asked().bob(`${status} No`).remarks('G2')).toEqual([
        `local error: The ${status} has no ${line}. <SIP/2.0 ${status} No>`,
      ]);
      expect(
        asked()
          .bob(`${status} No`, { lines: [`${line}: x`] })
          .remarks('G2'),
      ).toEqual([]);
    }
  });

  it('G3: a response that says User-Agent is told (RFC 3261 §20.35)', () => {
    expect(
      asked()
        .bob('200 OK', { lines: ['User-Agent: Bob/1'] })
        .remarks('G3'),
    ).toEqual(['local info: The 200 has a User-Agent instead of a Server. <User-Agent: Bob/1>']);
    expect(
      new Trace()
        .alice('INFO', { lines: ['User-Agent: A/1'] })
        .bob('200 OK', { lines: ['Server: Bob/1'] })
        .remarks('G3'),
    ).toEqual([]);
  });

  it('G4: a Content-Length that does not count the body is found (RFC 3261 §18.3)', () => {
    const length = (n: string): Trace =>
      new Trace().alice('INFO', {
        body: ['text/plain', 'hello'],
        edit: (t) => t.replace('Length: 5', `Length: ${n}`),
      });
    expect(length('9').remarks('G4')).toEqual([
      'remote error: Content-Length says 9, but 5 octets follow. <9>',
    ]);
    expect(length('3').remarks('G4')).toEqual([
      'remote warning: Content-Length says 3, but 5 octets follow. <3>',
    ]);
    expect(length('5').remarks('G4')).toEqual([]);
  });

  it('G5: a request without Max-Forwards, and a hop that takes none off, are found (RFC 3261 §8.1.1.6, §16.6)', () => {
    const bare = new Trace().alice('INFO', { edit: (t) => t.replace('Max-Forwards: 70\r\n', '') });
    expect(bare.remarks('G5')).toEqual([
      'remote warning: The INFO has no Max-Forwards. <INFO sip:bob@example.com SIP/2.0>',
    ]);
    const CAROL = { host: '10.0.0.3', port: 5060 };
    const kept = asked().relay(CAROL, 'z9hG4bK-p1', (t) => t.replace('Max-Forwards: 69', 'Max-Forwards: 70'));
    expect(kept.remarks('G5')).toEqual([
      'local error: Max-Forwards is 70 after the hop, as it was 70 before. <70>',
    ]);
    expect(asked().relay(CAROL, 'z9hG4bK-p1').remarks('G5')).toEqual([]);
  });
});
