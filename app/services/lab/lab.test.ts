import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../../stack/core/logger.ts';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import type { Lab } from '../../contract/lab.ts';
import { createWorkbench, type RunningWorkbench } from '../../workbench.ts';

/* The lab with its proxy in a real worker and its phones on real sockets. */

// A worker from source is compiled first.
vi.setConfig({ testTimeout: 60_000 });

let dir = '';
let running: RunningWorkbench;
const clock = createSystemClock();
const seen: Lab[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-lab-test-'));
  running = await createWorkbench({
    dataDir: dir,
    clock,
    log: silentLogger,
    face: 'browser',
    version: '1.2.3',
  });
  seen.length = 0;
  running.events.on('lab.changed', (lab) => {
    seen.push(lab);
  });
});
afterEach(async () => {
  await running.dispose(0);
  await rm(dir, { recursive: true });
});

/** Resolves with the first state of the lab that fits, one that was told before included. */
function until(fits: (lab: Lab) => boolean): Promise<Lab> {
  return new Promise((resolve) => {
    const found = seen.find(fits);
    if (found !== undefined) {
      resolve(found);
      return;
    }
    const stop = running.events.on('lab.changed', (lab) => {
      if (!fits(lab)) return;
      stop();
      resolve(lab);
    });
  });
}

const { start, read, call, hangUp, stop } = {
  start: () => running.handlers['lab.start']({}),
  read: () => running.handlers['lab.read']({}),
  call: (from: 'alice' | 'bob') => running.handlers['lab.call']({ from }),
  hangUp: () => running.handlers['lab.hangUp']({}),
  stop: () => running.handlers['lab.stop']({}),
};

const serverNames = async (): Promise<string[]> => {
  const { servers } = await running.handlers['servers.list']({});
  return servers.map(({ config }) => config.name);
};

describe('living lab', () => {
  it('registers two phones with digest and places a call, which the ladder shows through the proxy', async () => {
    expect(await read()).toEqual({ state: 'off', phones: [] });
    const lab = await start();
    expect(lab).toMatchObject({
      state: 'running',
      phones: [
        { name: 'alice', state: 'registered' },
        { name: 'bob', state: 'registered' },
      ],
      call: { from: 'alice', to: 'bob', state: 'calling' },
    });
    expect(await serverNames()).toEqual(['Lab proxy']);

    await until(({ call: now }) => now?.state === 'ringing');
    await until(({ call: now }) => now?.state === 'talking');
    await hangUp();
    const { call: ended } = await until(({ call: now }) => now?.state === 'ended');
    expect(ended?.outcome).toBe('alice hung up');

    // What was captured comes in batches.
    await vi.waitFor(async () => {
      const { rows } = await running.handlers['dialogs.query']({
        filter: '',
        sort: { by: 'startedAtMs', descending: false },
        offset: 0,
        limit: 50,
      });
      expect(rows.map(({ method, result }) => `${method} ${result?.status ?? ''}`)).toEqual([
        'REGISTER 200',
        'REGISTER 200',
        'INVITE 200',
      ]);
    });
  });

  it('calls the other way on demand, one call at a time, and leaves nothing when it is stopped', async () => {
    await start();
    expect(() => call('bob')).toThrow('alice calls bob at the moment.');
    await until(({ call: now }) => now?.state === 'ringing');
    await hangUp();
    const { call: ended } = await until(({ call: now }) => now?.state === 'ended');
    expect(ended?.outcome).toBe('487 Request Terminated');
    seen.length = 0;
    expect(await call('bob')).toMatchObject({ call: { from: 'bob', to: 'alice' } });
    await until(({ call: now }) => now?.state === 'talking');

    expect(await stop()).toEqual({ state: 'off', phones: [] });
    expect(await serverNames()).toEqual([]);
    expect(
      (await readdir(tmpdir())).filter((name) => name.startsWith('siphon-lab-') && !dir.endsWith(name)),
    ).toEqual([]);
    expect(() => hangUp()).toThrow('There is no call to end.');
    expect(() => call('bob')).toThrow('The lab is off: start it first.');
    expect(await stop()).toEqual({ state: 'off', phones: [] });
  });

  it('says that its proxy does not run when somebody stops it, and keeps nothing of it for the next start', async () => {
    const { server = '' } = await start();
    await expect(start()).rejects.toThrow('The lab is on already.');
    await running.handlers['servers.stop']({ id: server });
    const { problem } = await until(({ problem: why }) => why !== undefined);
    expect(problem).toBe('Lab proxy does not run: start it again, or stop the lab.');
    await running.dispose(0);

    running = await createWorkbench({
      dataDir: dir,
      clock,
      log: silentLogger,
      face: 'browser',
      version: '1.2.3',
    });
    expect(await serverNames()).toEqual([]);
  });
});
