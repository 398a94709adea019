import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSystemClock, type SystemClock } from '../../core/node/system-clock.ts';
import { createIds } from '../../core/seeded-ids.ts';
import { parseUri } from '../../message/uri.ts';
import { createResolver } from '../rfc3263.ts';
import { Zone } from '../zone.ts';
import { parseZone } from '../zone-text.ts';
import { bindDnsServer, type DnsServer } from './dns-server.ts';
import { createSystemDns } from './system-dns.ts';

const ZONE = `
  example.com NAPTR 10 10 "s" "SIP+D2T" "" _sip._tcp.example.com
  _sip._tcp.example.com 120 SRV 5 10 5070 host.example.com
  host.example.com 30 A 127.0.0.9
  host.example.com AAAA ::1
`;

let server: DnsServer;
let clock: SystemClock;

beforeEach(async () => {
  clock = createSystemClock();
  server = await bindDnsServer({ host: '127.0.0.1', port: 0 }, new Zone(parseZone(ZONE).records));
});

afterEach(async () => {
  await server.close();
  clock.dispose();
});

const dns = (timeoutMs = 1000) =>
  createSystemDns({ servers: [`127.0.0.1:${server.address.port}`], timeoutMs });

describe('the name server of the lab, asked through the system’s resolver (RFC 1035, RFC 3263 §4)', () => {
  it('answers NAPTR, SRV, A and AAAA', async () => {
    const ask = dns();
    expect(await ask.query('example.com', 'NAPTR')).toMatchObject({
      kind: 'records',
      records: [
        { order: 10, preference: 10, flags: 's', service: 'SIP+D2T', replacement: '_sip._tcp.example.com' },
      ],
    });
    expect(await ask.query('_sip._tcp.example.com', 'SRV')).toMatchObject({
      kind: 'records',
      records: [{ priority: 5, weight: 10, port: 5070, target: 'host.example.com' }],
    });
    expect(await ask.query('host.example.com', 'A')).toEqual({
      kind: 'records',
      records: ['127.0.0.9'],
      ttlSec: 30,
    });
    expect(await ask.query('host.example.com', 'AAAA')).toEqual({
      kind: 'records',
      records: ['::1'],
      ttlSec: 60,
    });
  });

  it('tells a name that is not there, and a type that a name lacks', async () => {
    expect(await dns().query('nobody.example.com', 'A')).toEqual({ kind: 'none' });
    expect(await dns().query('example.com', 'SRV')).toEqual({ kind: 'none' });
  });

  it('leads a resolver from a domain to its hops', async () => {
    const resolver = createResolver({ dns: dns(), clock, ids: createIds('x') });
    const { hops } = await resolver.resolve(parseUri('sip:example.com'), ['udp', 'tcp']);
    expect(hops).toEqual([
      { protocol: 'tcp', address: { host: '::1', port: 5070 }, serverName: 'example.com' },
      { protocol: 'tcp', address: { host: '127.0.0.9', port: 5070 }, serverName: 'example.com' },
    ]);
    expect(server.questions.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      'A host.example.com',
      'AAAA host.example.com',
      'NAPTR example.com',
      'SRV _sip._tcp.example.com',
    ]);
  });

  it('is given up when it says nothing', async () => {
    server.setSilent(true);
    expect(await dns(100).query('example.com', 'NAPTR')).toEqual({
      kind: 'failed',
      reason: 'no answer in time',
    });
  });

  it('goes on after garbage', async () => {
    const socket = createSocket('udp4');
    const { port, host } = server.address;
    for (const garbage of ['', 'x', '\0'.repeat(12), '\xff'.repeat(600)]) {
      await new Promise((sent) => socket.send(Buffer.from(garbage, 'latin1'), port, host, sent));
    }
    socket.close();
    await once(socket, 'close');
    expect(await dns().query('host.example.com', 'A')).toMatchObject({ kind: 'records' });
  });

  it('knows the names of this machine’s hosts file when no server is named', async () => {
    const found = await createSystemDns().query('localhost', 'A');
    expect(found).toMatchObject({ kind: 'records', records: ['127.0.0.1'] });
  });
});
