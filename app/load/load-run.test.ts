import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startAnsweringPeer, type LabPeer } from '../cli/testing/lab-peer.ts';
import type { LoadPlan } from '../contract/load.ts';
import { startLoad } from './load-run.ts';

/* Load runs in threads of their own over real sockets. */

const CALL = `
version: 1
name: call
actors:
  alice:
    steps: [{ invite: {} }, { wait: 100 ms }, { bye: {} }]
`;

let peer: LabPeer;
let target: string;

beforeEach(async () => {
  peer = await startAnsweringPeer();
  target = `sip:bob@127.0.0.1:${peer.port}`;
});
afterEach(() => peer.close());

const plan = (more: Partial<LoadPlan> = {}): LoadPlan => ({
  profile: { shape: 'constant', ratePerSec: 50 },
  limits: { maxConcurrent: 1000, maxCalls: 60 },
  stopWhen: {},
  workers: 1,
  ...more,
});

describe('a load run in threads', { timeout: 40_000 }, () => {
  it('makes the calls it was asked for, shared out among its threads', async () => {
    const states: string[] = [];
    const run = startLoad({
      text: CALL,
      folder: '.',
      target,
      variables: {},
      plan: plan({ workers: 2 }),
      onSnapshot: ({ state }) => states.push(state),
    });
    const end = await run.ended;
    expect(end).toMatchObject({ state: 'ended', attempts: 60, succeeded: 60, failed: 0, active: 0 });
    expect(end.setup.p50Ms).toBeGreaterThan(15);
    expect(states).toContain('running');
    expect(peer.agent.stats.activeCalls).toBe(0);
  });

  it('says why it cannot run', async () => {
    const run = startLoad({ text: 'version: 2', folder: '.', target, variables: {}, plan: plan() });
    expect((await run.ended).problem).toMatch(/^Line 1: /);
  });

  it('hangs up every call that is on when it is stopped', async () => {
    const text = CALL.replace('100 ms', '1 h');
    const run = startLoad({ text, folder: '.', target, variables: {}, plan: plan() });
    await expect.poll(() => run.snapshot.active, { timeout: 10_000 }).toBeGreaterThan(10);
    const end = await run.stop();
    expect(end).toMatchObject({ state: 'ended', active: 0, failed: 0 });
    expect(peer.agent.stats.activeCalls).toBe(0);
  });
});
