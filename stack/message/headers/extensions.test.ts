import { describe, expect, it } from 'vitest';
import { withHeaders } from '../../testing/header-lines.ts';
import { infoPackage, recvInfo } from './info-package.ts';
import { flowTimer } from './outbound.ts';
import { path, serviceRoute } from './path.ts';
import { sipETag, sipIfMatch, suppressIfMatch } from './publication.ts';
import { referSub, referTo, referredBy } from './refer.ts';
import { rack, rseq } from './reliability.ts';
import { join, replaces, targetDialog } from './replaces.ts';
import { minSe, sessionExpires } from './session-timer.ts';

describe('reliability of provisional responses (RFC 3262 §7)', () => {
  it.each([
    ['988789', 988789],
    ['4294967295', 4294967295],
    ['4294967296', undefined],
    ['-1', undefined],
    ['1 2', undefined],
    ['', undefined],
  ])('RFC 3262 §7.1: RSeq %j', (value, number) => {
    expect(rseq(withHeaders(`RSeq: ${value}`))).toBe(number);
  });

  it.each([
    ['776656 1 INVITE', { rseq: 776656, cseq: 1, method: 'INVITE' }],
    ['776656\r\n 1\t INVITE', { rseq: 776656, cseq: 1, method: 'INVITE' }],
    ['1 2147483648 INVITE', undefined],
    ['1 2', undefined],
    ['1 2 INVITE x', undefined],
    ['undefined', undefined],
  ])('RFC 3262 §7.2: RAck %j', (value, expected) => {
    expect(rack(withHeaders(`rack: ${value}`))).toEqual(expected);
  });
});

describe('session timers (RFC 4028)', () => {
  it.each([
    ['Session-Expires: 4000;refresher=uac', 4000, 'uac'],
    ['x: 1800 ; Refresher = UAS;x=y', 1800, 'uas'],
    ['x: 90', 90, undefined],
    ['x: 90;refresher=both', 90, undefined],
    ['x: 99999999999', 2 ** 32 - 1, undefined],
    ['x: ;refresher=uac', undefined, undefined],
    ['x: 90 refresher=uac', undefined, undefined],
  ])('RFC 4028 §4: %s', (line, deltaSec, refresher) => {
    const read = sessionExpires(withHeaders(line));
    expect([read?.deltaSec, read?.refresher]).toEqual([deltaSec, refresher]);
  });

  it.each([
    ['60', 60],
    ['60;lr', 60],
    ['sixty', undefined],
    ['60;', undefined],
  ])('RFC 4028 §5: Min-SE %s', (value, expected) => {
    expect(minSe(withHeaders(`Min-SE: ${value}`))).toBe(expected);
  });
});

describe('dialogs named by header fields', () => {
  it.each([
    ['98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff', '98732@sip.example.com', 'ff87ff', false],
    ['12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only', '12adf2f34456gs5', '12345', true],
    ['a@b ;\r\n from-tag=0 ;to-tag = 0;x', 'a@b', '0', false],
  ])('RFC 3891 §6.1: reads Replaces %j', (value, callId, toTag, earlyOnly) => {
    const read = replaces(withHeaders(`Replaces: ${value}`));
    expect([read?.callId, read?.toTag, read?.earlyOnly]).toEqual([callId, toTag, earlyOnly]);
  });

  it.each(['a@b;to-tag=1', 'a@b;from-tag=1', ';to-tag=1;from-tag=2', 'a b;to-tag=1;from-tag=2', ''])(
    'RFC 3891 §6.1: Replaces %j is malformed',
    (value) => {
      expect(replaces(withHeaders(`Replaces: ${value}`))).toBeUndefined();
    },
  );

  it('RFC 3911 §7.1: reads Join', () => {
    expect(join(withHeaders('Join: 12adf2f34456gs5;to-tag=12345;from-tag=54321'))).toMatchObject({
      callId: '12adf2f34456gs5',
      toTag: '12345',
      fromTag: '54321',
    });
  });

  it('RFC 4538 §7: reads Target-Dialog, its local tag being that of the receiver', () => {
    expect(
      targetDialog(withHeaders('Target-Dialog: fa77as7dad8-sd98ajzz@host;local-tag=kkaz-;remote-tag=6544')),
    ).toMatchObject({ callId: 'fa77as7dad8-sd98ajzz@host', toTag: 'kkaz-', fromTag: '6544' });
  });
});

describe('REFER (RFC 3515, RFC 3892, RFC 4488)', () => {
  it.each([
    ['Refer-To: sip:alice@atlanta.example.com', 'sip:alice@atlanta.example.com'],
    ['r: "Carol" <sips:c@d;method=SUBSCRIBE?Event=x>', 'sips:c@d;method=SUBSCRIBE?Event=x'],
    ['R: http://www.ietf.org', 'http://www.ietf.org'],
  ])('RFC 3515 §2.1: %s', (line, uri) => {
    const read = referTo(withHeaders(line));
    expect([read?.uri, read?.problem]).toEqual([uri, undefined]);
  });

  it('RFC 3892 §3: reads Referred-By with the token it names', () => {
    const read = referredBy(withHeaders('b: sip:r@ref.example;cid="2UWQFN309shb3@ref.example"'));
    expect([read?.uri, read?.params.get('cid')]).toEqual(['sip:r@ref.example', '2UWQFN309shb3@ref.example']);
  });

  it.each([
    ['false', false],
    ['TRUE;x=y', true],
    ['no', undefined],
    ['', undefined],
    ['true false', undefined],
  ])('RFC 4488 §4: Refer-Sub %j', (value, expected) => {
    expect(referSub(withHeaders(`Refer-Sub: ${value}`))).toBe(expected);
  });
});

describe('routes of the home network, flows, publications, packages', () => {
  it('RFC 3327 §4: reads Path over lines and commas', () => {
    const message = withHeaders('Path: <sip:P3.EX.com;lr>,\r\n <sip:P1.EX.com;lr>', 'Path: <sip:p0>;x=1');
    expect(path(message).map((p) => p.uri)).toEqual(['sip:P3.EX.com;lr', 'sip:P1.EX.com;lr', 'sip:p0']);
  });

  it('RFC 3608 §5: reads Service-Route in its order', () => {
    const message = withHeaders('Service-Route: <sip:P2.HOME.COM;lr>, <sip:HSP.HOME.COM;lr>');
    expect(serviceRoute(message).map((p) => p.uri)).toEqual(['sip:P2.HOME.COM;lr', 'sip:HSP.HOME.COM;lr']);
  });

  it('RFC 5626 §10: reads Flow-Timer', () => {
    expect([flowTimer(withHeaders('Flow-Timer: 120')), flowTimer(withHeaders('Flow-Timer: x'))]).toEqual([
      120,
      undefined,
    ]);
  });

  it('RFC 3903 §11.3: reads SIP-ETag and SIP-If-Match, one token each', () => {
    const message = withHeaders('SIP-ETag: dx200xyz', 'SIP-If-Match: "no token"', 'Suppress-If-Match: *');
    expect([sipETag(message), sipIfMatch(message), suppressIfMatch(message)]).toEqual([
      'dx200xyz',
      undefined,
      '*',
    ]);
  });

  it('RFC 6086 §7: reads Info-Package and Recv-Info', () => {
    const message = withHeaders('Info-Package: Foo;x=1', 'Recv-Info: foo, bar;p="a,b"', 'Recv-Info: ,@,baz');
    expect([infoPackage(message)?.value, infoPackage(message)?.params.get('x')]).toEqual(['foo', '1']);
    expect(recvInfo(message).map((p) => [p.value, p.params.get('p')])).toEqual([
      ['foo', undefined],
      ['bar', 'a,b'],
      ['baz', undefined],
    ]);
  });
});
