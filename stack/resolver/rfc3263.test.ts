import { describe, expect, it } from 'vitest';
import type { Protocol } from '../core/address.ts';
import { createIds } from '../core/seeded-ids.ts';
import { parseUri } from '../message/uri.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import type { Dns, DnsAnswer, DnsRecords, DnsType } from './dns.ts';
import type { Resolution } from './resolver.ts';
import { createResolver } from './rfc3263.ts';
import { Zone, zoneDns } from './zone.ts';
import { parseZone } from './zone-text.ts';

const ALL: readonly Protocol[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];

/** The example of RFC 3263 §4.1, with hosts behind it. */
const EXAMPLE = `
  example.com IN NAPTR 50 50 "s" "SIPS+D2T" "" _sips._tcp.example.com.
  example.com IN NAPTR 90 50 "s" "SIP+D2T"  "" _sip._tcp.example.com.
  example.com IN NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp.example.com.
  _sips._tcp.example.com IN SRV 0 1 5061 secure.example.com.
  _sip._tcp.example.com IN SRV 0 1 5060 server1.example.com.
  _sip._tcp.example.com IN SRV 1 2 5070 server2.example.com.
  _sip._udp.example.com IN SRV 0 1 5060 server1.example.com.
  secure.example.com IN A 192.0.2.9
  server1.example.com IN A 192.0.2.1
  server1.example.com IN AAAA 2001:db8::1
  server2.example.com IN A 192.0.2.2
  plain.example.com IN A 192.0.2.7
  srv-only.example.com IN A 192.0.2.66
  _sip._udp.srv-only.example.com IN SRV 10 0 5090 server2.example.com
  closed.example.com IN A 192.0.2.8
  _sip._tcp.closed.example.com IN SRV 0 0 0 .
`;

function resolve(
  uri: string,
  protocols: readonly Protocol[] = ALL,
  dns: Dns = zoneDns(new Zone(parseZone(EXAMPLE).records)),
): Promise<Resolution> {
  const resolver = createResolver({ dns, clock: new ManualClock(), ids: createIds('dns') });
  return resolver.resolve(parseUri(uri), protocols);
}

async function hops(uri: string, protocols?: readonly Protocol[]): Promise<readonly string[]> {
  const { hops: found, failure } = await resolve(uri, protocols);
  if (failure !== undefined) return [failure];
  return found.map(
    ({ protocol, address, serverName }) => `${protocol} ${address.host} ${address.port} ${serverName ?? '-'}`,
  );
}

describe('choice of transport (RFC 3263 §4.1)', () => {
  it.each([
    [
      'takes the transport parameter',
      'sip:plain.example.com;transport=tcp',
      ['tcp 192.0.2.7 5060 plain.example.com'],
    ],
    ['takes UDP for an address', 'sip:192.0.2.5', ['udp 192.0.2.5 5060 -']],
    [
      'takes UDP for a name with a port',
      'sip:plain.example.com:5080',
      ['udp 192.0.2.7 5080 plain.example.com'],
    ],
    ['takes TLS for sips and an address', 'sips:192.0.2.5', ['tls 192.0.2.5 5061 -']],
    [
      'takes TLS for sips with transport=tcp',
      'sips:plain.example.com:5090;transport=tcp',
      ['tls 192.0.2.7 5090 plain.example.com'],
    ],
    [
      'takes UDP for a name with neither NAPTR nor SRV',
      'sip:plain.example.com',
      ['udp 192.0.2.7 5060 plain.example.com'],
    ],
    [
      'takes TLS for a sips name with neither',
      'sips:plain.example.com',
      ['tls 192.0.2.7 5061 plain.example.com'],
    ],
    [
      'asks SRV of each transport when there is no NAPTR',
      'sip:srv-only.example.com',
      ['udp 192.0.2.2 5090 srv-only.example.com'],
    ],
    [
      'asks maddr in place of the host',
      'sip:bob@plain.example.com;maddr=192.0.2.44',
      ['udp 192.0.2.44 5060 plain.example.com'],
    ],
    ['knows the brackets of IPv6', 'sip:[2001:db8::5]:5070', ['udp 2001:db8::5 5070 -']],
  ])('%s', async (_what, uri, expected) => {
    expect(await hops(uri)).toEqual(expected);
  });

  it('follows NAPTR in its order, with the servers of every transport behind one another (RFC 3403 §4.1)', async () => {
    expect(await hops('sip:bob@example.com')).toEqual([
      'tls 192.0.2.9 5061 example.com',
      'tcp 2001:db8::1 5060 example.com',
      'tcp 192.0.2.1 5060 example.com',
      'tcp 192.0.2.2 5070 example.com',
      'udp 2001:db8::1 5060 example.com',
      'udp 192.0.2.1 5060 example.com',
    ]);
  });

  it('leaves out transports that we do not have', async () => {
    expect(await hops('sip:bob@example.com', ['udp'])).toEqual([
      'udp 2001:db8::1 5060 example.com',
      'udp 192.0.2.1 5060 example.com',
    ]);
    expect(await hops('sip:plain.example.com', ['tcp'])).toEqual(['tcp 192.0.2.7 5060 plain.example.com']);
  });

  it('keeps to TLS for a sips URI whatever NAPTR offers (RFC 5630 §3.1)', async () => {
    expect(await hops('sips:bob@example.com')).toEqual(['tls 192.0.2.9 5061 example.com']);
  });

  it.each([
    ['sip:example.com;transport=sctp', 'SCTP is not served: Node has no SCTP sockets'],
    ['sips:example.com;transport=udp', 'a sips URI cannot go over UDP'],
    ['sip:example.com;transport=carrier-pigeon', 'carrier-pigeon is no transport known here'],
    ['tel:+15551234', 'tel:+15551234 is not a SIP URI'],
    ['sip:nowhere.example.org', 'nowhere.example.org cannot be found'],
  ])('says why %s leads nowhere', async (uri, failure) => {
    expect(await resolve(uri)).toMatchObject({ hops: [], failure });
  });

  it('says which transport we lack', async () => {
    expect(await resolve('sip:example.com;transport=tls', ['udp', 'tcp'])).toMatchObject({
      hops: [],
      failure: 'nothing here sends over TLS',
    });
    expect(await resolve('sips:example.com', ['udp', 'tcp'])).toMatchObject({
      hops: [],
      failure: 'nothing here sends to such a URI',
    });
  });
});

describe('port and address (RFC 3263 §4.2)', () => {
  it('asks SRV for a named transport without a port', async () => {
    expect(await hops('sip:example.com;transport=udp')).toEqual([
      'udp 2001:db8::1 5060 example.com',
      'udp 192.0.2.1 5060 example.com',
    ]);
  });

  it('takes a target of one dot for a service that is not there, and does not fall back to the host (RFC 2782)', async () => {
    expect(await hops('sip:closed.example.com;transport=tcp')).toEqual([
      'closed.example.com has no server that can be reached',
    ]);
  });

  it('keeps the name of the URI for the certificate, not that of SRV (RFC 5922 §4)', async () => {
    const { hops: found } = await resolve('sips:example.com');
    expect(found.map(({ serverName }) => serverName)).toEqual(['example.com']);
  });
});

describe('the trace of a resolution (RFC 3263 §4)', () => {
  it('has every question with its answer, and every decision with its reason', async () => {
    const { steps } = await resolve('sip:srv-only.example.com', ['udp', 'tcp']);
    expect(steps.map(({ kind, subject, outcome }) => `${kind} ${subject}: ${outcome.join(' | ')}`)).toEqual([
      'NAPTR srv-only.example.com: no such record',
      'SRV _sip._udp.srv-only.example.com: 10 0 5090 server2.example.com',
      'AAAA server2.example.com: no such record',
      'A server2.example.com: 192.0.2.2',
      'SRV _sip._tcp.srv-only.example.com: no such record',
    ]);
  });

  it('asks no more names than there can be hops, however many records a zone has', async () => {
    const srv = Array.from({ length: 500 }, (_, n) => ({
      priority: 1,
      weight: 0,
      port: 5060,
      target: `s${n}.example.com`,
    }));
    let questions = 0;
    const vast: Dns = {
      query: <T extends DnsType>(_name: string, type: T): Promise<DnsAnswer<DnsRecords[T]>> => {
        questions++;
        const records = srv as unknown as readonly DnsRecords[T][];
        return Promise.resolve(type === 'SRV' ? { kind: 'records', records, ttlSec: 1 } : { kind: 'none' });
      },
    };
    expect((await resolve('sip:example.com', ['udp'], vast)).hops).toEqual([]);
    expect(questions).toBe(2 + 2 * 32);
  });

  it('tells a name server that fails from a name that is not there', async () => {
    const dead: Dns = { query: () => Promise.resolve({ kind: 'failed', reason: 'no answer in time' }) };
    const { steps, failure } = await resolve('sip:example.com:5060', ALL, dead);
    expect(failure).toBe('example.com cannot be found');
    expect(steps.at(-1)?.outcome).toEqual(['no answer in time']);
  });
});
