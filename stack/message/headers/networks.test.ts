import { describe, expect, it } from 'vitest';
import { withHeaders } from '../../testing/header-lines.ts';
import { assertedIdentities, preferredIdentities } from './asserted-identity.ts';
import { acceptContact, rejectContact, requestDisposition } from './caller-preferences.ts';
import { diversions } from './diversion.ts';
import { geolocationError, geolocationRouting, geolocations } from './geolocation.ts';
import { historyInfo } from './history-info.ts';
import { identities, identityInfo } from './identity.ts';
import { privacy } from './privacy.ts';
import { reasons } from './reason.ts';
import { acceptResourcePriority, resourcePriority } from './resource-priority.ts';
import { securityClient, securityServer, securityVerify } from './security-agreement.ts';
import { sessionId } from './session-id.ts';
import { userToUser } from './user-to-user.ts';

describe('who and why', () => {
  it('RFC 3326 §2: reads every Reason with cause and text', () => {
    const message = withHeaders(
      'Reason: SIP ;cause=200 ;text="Call completed, elsewhere"',
      'Reason: q.850;cause=16;text="Terminated", preemption;cause=x, ;cause=1',
    );
    expect(reasons(message).map((r) => [r.protocol, r.cause, r.text])).toEqual([
      ['SIP', 200, 'Call completed, elsewhere'],
      ['Q.850', 16, 'Terminated'],
      ['PREEMPTION', undefined, undefined],
    ]);
  });

  it('RFC 3323 §4.2: reads Privacy, values joined by semicolons', () => {
    expect(privacy(withHeaders('Privacy: Header ; user;critical', 'Privacy: id;;none'))).toEqual([
      'header',
      'user',
      'critical',
    ]);
  });

  it('RFC 3325 §9.1, §9.2: reads asserted and preferred identities, tel beside sip', () => {
    const message = withHeaders(
      'P-Asserted-Identity: "Cullen Jennings" <sip:fluffy@cisco.com>, tel:+14085264000',
      'P-Preferred-Identity: <sip:fluffy@cisco.com>',
    );
    expect(assertedIdentities(message).map((i) => [i.displayName, i.uri])).toEqual([
      ['Cullen Jennings', 'sip:fluffy@cisco.com'],
      [undefined, 'tel:+14085264000'],
    ]);
    expect(preferredIdentities(message).map((i) => i.uri)).toEqual(['sip:fluffy@cisco.com']);
  });

  it('RFC 7044 §5: reads History-Info with index and cause', () => {
    const message = withHeaders(
      'History-Info: <sip:bob@example.com?Reason=SIP%3Bcause%3D302>;index=1;foo=bar, <sip:UserA@ims.example.com>; index=1.1;rc=1',
    );
    expect(historyInfo(message).map((h) => [h.params.get('index'), h.params.get('rc'), h.problem])).toEqual([
      ['1', undefined, undefined],
      ['1.1', '1', undefined],
    ]);
  });

  it('RFC 5806 §4: reads Diversion with reason and counter', () => {
    const [first] = diversions(
      withHeaders('Diversion: <sip:WeLoveHockey@p4.isp.com>;reason=time-of-day;counter=2'),
    );
    expect([first?.uri, first?.params.get('reason'), first?.params.get('counter')]).toEqual([
      'sip:WeLoveHockey@p4.isp.com',
      'time-of-day',
      '2',
    ]);
  });

  it.each([
    [
      'ab30317f1a784dc48ff824d0d3715d86;remote=47755a9de7794ba387653f2099600ef2',
      'ab30317f1a784dc48ff824d0d3715d86',
      '47755a9de7794ba387653f2099600ef2',
    ],
    [
      'AB30317F1A784DC48FF824D0D3715D86;Remote=00000000000000000000000000000000;x',
      'ab30317f1a784dc48ff824d0d3715d86',
      '0'.repeat(32),
    ],
    ['ab30317f1a784dc48ff824d0d3715d86', 'ab30317f1a784dc48ff824d0d3715d86', undefined],
    ['ab30317f', undefined, undefined],
    ['ab30317f1a784dc48ff824d0d3715d86;remote=1', undefined, undefined],
  ])('RFC 7989 §5: Session-ID %j', (value, local, remote) => {
    const read = sessionId(withHeaders(`Session-ID: ${value}`));
    expect([read?.local, read?.remote]).toEqual([local, remote]);
  });

  it('RFC 8224 §4.1: reads Identity, the URI of the certificate in brackets', () => {
    const message = withHeaders(
      'y: sv5CTo05KqpSmtHt3dcEiO/1CWTSZtnG3iV+1nmurLXV/HmtyNS7Ltrg9dlxkWzoeU7d7OV8HweTTDobV3itTmgPwCFjaEmMyEI3d7SyN21yNDo2ER/Ovgtw0Lu5csIp==; info=<https://biloxi.example.org/a;b,c.cer> ; alg=ES256;ppt="shaken"',
      'Identity: eyJhbGciOiJFUzI1NiJ9..sig;info=<https://x>, bad;info',
    );
    expect(identities(message).map((i) => [i.digest.length, i.info, i.algorithm, i.extension])).toEqual([
      [130, 'https://biloxi.example.org/a;b,c.cer', 'ES256', 'shaken'],
      [25, 'https://x', undefined, undefined],
      [3, undefined, undefined, undefined],
    ]);
  });

  it('RFC 4474 §9: reads a quoted Identity and Identity-Info', () => {
    const message = withHeaders(
      'Identity: "ZYNBb="',
      'n: <https://atlanta.example.com/atlanta.cer>;alg=rsa-sha1',
    );
    expect([identities(message)[0]?.digest, identityInfo(message)]).toEqual([
      'ZYNBb=',
      'https://atlanta.example.com/atlanta.cer',
    ]);
  });

  it('RFC 7433 §4.1: reads User-to-User, several and quoted', () => {
    const message = withHeaders(
      'User-to-User: 56a390f3d2b7310023a2;encoding=hex;purpose=isdn-uui;content=isdn-uui, "a;b";encoding=txt, ;encoding=hex',
    );
    expect(userToUser(message).map((u) => [u.data, u.encoding, u.purpose, u.content])).toEqual([
      ['56a390f3d2b7310023a2', 'hex', 'isdn-uui', 'isdn-uui'],
      ['a;b', 'txt', undefined, undefined],
    ]);
  });
});

describe('what networks add', () => {
  it('RFC 3329 §2.2: reads the three lists of mechanisms with q and quoted parameters', () => {
    const message = withHeaders(
      'Security-Client: digest, TLS;q=0.2',
      'Security-Server: ipsec-ike;q=0.1, tls;q=2, x y',
      'Security-Verify: digest;d-alg=md5;d-ver="0000000000000000000000000000a248"',
    );
    const read = [securityClient, securityServer, securityVerify].map((all) =>
      all(message).map((m) => [m.mechanism, m.q, m.params.get('d-ver')]),
    );
    expect(read).toEqual([
      [
        ['digest', 1, undefined],
        ['tls', 0.2, undefined],
      ],
      [['ipsec-ike', 0.1, undefined]],
      [['digest', 1, '0000000000000000000000000000a248']],
    ]);
  });

  it('RFC 6442 §4.1, §4.2, §4.3: reads Geolocation, its routing and its error', () => {
    const message = withHeaders(
      'Geolocation: <cid:target123@atlanta.example.com>, <https://lis.example.com:8222/y77syc7cuecbh>;x=1',
      'Geolocation-Routing: Yes',
      'Geolocation-Error: 100 ; code="Cannot Process Location"',
    );
    expect(geolocations(message).map((g) => g.uri)).toEqual([
      'cid:target123@atlanta.example.com',
      'https://lis.example.com:8222/y77syc7cuecbh',
    ]);
    expect([geolocationRouting(message), geolocationError(message)]).toEqual([
      true,
      { code: 100, text: 'Cannot Process Location' },
    ]);
    const other = withHeaders('Geolocation-Routing: perhaps', 'Geolocation-Error: 99');
    expect([geolocationRouting(other), geolocationError(other)]).toEqual([undefined, undefined]);
  });

  it('RFC 4412 §3.1, §3.2: reads namespaces and priorities', () => {
    const message = withHeaders(
      'Resource-Priority: DSN.flash, wps.3',
      'Accept-Resource-Priority: q735.0, dsn, a.b.c, .x',
    );
    expect([resourcePriority(message), acceptResourcePriority(message)]).toEqual([
      [
        { namespace: 'dsn', priority: 'flash' },
        { namespace: 'wps', priority: '3' },
      ],
      [{ namespace: 'q735', priority: '0' }],
    ]);
  });

  it('RFC 3841 §9.1, §9.2: reads caller preferences in long and compact form', () => {
    const message = withHeaders(
      'Accept-Contact: *;audio;require',
      'a: * ; video;explicit;languages="en,de", sip:x',
      'j: *;actor="msg-taker"',
      'd: Proxy, no-fork',
    );
    expect(acceptContact(message).map((p) => [[...p.params.keys()], p.isRequired, p.isExplicit])).toEqual([
      [['audio', 'require'], true, false],
      [['video', 'explicit', 'languages'], false, true],
    ]);
    expect(rejectContact(message).map((p) => p.params.get('actor'))).toEqual(['msg-taker']);
    expect(requestDisposition(message)).toEqual(['proxy', 'no-fork']);
  });
});
