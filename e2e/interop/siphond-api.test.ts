import { afterEach, describe, expect, it } from 'vitest';
import { sippCalls } from '../fixtures/peers.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { type AskedSiphond, startAskedSiphond } from '../fixtures/siphond-api.ts';

/* Verified: a siphond that serves its API: sipp calls it while dials are turned, its state is read and an operator decides, over HTTP alone. */

const hasSipp = onPath('sipp') !== undefined;
const why = hasSipp ? '' : `, skipped: ${missing('sipp')}`;

let running: AskedSiphond | undefined;

afterEach(async () => {
  await running?.siphond.stop();
  running = undefined;
});

const start = async (mode: string): Promise<AskedSiphond> =>
  (running = await startAskedSiphond(['--mode', mode]));

interface Item {
  readonly id: string;
  readonly server: string;
  readonly state: string;
}

describe.skipIf(!hasSipp)(`siphond with its API and sipp${why}`, { timeout: 90_000 }, () => {
  it('refuses calls while an override is armed, counts it, and has every message in its traffic', async () => {
    const { target, ask, id } = await start('full-uas');
    expect(await sippCalls(target, 2)).toMatchObject({ successful: 2, failed: 0 });
    await ask('dials.change', { id, changes: { override: ['INVITE=486*1'] } });
    expect(await sippCalls(target, 2)).toMatchObject({ successful: 1, failed: 1 });
    expect(await ask('dials.read', { id })).toMatchObject({
      overrides: [{ spec: 'INVITE=486*1', hits: 1, left: 0 }],
    });
    // Three calls of seven messages; INVITE, 486 and ACK of the refused one.
    await expect.poll(() => ask('traffic.summary')).toMatchObject({ dialogs: 4, messages: 24 });
    expect(await ask('state.read', { id })).toMatchObject({ dialogs: { total: 0 } });
  });

  it.each(['u1', 't1'])('lets an operator answer and refuse calls, sipp -t %s', async (transport) => {
    const { target, ask } = await start('interactive');
    const next = async (): Promise<Item> => {
      const waiting = async (): Promise<Item | undefined> =>
        (await ask<{ items: readonly Item[] }>('operator.list')).items.find(
          ({ state }) => state === 'waiting',
        );
      await expect.poll(waiting, { timeout: 20_000 }).toBeDefined();
      const item = await waiting();
      if (item === undefined) throw new Error('the call went before it was answered');
      return item;
    };
    const decide = async (kind: string): Promise<void> => {
      const { id, server } = await next();
      await ask('operator.decide', { server, item: id, decision: { kind } });
    };
    const answered = sippCalls(target, 1, ['-t', transport]);
    await decide('answer');
    expect(await answered).toMatchObject({ successful: 1 });
    const refused = sippCalls(target, 1, ['-t', transport]);
    await decide('reject');
    expect(await refused).toMatchObject({ successful: 0, failed: 1 });
  });
});
