import { describe, expect, it } from 'vitest';
import type { Address, Protocol } from '../core/address.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { RecordingTransport } from '../testing/recording-transport.ts';
import { request } from '../testing/sip-messages.ts';
import { routeOfResponse } from './response-route.ts';

const SOURCE: Address = { host: '198.51.100.7', port: 40_000 };

function targetOf(protocol: Protocol, via: string, connectionId?: string) {
  const transport = new RecordingTransport(new ManualClock(), protocol);
  const message = request('OPTIONS', { via });
  const received = { bytes: message.bytes, from: SOURCE, to: transport.local, atMs: 0, connectionId };
  const route = routeOfResponse({ message, received, transport });
  expect(route.transport).toBe(transport);
  return route.target;
}

describe('the way of a response (RFC 3261 §18.2.2, RFC 3581 §4)', () => {
  it.each([
    ['the source host and the port of the sent-by', 'SIP/2.0/UDP 192.0.2.1:5070', '198.51.100.7', 5070],
    ['port 5060 without one', 'SIP/2.0/UDP client.example.com', '198.51.100.7', 5060],
    ['the source port with rport', 'SIP/2.0/UDP 192.0.2.1:5070;rport', '198.51.100.7', 40_000],
    ['maddr before anything else', 'SIP/2.0/UDP 192.0.2.1:5070;maddr=239.1.1.1;rport', '239.1.1.1', 5070],
    ['an IPv6 maddr', 'SIP/2.0/UDP [2001:db8::1]:5070;maddr=[2001:db8::2]', '2001:db8::2', 5070],
    ['maddr with port 5060', 'SIP/2.0/UDP 192.0.2.1;maddr=239.1.1.1', '239.1.1.1', 5060],
    [
      'the source, whatever received claims',
      'SIP/2.0/UDP 192.0.2.1:5070;received=203.0.113.9',
      '198.51.100.7',
      5070,
    ],
  ])('over UDP: %s', (_, via, host, port) => {
    expect(targetOf('udp', `${via};branch=z9hG4bK1`)).toEqual({ address: { host, port } });
  });

  it.each<[Protocol, string, number]>([
    ['tcp', 'SIP/2.0/TCP 192.0.2.1:5070', 5070],
    ['tcp', 'SIP/2.0/TCP 192.0.2.1;rport', 5060],
    ['tls', 'SIP/2.0/TLS 192.0.2.1', 5061],
  ])('over %s: the connection it came on, else a new one by %s', (protocol, via, port) => {
    expect(targetOf(protocol, `${via};branch=z9hG4bK1`, 'c1')).toEqual({
      address: { host: '198.51.100.7', port },
      connectionId: 'c1',
    });
  });

  it.each<[Protocol, string]>([
    ['ws', 'SIP/2.0/WS df7jal23ls0d.invalid'],
    ['wss', 'SIP/2.0/WSS df7jal23ls0d.invalid;rport'],
  ])('RFC 7118 §5: over %s only the connection it came on, for %s is nowhere', (protocol, via) => {
    expect(targetOf(protocol, `${via};branch=z9hG4bK1`, 'c1')).toEqual({
      address: { host: '198.51.100.7', port: 40_000 },
      connectionId: 'c1',
      sharing: 'flow',
    });
  });
});
