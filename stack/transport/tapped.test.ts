import { expect, it } from 'vitest';
import { createIds } from '../core/seeded-ids.ts';
import { LoopNetwork } from '../testing/loop-network.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import type { CapturedMessage } from './capture.ts';
import { tapped } from './tapped.ts';

it('records both directions with the addresses, the times and the very octets', async () => {
  const clock = new ManualClock();
  const network = new LoopNetwork({ clock, ids: createIds('tap') });
  const records: CapturedMessage[] = [];
  const bob = network.bind('udp', { host: '192.0.2.2', port: 5060 });
  const alice = network.bind('udp', { host: '192.0.2.1', port: 5060 });
  expect(tapped(bob, clock, (record) => records.push(record))).toBe(bob);
  const answer = Uint8Array.of(2);
  bob.onReceived(({ from }) => {
    bob.send(answer, { address: from });
  });
  clock.advance(40);
  alice.send(Uint8Array.of(1), { address: bob.local });
  clock.runAll(100);
  const common = {
    protocol: 'udp',
    local: bob.local,
    remote: alice.local,
    connectionId: undefined,
    atMs: 40,
  };
  expect(records).toEqual([
    { ...common, direction: 'in', wallMs: clock.wallMs(), bytes: Uint8Array.of(1) },
    { ...common, direction: 'out', wallMs: clock.wallMs(), bytes: answer },
  ]);
  expect(records[1]?.bytes).toBe(answer);
  await bob.close();
  bob.send(answer, { address: alice.local });
  expect(records).toHaveLength(2);
  await alice.close();
  expect(network.openTransports).toBe(0);
});
