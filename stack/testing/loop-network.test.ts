import { describe, expect, it } from 'vitest';
import { createIds } from '../core/seeded-ids.ts';
import type { Transport } from '../transport/transport.ts';
import { LoopNetwork, type Impairment } from './loop-network.ts';
import { ManualClock } from './manual-clock.ts';

const A = { host: '192.0.2.1', port: 5060 };
const B = { host: '192.0.2.2', port: 5060 };

function setUp(seed = 'loop') {
  const clock = new ManualClock();
  const network = new LoopNetwork({ clock, ids: createIds(seed) });
  const alice = network.bind('udp', A);
  const bob = network.bind('udp', B);
  const log: string[] = [];
  bob.onReceived(({ bytes, atMs }) => log.push(`${atMs} ${bytes[0]}`));
  const send = (...octets: number[]): void => {
    for (const octet of octets) alice.send(Uint8Array.of(octet), { address: B });
  };
  return { clock, network, alice, bob, log, send };
}

async function closeAll(network: LoopNetwork, clock: ManualClock, ...transports: Transport[]): Promise<void> {
  for (const transport of transports) await transport.close();
  clock.runAll(1000);
  expect([network.openTransports, clock.pending]).toEqual([0, 0]);
}

describe('LoopNetwork, datagrams', () => {
  it('carries octets after the delay, in order, and copies them', async () => {
    const { clock, network, alice, bob, log } = setUp();
    network.impair({ delayMs: 20 });
    const bytes = Uint8Array.of(1);
    alice.send(bytes, { address: B });
    bytes[0] = 9;
    alice.send(bytes, { address: B });
    clock.advance(19.999);
    expect(log).toEqual([]);
    clock.advance(1);
    expect(log).toEqual(['20 1', '20 9']);
    await closeAll(network, clock, alice, bob);
  });

  it('gives each copy of a duplicated datagram its own octets', async () => {
    const { clock, network, alice, bob, log, send } = setUp();
    bob.onReceived(({ bytes }) => {
      bytes[0] = 77;
    });
    network.impair({ duplicate: 1 });
    send(1);
    clock.runAll(0);
    expect(log).toEqual(['0 1', '0 1']);
    expect(network.stats).toEqual({ sent: 1, delivered: 2, lost: 0, duplicated: 1 });
    await closeAll(network, clock, alice, bob);
  });

  it('loses, reorders and jitters by the seed: the same seed, the same run', () => {
    const run = (seed: string, impairment: Impairment): string[] => {
      const { clock, network, log, send } = setUp(seed);
      network.impair(impairment);
      for (let i = 0; i < 200; i++) {
        send(i);
        clock.advance(1);
      }
      clock.runAll(1000);
      return log;
    };
    const order = (log: readonly string[]): number[] => log.map((line) => Number(line.split(' ')[1]));
    const lossy = run('x', { loss: 0.3 });
    expect(lossy.length).toBeGreaterThan(100);
    expect(lossy.length).toBeLessThan(180);
    expect(run('x', { loss: 0.3 })).toEqual(lossy);
    expect(run('y', { loss: 0.3 })).not.toEqual(lossy);
    for (const impairment of [{ reorder: 0.2 }, { jitterMs: 30 }]) {
      const log = run('x', impairment);
      const sorted = order(log).sort((a, b) => a - b);
      expect(sorted).toEqual(Array.from({ length: 200 }, (_, i) => i));
      expect(order(log)).not.toEqual(sorted);
      expect(run('x', impairment)).toEqual(log);
    }
  });

  it('drops what a filter picks until it is taken away', async () => {
    const { clock, network, alice, bob, log, send } = setUp();
    const stop = network.dropIf(
      ({ bytes, from, to }) => bytes[0] === 1 && from.host === A.host && to.host === B.host,
    );
    send(1, 2);
    stop();
    send(1);
    clock.runAll(0);
    expect(log).toEqual(['0 2', '0 1']);
    await closeAll(network, clock, alice, bob);
  });

  it('fails exactly the next send, later and once', async () => {
    const { clock, network, alice, bob, log } = setUp();
    const failures: string[] = [];
    network.failNext('refused');
    alice.send(Uint8Array.of(1), { address: B }, (error) => failures.push(error.code));
    alice.send(Uint8Array.of(2), { address: B }, (error) => failures.push(error.code));
    expect(failures).toEqual([]);
    clock.runAll(0);
    expect([failures, log]).toEqual([['refused'], ['0 2']]);
    await closeAll(network, clock, alice, bob);
  });

  it('tells the sender nothing when nobody listens', async () => {
    const { clock, network, alice, bob } = setUp();
    const failures: string[] = [];
    alice.send(Uint8Array.of(1), { address: { host: '192.0.2.9', port: 1 } }, (error) =>
      failures.push(error.code),
    );
    clock.runAll(0);
    expect([failures, network.stats.delivered]).toEqual([[], 0]);
    await closeAll(network, clock, alice, bob);
  });

  it('reaches a transport bound to the wildcard, and its answers come from the address it was reached at', async () => {
    const { clock, network, alice, bob } = setUp();
    const wild = network.bind('udp', { host: '::', port: 5060 });
    const six = network.bind('udp', { host: '2001:db8::1', port: 5070 });
    const log: string[] = [];
    wild.onReceived(({ from, to }) => log.push(`${from.host} > ${to.host}`));
    six.send(Uint8Array.of(1), { address: { host: '2001:db8::2', port: 5060 } });
    clock.runAll(0);
    expect(log).toEqual(['2001:db8::1 > ::']);
    await closeAll(network, clock, alice, bob, wild, six);
  });

  it('refuses a second binding of an address and frees it when closed', async () => {
    const { clock, network, alice, bob } = setUp();
    expect(() => network.bind('udp', A)).toThrow(
      expect.objectContaining({ name: 'TransportError', code: 'in-use' }),
    );
    await alice.close();
    const again = network.bind('udp', A);
    const one = network.bind('udp', { host: A.host, port: 0 });
    const two = network.bind('udp', { host: A.host, port: 0 });
    expect(one.local.port).not.toBe(two.local.port);
    await closeAll(network, clock, bob, again, one, two);
  });
});
