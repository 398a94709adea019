import { createServer, type Server } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { createRandomIds } from '../../../stack/core/node/random-ids.ts';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import { bindUdp } from '../../../stack/transport/node/udp.ts';
import { startWorker } from '../../servers/start-worker.ts';
import { findFreePort } from '../servers/free-port.ts';
import { createServers } from '../servers/servers.ts';
import { createLab } from './lab.ts';

// A worker from source is compiled first.
vi.setConfig({ testTimeout: 60_000 });

const rivals: Server[] = [];
afterEach(async () => {
  await Promise.all(rivals.splice(0).map((rival) => new Promise((resolve) => rival.close(resolve))));
});

it('takes the next port where somebody was faster to bind the one it found free', async () => {
  const clock = createSystemClock();
  let ids = 0;
  const servers = createServers({
    clock,
    launch: startWorker,
    idSeed: undefined,
    dataDir: '',
    definitions: [],
    save: () => Promise.resolve(),
    explainConfig: () => [],
    newId: () => `s${++ids}`,
    findFreePort,
    onCaptured: () => undefined,
  });
  const found: number[] = [];
  const lab = createLab({
    clock,
    ids: createRandomIds(),
    servers,
    findFreePort: async (host, port) => {
      const free = (await findFreePort(host, port)) ?? 0;
      found.push(free);
      if (found.length > 1) return free;
      const rival = createServer();
      rivals.push(rival);
      await new Promise<void>((resolve) => rival.listen(free, host, resolve));
      return free;
    },
    bind: (host) => bindUdp({ host, port: 0 }, { clock }),
  });
  expect(await lab.handlers['lab.start']({})).toMatchObject({ state: 'running' });
  expect(found).toHaveLength(2);
  expect(servers.list().map(({ listeners }) => listeners.map(({ port }) => port))).toEqual([
    [found[1], found[1]],
  ]);
  await lab.dispose();
  await servers.stopAll(0);
  clock.dispose();
});
