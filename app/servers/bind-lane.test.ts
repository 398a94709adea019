import { afterEach, describe, expect, it } from 'vitest';
import type { RecordedLane } from '../../scenarios/replay/lanes.ts';
import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import type { Transport } from '../../stack/transport/transport.ts';
import { bindLane } from './bind-lane.ts';

/* Which socket plays a recorded lane: one that reaches the target, on the port that others look for where there is one. */

const clock = createSystemClock();
const open: Transport[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((transport) => transport.close()));
});

const lane = (port: number, isCalled: boolean): RecordedLane => ({
  name: 'bob',
  address: `192.0.2.7:${port}`,
  protocol: 'udp',
  aliases: [],
  sent: 1,
  isCalled,
});
async function bound(one: RecordedLane): Promise<Transport> {
  const target = { host: '127.0.0.1', port: 5060 };
  const transport = await bindLane(one, { target, clock, env: process.env });
  open.push(transport);
  return transport;
}

describe('the socket of a played lane', () => {
  it('is on the address that reaches the target, for a caller on any port', async () => {
    const { local } = await bound(lane(5060, false));
    expect(local.host).toBe('127.0.0.1');
    expect(local.port).toBeGreaterThan(1024);
  });

  it('has the recorded port for who was called, and another where somebody has that one', async () => {
    const { port } = (await bound(lane(0, true))).local;
    await open.pop()?.close();
    expect((await bound(lane(port, true))).local).toEqual({ host: '127.0.0.1', port });
    expect((await bound(lane(port, true))).local.port).not.toBe(port);
  });
});
