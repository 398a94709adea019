import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../stack/core/logger.ts';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import { encodeHep, type HepAgent } from './encode.ts';
import { createHepMirror } from './mirror.ts';

/* Verified: packets octet by octet beside the example of the HEP3 draft, and what a collector hears over UDP and TCP. */

const message = (change: Partial<CapturedMessage> = {}): CapturedMessage => ({
  direction: 'in',
  protocol: 'udp',
  local: { host: '82.116.0.211', port: 5060 },
  remote: { host: '212.202.0.1', port: 12_010 },
  connectionId: undefined,
  atMs: 0,
  wallMs: 0x4e4982cb * 1000 + 0.12,
  bytes: Buffer.from('INVITE sip:bob'),
  ...change,
});

const agent = (change: Partial<HepAgent> = {}): HepAgent => ({
  id: 1,
  name: 'x',
  localHostFor: () => '192.0.2.7',
  ...change,
});

const clock = createSystemClock();
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

describe('HEP3 packets', () => {
  it('say who sent what to whom, as the example of the draft does', () => {
    const packet = encodeHep(message(), agent({ id: 0xe4 })).toString('hex');
    expect(packet.startsWith('48455033')).toBe(true);
    expect(Number.parseInt(packet.slice(8, 12), 16)).toBe(packet.length / 2);
    for (const chunk of [
      '00000001000702',
      '00000002000711',
      '00000003000ad4ca0001',
      '00000004000a527400d3',
      '0000000700082eea',
      '00000008000813c4',
      '00000009000a4e4982cb',
      '0000000b000701',
      '0000000c000a000000e4',
      '0000000f0014494e56495445207369703a626f62',
    ])
      expect(packet).toContain(chunk);
  });

  it('turn around for what we send, and know IPv6 and TCP', () => {
    const packet = encodeHep(
      message({
        direction: 'out',
        protocol: 'tls',
        local: { host: '::1', port: 1 },
        remote: { host: '2001:db8::7:8', port: 2 },
      }),
      agent(),
    ).toString('hex');
    for (const chunk of [
      '0000000100070a',
      '00000002000706',
      `000000050016${'0'.repeat(31)}1`,
      '00000006001620010db8000000000000000000070008',
      '0000000700080001',
      '0000000800080002',
    ])
      expect(packet).toContain(chunk);
  });

  it('take an IPv4 peer of a dual-stack socket for what it is, and map where the families differ', () => {
    const hex = (local: string, remote: string): string =>
      encodeHep(
        message({ local: { host: local, port: 1 }, remote: { host: remote, port: 2 } }),
        agent(),
      ).toString('hex');
    const mapped = hex('::ffff:127.0.0.1', '::ffff:127.0.0.2');
    for (const chunk of ['00000001000702', '00000003000a7f000002', '00000004000a7f000001'])
      expect(mapped).toContain(chunk);
    const mixed = hex('127.0.0.1', '2001:db8::1');
    for (const chunk of ['0000000100070a', `000000060016${'0'.repeat(20)}ffff7f000001`])
      expect(mixed).toContain(chunk);
  });

  it('name the address towards the peer where the socket is bound to every interface', () => {
    const packet = encodeHep(message({ local: { host: '0.0.0.0', port: 5060 } }), agent()).toString('hex');
    expect(packet).toContain('00000004000ac0000207');
  });
});

describe('mirror', () => {
  it('sends each message to a collector over UDP', async () => {
    const collector = createSocket('udp4');
    collector.bind(0, '127.0.0.1');
    await once(collector, 'listening');
    cleanups.push(() => collector.close());
    const heard = once(collector, 'message');
    const mirror = createHepMirror({
      collector: `127.0.0.1:${collector.address().port}`,
      agentName: 'edge',
      clock,
      log: silentLogger,
    });
    mirror.sink(message());
    const [packet] = (await heard) as [Buffer];
    expect(packet.toString('latin1')).toMatch(/^HEP3[^]*edge[^]*INVITE sip:bob$/);
    await mirror.close();
  });

  it('keeps what comes before its TCP collector is there, and sends it before it closes', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    let heard = '';
    const ended = new Promise<void>((resolve) => {
      server.on('connection', (socket: Socket) => {
        socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
        socket.on('end', resolve);
      });
    });
    const mirror = createHepMirror({
      collector: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
      agentName: 'edge',
      clock,
      log: silentLogger,
    });
    mirror.sink(message());
    await once(server, 'connection');
    mirror.sink(message({ bytes: Buffer.from('BYE sip:bob') }));
    await expect.poll(() => heard).toContain('BYE');
    await mirror.close();
    await ended;
    expect(heard).toMatch(/^HEP3[^]*INVITE sip:bob[^]*HEP3[^]*BYE sip:bob$/);
  });

  it('sends what waited for its TCP collector before what comes later, and comes back when it is back', async () => {
    const placeholder = createServer().listen(0, '127.0.0.1');
    await once(placeholder, 'listening');
    const { port } = placeholder.address() as AddressInfo;
    placeholder.close();
    await once(placeholder, 'close');
    const mirror = createHepMirror({
      collector: `tcp://127.0.0.1:${port}`,
      agentName: 'edge',
      clock,
      log: silentLogger,
    });
    for (let n = 0; n < 200; n++)
      mirror.sink(message({ bytes: Buffer.from(`INVITE sip:${n};`.padEnd(2000, '.')) }));
    const server = createServer();
    let heard = '';
    server.on('connection', (socket: Socket) => {
      for (let n = 200; n < 210; n++) mirror.sink(message({ bytes: Buffer.from(`INVITE sip:${n};`) }));
      socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    });
    server.listen(port, '127.0.0.1');
    cleanups.push(() => server.close());
    await expect.poll(() => heard, { timeout: 10_000 }).toContain('sip:209;');
    expect([...heard.matchAll(/sip:(\d+);/g)].map(([, n]) => Number(n))).toEqual(
      Array.from({ length: 210 }, (_, n) => n),
    );
    await mirror.close();
  });

  it('counts what no collector took, in few lines', async () => {
    const lines: object[] = [];
    const log = { ...silentLogger, warn: (_text: string, fields?: object) => lines.push(fields ?? {}) };
    const mirror = createHepMirror({ collector: 'tcp://127.0.0.1:1', agentName: 'edge', clock, log });
    for (let n = 0; n < 3; n++) mirror.sink(message());
    mirror.sink(message({ bytes: Buffer.alloc(66_000) }));
    await mirror.close();
    expect(lines.at(-1)).toEqual({ collector: 'tcp://127.0.0.1:1', messages: 4 });
    expect(lines.length).toBeLessThanOrEqual(2);
  });

  it('does no harm without a collector', async () => {
    const mirror = createHepMirror({
      collector: 'tcp://127.0.0.1:1',
      agentName: 'edge',
      clock,
      log: silentLogger,
    });
    mirror.sink(message());
    await mirror.close();
  });
});
