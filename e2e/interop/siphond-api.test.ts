import { afterEach, describe, expect, it } from 'vitest';
import { freePort, sippCalls } from '../fixtures/peers.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { type Siphond, startSiphond } from '../fixtures/siphond.ts';

/* Verified: a siphond that serves its API: sipp calls it while dials are turned, its state is read and an operator decides, over HTTP alone. */

const hasSipp = onPath('sipp') !== undefined;
const why = hasSipp ? '' : `, skipped: ${missing('sipp')}`;
const TOKEN = 'api-token';

let siphond: Siphond | undefined;

afterEach(async () => {
  await siphond?.stop();
  siphond = undefined;
});

async function start(...options: readonly string[]) {
  const [port, api] = [await freePort(), await freePort()];
  const bind = `127.0.0.1:${port}`;
  siphond = await startSiphond(
    [
      ...options,
      ...['--udp-bind', bind, '--tcp-bind', bind, '--sips-bind', 'none'],
      ...['--api-bind', `127.0.0.1:${api}`, '--api-token', TOKEN],
    ],
    2,
  );
  const ask = async <T>(method: string, params: object = {}): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${api}/api/${method}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(params),
    });
    const value = (await response.json()) as T;
    if (!response.ok) throw new Error(JSON.stringify(value));
    return value;
  };
  const { servers } = await ask<{ servers: readonly { id: string }[] }>('servers.list');
  return { target: bind, ask, id: servers[0]?.id ?? '' };
}

interface Item {
  readonly id: string;
  readonly server: string;
  readonly state: string;
}

describe.skipIf(!hasSipp)(`siphond with its API and sipp${why}`, { timeout: 90_000 }, () => {
  it('refuses calls while an override is armed, counts it, and has every message in its traffic', async () => {
    const { target, ask, id } = await start('--mode', 'full-uas');
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
    const { target, ask } = await start('--mode', 'interactive');
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
