import { expect, it } from 'vitest';
import { freePort } from '../../e2e/fixtures/peers.ts';
import { createSystemClock } from '../core/node/system-clock.ts';
import { createIds } from '../core/seeded-ids.ts';
import { bindUdp } from '../transport/node/udp.ts';
import { createUserAgent } from './user-agent.ts';

it('a request to a port where nobody listens fails after its first repetition, not after 64*T1 (RFC 3261 §18.4, §8.1.3.1)', async () => {
  const clock = createSystemClock();
  const transport = await bindUdp({ host: '127.0.0.1', port: 0 }, { clock });
  const agent = createUserAgent({
    clock,
    ids: createIds('icmp'),
    identity: { product: 'Test', contactUser: 'test' },
    timing: { t1Ms: 50, t2Ms: 4000, t4Ms: 5000 },
  });
  agent.addTransport(transport);
  const startMs = clock.now();
  const result = await agent.request({ method: 'OPTIONS', target: `sip:127.0.0.1:${await freePort()}` });
  expect(result).toMatchObject({ kind: 'transport-failure', error: { code: 'refused' } });
  expect(clock.now() - startMs).toBeLessThan(64 * 50);
  await agent.stop(0);
  await transport.close();
  expect(clock.pending).toBe(0);
  clock.dispose();
});
