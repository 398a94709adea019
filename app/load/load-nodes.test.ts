import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadPlan } from '../contract/load.ts';
import { startLoad } from './load-run.ts';

/* Load runs whose scenario has nodes: started once, in threads of their own. */

const scenario = (nodes: string): string => `
version: 1
name: call
nodes:
${nodes}
actors:
  alice:
    steps: [{ invite: {} }, { bye: {} }]
`;

const PLAN: LoadPlan = {
  profile: { shape: 'constant', ratePerSec: 40 },
  limits: { maxConcurrent: 1000, maxCalls: 40 },
  stopWhen: {},
  workers: 2,
};
const load = (text: string) =>
  startLoad({ text, folder: '.', target: '', variables: { ring: 30 }, plan: PLAN });

let taken: ReturnType<typeof createSocket>;
let port: number;
beforeEach(async () => {
  taken = createSocket('udp4');
  taken.bind(0, '127.0.0.1');
  await once(taken, 'listening');
  port = taken.address().port;
});
afterEach(
  () =>
    new Promise<void>((resolve) => {
      taken.close(resolve);
    }),
);

describe('a load run with nodes', { timeout: 120_000 }, () => {
  it('starts them once for the calls of all threads, and stops them with the last', async () => {
    await new Promise<void>((resolve) => {
      taken.close(resolve);
    });
    const end = await load(
      scenario(`  uas: { mode: call-server, ringMs: '\${ring}', udpBind: '127.0.0.1:${port}' }`),
    ).ended;
    expect(end).toMatchObject({ target: 'uas', attempts: 40, succeeded: 40, failed: 0 });
    expect(end.problem).toBeUndefined();
    expect(end.setup.p50Ms).toBeGreaterThan(20);
    taken = createSocket('udp4');
    taken.bind(port, '127.0.0.1');
    await once(taken, 'listening');
  });

  it('says which node keeps it from running', async () => {
    const { problem, attempts } = await load(
      scenario(`  good: { mode: minimal }\n  bad: { mode: minimal, udpBind: '127.0.0.1:${port}' }`),
    ).ended;
    expect(problem).toContain(`The node bad could not start: UDP 127.0.0.1:${port} is in use. `);
    expect(attempts).toBe(0);
  });

  it('is refused where a node needs the address of an actor, of which each thread has one', async () => {
    const { problem } = await load(scenario("  b2b: { mode: b2bua, nextHop: 'sip:x@${alice}' }")).ended;
    expect(problem).toBe(
      'The node b2b is about the address of alice, and in a load run each thread has such an actor: give the node an address of your own.',
    );
  });

  it('can be stopped while they start', async () => {
    const run = load(scenario('  uas: { mode: call-server }'));
    expect(await run.stop()).toMatchObject({ state: 'ended', attempts: 0 });
  });
});
