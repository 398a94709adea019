import { describe, expect, it } from 'vitest';
import type { LintListener } from './options.ts';
import { ALICE, BOB, Trace, sdpOf } from '../testing/trace.ts';

/* Each test has a trace that breaks the rule, with what is said about which octets, and a near miss that does not. */

const LISTENERS: readonly LintListener[] = [
  { protocol: 'udp', address: BOB },
  { protocol: 'tcp', address: { host: '0.0.0.0', port: 5070 } },
  { protocol: 'tls', address: { host: BOB.host, port: 5061 } },
];

const answered = (contact: string): Trace => new Trace().alice('INVITE').bob('200 OK', { contact });

describe('lint of addresses', () => {
  it('A1: a Contact that names no socket of its sender is found (RFC 3261 §12.1.1)', () => {
    const options = { listeners: LISTENERS };
    expect(answered('sip:bob@10.0.0.2:5099').remarks('A1', options)).toEqual([
      'local error: The Contact names 10.0.0.2:5099 over UDP, where its sender does not listen. <<sip:bob@10.0.0.2:5099>>',
    ]);
    expect(answered('sip:bob@10.0.0.2:5070').remarks('A1', options)).toEqual([
      'local error: The Contact names 10.0.0.2:5070 over UDP, where its sender listens for TCP. <<sip:bob@10.0.0.2:5070>>',
    ]);
    const good = [
      'sip:bob@10.0.0.2',
      'sip:bob@10.0.0.2:5070;transport=tcp',
      'sips:bob@10.0.0.2',
      'sip:bob@bob.example:99',
    ];
    for (const contact of good) expect(answered(contact).remarks('A1', options)).toEqual([]);
    expect(answered('sip:bob@10.0.0.2:5099').remarks('A1')).toEqual([]);
    expect(
      new Trace().alice('INVITE').bob('302 Moved', { contact: 'sip:c@10.0.0.77' }).remarks('A1', options),
    ).toEqual([]);
  });

  it('A2: a Via that names another socket or transport is found, unless a NAT explains it (RFC 3261 §18.1.1)', () => {
    const said = (sentBy: string): Trace =>
      new Trace().alice('OPTIONS', { edit: (t) => t.replace('10.0.0.1:5060', sentBy) });
    expect(said('192.168.1.5:5060').remarks('A2')).toEqual([
      'remote warning: The Via says 192.168.1.5:5060, but the OPTIONS came from 10.0.0.1:5060. <SIP/2.0/UDP 192.168.1.5:5060;branch=z9hG4bK-alice-OPTIONS-1>',
    ]);
    expect(said('192.168.1.5:5060').remarks('A2', { isNatExpected: true })).toEqual([]);
    for (const sentBy of ['10.0.0.1', '10.0.0.1:5060', 'alice.example'])
      expect(said(sentBy).remarks('A2')).toEqual([]);
    const protocol = new Trace().alice('OPTIONS', { edit: (t) => t.replace('/UDP', '/TCP') });
    expect(protocol.remarks('A2', { isNatExpected: true })).toEqual([
      'remote error: The Via says TCP, but the OPTIONS came over UDP. <SIP/2.0/TCP 10.0.0.1:5060;branch=z9hG4bK-alice-OPTIONS-1>',
    ]);
    // A connection comes from some port; the Via names the listener.
    expect(
      new Trace()
        .over('tcp')
        .alice('OPTIONS', { edit: (t) => t.replace(':5060', ':5062') })
        .remarks('A2'),
    ).toEqual([]);
    const own = new Trace().bob('OPTIONS', { edit: (t) => t.replace('10.0.0.2:5060', '10.0.0.2:5070') });
    expect([
      own.remarks('A2').length,
      own.remarks('A2', { listeners: [{ protocol: 'udp', address: { host: '0.0.0.0', port: 5070 } }] })
        .length,
    ]).toEqual([1, 0]);
  });

  it('A3: a private Contact or media address from a public source is found (RFC 1918 §3)', () => {
    const invite = new Trace().alice('INVITE', {
      sdp: sdpOf({ host: '192.168.7.1' }),
      contact: 'sip:alice@10.0.0.1',
    }).lastText;
    const from = (host: string): Trace => new Trace().raw('in', invite, { host, port: 5060 });
    expect(from('203.0.113.4').remarks('A3')).toEqual([
      'remote warning: The Contact names the private 10.0.0.1, but the message comes from 203.0.113.4:5060. <<sip:alice@10.0.0.1>>',
      'remote warning: The SDP asks for media at the private 192.168.7.1, but the message comes from 203.0.113.4:5060. <c=IN IP4 192.168.7.1>',
    ]);
    expect(from('10.0.0.1').remarks('A3')).toEqual([]);
    const open = new Trace().raw(
      'in',
      invite.replaceAll('192.168.7.1', '198.51.100.1').replace('@10.0.0.1', '@198.51.100.1'),
      { host: '203.0.113.4', port: 5060 },
    );
    expect(open.remarks('A3')).toEqual([]);
  });

  it('A4: a request to a sips URI over a hop without TLS is found (RFC 3261 §26.2.2, RFC 5630 §3.1)', () => {
    expect(new Trace().over('tcp').alice('INVITE', { uri: 'sips:bob@example.com' }).remarks('A4')).toEqual([
      'remote error: The INVITE to a sips URI was sent over TCP. <sips:bob@example.com>',
    ]);
    expect(new Trace().over('tls').alice('INVITE', { uri: 'sips:bob@example.com' }).remarks('A4')).toEqual(
      [],
    );
    expect(new Trace().over('tcp').alice('INVITE', { uri: 'sip:bob@example.com' }).remarks('A4')).toEqual([]);
  });

  it('A5: a TLS connection made with an IP address as server name is found, once (RFC 6066 §3)', () => {
    const secure = new Trace()
      .over('tls', 'c1')
      .alice('OPTIONS')
      .bob('200 OK')
      .alice('OPTIONS')
      .bob('200 OK');
    expect(secure.remarks('A5', { serverNameOf: () => '10.0.0.2' })).toEqual([
      'remote warning: The connection was made with the IP address 10.0.0.2 as server name. <OPTIONS sip:bob@example.com SIP/2.0>',
    ]);
    expect(secure.remarks('A5', { serverNameOf: () => 'bob.example' })).toEqual([]);
    expect(secure.remarks('A5')).toEqual([]);
  });

  it('A6: a response that ignores rport is found (RFC 3581 §4)', () => {
    const asked = (): Trace =>
      new Trace().alice('OPTIONS', { edit: (t) => t.replace(';branch', ';rport;branch') });
    const filled = { edit: (t: string) => t.replace(';rport', ';received=10.0.0.1;rport=5060') };
    const elsewhere = asked().bob('200 OK', filled).lastText;
    expect(
      asked()
        .raw('out', elsewhere, { ...ALICE, port: 5099 })
        .remarks('A6'),
    ).toEqual([
      'local error: The 200 went to port 5099, though the OPTIONS asked by rport for 5060. <SIP/2.0/UDP 10.0.0.1:5060;received=10.0.0.1;rport=5060;branch=z9hG4bK-alice-OPTIONS-1>',
    ]);
    expect(asked().bob('200 OK').remarks('A6')).toEqual([
      'local warning: The 200 does not fill in the rport of the OPTIONS. <SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bK-alice-OPTIONS-1>',
    ]);
    expect(asked().bob('200 OK', filled).remarks('A6')).toEqual([]);
    expect(new Trace().alice('OPTIONS').bob('200 OK').remarks('A6')).toEqual([]);
  });
});
