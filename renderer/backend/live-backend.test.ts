import { describe, expect, it, vi } from 'vitest';
import { ContractError } from '../../app/contract/errors.ts';
import { createFakeBackend, type FakeBackend } from '../testing/fake-backend.ts';
import { createManualSchedule, settled } from '../testing/manual-schedule.ts';
import { createLiveBackend, type OpenBackend } from './live-backend.ts';

const refused = (code: 'disconnected' | 'unauthorized'): ContractError =>
  new ContractError(code, `no: ${code}`);

/** A workbench that can go away and come back. */
function harness() {
  const clock = createManualSchedule();
  const links: FakeBackend[] = [];
  let failure: ContractError | undefined;
  const open: OpenBackend = () => {
    if (failure !== undefined) return Promise.reject(failure);
    const link = createFakeBackend();
    links.push(link);
    return Promise.resolve(link);
  };
  return {
    clock,
    links,
    failWith: (error: ContractError | undefined) => {
      failure = error;
    },
    start: () => createLiveBackend(open, clock.schedule),
  };
}

describe('live backend', () => {
  it('connects, and knows who answered', async () => {
    const h = harness();
    const live = h.start();
    expect(live.connection.getState()).toMatchObject({ state: 'connecting', epoch: 0 });
    await settled();
    expect(live.connection.getState()).toMatchObject({
      state: 'connected',
      epoch: 1,
      hello: { product: 'Siphon Workbench' },
    });
    await expect(live.backend.call('servers.list', {})).resolves.toHaveProperty('servers');
    expect(h.clock.pending()).toEqual([]);
  });

  it('waits longer after each failed attempt, up to four seconds', async () => {
    const h = harness();
    h.failWith(refused('disconnected'));
    const live = h.start();
    await settled();
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      waits.push(...h.clock.pending());
      await h.clock.fireNext();
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
    expect(live.connection.getState()).toMatchObject({
      state: 'connecting',
      attempts: 8,
      reason: 'no: disconnected',
    });
  });

  it('moves subscriptions to the new link after a loss', async () => {
    const h = harness();
    const live = h.start();
    const heard = vi.fn();
    const stop = live.backend.on('menu.chosen', heard);
    const stopped = vi.fn();
    live.backend.on('menu.chosen', stopped)();
    await settled();
    h.failWith(refused('disconnected'));
    h.links[0]?.disconnect();
    await settled();
    expect(live.connection.getState().state).toBe('lost');
    await expect(live.backend.call('servers.list', {})).rejects.toMatchObject({ code: 'disconnected' });
    h.failWith(undefined);
    await h.clock.fireNext();
    expect(live.connection.getState()).toMatchObject({ state: 'connected', epoch: 2, attempts: 0 });
    h.links[0]?.emit('menu.chosen', { command: 'old link' });
    h.links[1]?.emit('menu.chosen', { command: 'new link' });
    expect(heard.mock.calls).toContainEqual([{ command: 'new link' }]);
    stop();
    heard.mockClear();
    h.links[1]?.emit('menu.chosen', { command: 'after the end' });
    expect(heard).not.toHaveBeenCalled();
    expect(stopped).not.toHaveBeenCalled();
  });

  it('does not knock again where it is not let in, until asked to', async () => {
    const h = harness();
    h.failWith(refused('unauthorized'));
    const live = h.start();
    await settled();
    expect(live.connection.getState()).toMatchObject({ state: 'refused', reason: 'no: unauthorized' });
    expect(h.clock.pending()).toEqual([]);
    h.failWith(undefined);
    live.retry();
    await settled();
    expect(live.connection.getState().state).toBe('connected');
  });

  it('tells about the loss, and leaves no timer behind when closed', async () => {
    const h = harness();
    const live = h.start();
    await settled();
    const ended = vi.fn();
    live.backend.onDisconnected(ended);
    h.failWith(refused('disconnected'));
    h.links[0]?.disconnect();
    await settled();
    expect(ended).toHaveBeenCalledTimes(1);
    live.backend.close();
    expect(h.clock.pending()).toEqual([]);
  });
});
