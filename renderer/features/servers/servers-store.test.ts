import { describe, expect, it, vi } from 'vitest';
import { ContractError } from '../../../app/contract/errors.ts';
import { createPreferences, memoryStorage } from '../../ui/preferences.tsx';
import { createFakeBackend } from '../../testing/fake-backend.ts';
import { aConfig, aLine } from '../../testing/fake-servers.ts';
import { savedDrafts } from './saved-drafts.ts';
import { setValue, toDraft } from './server-draft.ts';
import { createServersStore, draftOf, findServer, inOrder } from './servers-store.ts';

async function harness(options: Parameters<typeof createFakeBackend>[0] = {}) {
  const backend = createFakeBackend(options);
  let nowMs = 0;
  const preferences = createPreferences(memoryStorage());
  const make = () => createServersStore(backend, { now: () => nowMs, drafts: savedDrafts(preferences) });
  const store = make();
  await store.getState().load();
  const server = (id: string) => findServer(store.getState(), id);
  const rename = (id: string, name: string): void => {
    const found = server(id);
    if (found !== undefined)
      store.getState().edit(id, setValue(draftOf(store.getState(), found), 'name', name));
  };
  return {
    backend,
    store,
    make,
    server,
    rename,
    methods: () => backend.calls.map((c) => c.method),
    at: (ms: number) => {
      nowMs = ms;
    },
  };
}

describe('servers store', () => {
  it('reads the servers and selects the first in the order of the list', async () => {
    const { store } = await harness();
    expect(inOrder(store.getState().servers ?? []).map((s) => s.id)).toEqual(['uas', 'probe']);
    expect(store.getState().selectedId).toBe('uas');
  });

  it('follows what the workbench tells', async () => {
    const { backend, server } = await harness();
    backend.servers.set('uas', { state: 'crashed' });
    expect(server('uas')?.state).toBe('crashed');
  });

  it('saves edits before it starts, and keeps nothing as draft then', async () => {
    const { store, rename, server, methods } = await harness();
    rename('probe', 'ping');
    expect(Object.keys(store.getState().drafts)).toEqual(['probe']);
    await store.getState().start('probe');
    expect(server('probe')).toMatchObject({ state: 'running', config: { name: 'ping' } });
    expect(store.getState().drafts).toEqual({});
    expect(methods().slice(-2)).toEqual(['servers.update', 'servers.start']);
  });

  it('does not start what is not valid, and keeps what was typed', async () => {
    const { store, server, methods } = await harness();
    const probe = server('probe');
    if (probe === undefined) throw new Error('no probe');
    store.getState().edit('probe', setValue(toDraft(probe.config), 't1Ms', 'soon'));
    await expect(store.getState().start('probe')).rejects.toMatchObject({ code: 'invalid-config' });
    expect(store.getState().drafts['probe']?.values.t1Ms).toBe('soon');
    expect(methods()).not.toContain('servers.start');
  });

  it('keeps a draft when saving fails', async () => {
    const { backend, store, rename } = await harness();
    rename('probe', 'ping');
    backend.failNext('servers.update', new ContractError('disconnected', 'gone'));
    await expect(store.getState().save('probe')).rejects.toMatchObject({ code: 'disconnected' });
    expect(store.getState().drafts['probe']?.values.name).toBe('ping');
  });

  it('drops a draft that says what the configuration says', async () => {
    const { store, rename } = await harness();
    rename('probe', 'ping');
    rename('probe', 'options-probe');
    expect(store.getState().drafts).toEqual({});
  });

  it('finds drafts again after a reload', async () => {
    const { rename, make } = await harness();
    rename('probe', 'ping');
    expect(make().getState().drafts['probe']?.values.name).toBe('ping');
  });

  it('takes a problem with a port as a state, not as a failure', async () => {
    const { store, server } = await harness();
    const probe = server('probe');
    if (probe === undefined) throw new Error('no probe');
    store.getState().edit('probe', toDraft(aConfig({ ...probe.config, udpBind: ['127.0.0.1:5060'] })));
    await store.getState().start('probe');
    expect(server('probe')).toMatchObject({
      state: 'failed',
      problem: { code: 'port-in-use', freePort: 5062, heldBy: { name: 'edge-uas' } },
    });
  });

  it('reports every other refusal', async () => {
    const { backend, store } = await harness();
    backend.failNext('servers.start', new ContractError('internal', 'the worker did not come up'));
    await expect(store.getState().start('probe')).rejects.toThrow('the worker did not come up');
  });

  it('restarts with the changes', async () => {
    const { store, rename, server, methods } = await harness();
    rename('uas', 'edge-2');
    await store.getState().restart('uas');
    expect(methods().slice(-3)).toEqual(['servers.stop', 'servers.update', 'servers.start']);
    expect(server('uas')).toMatchObject({ state: 'running', config: { name: 'edge-2' } });
  });

  it('adds, duplicates and selects', async () => {
    const { store, server } = await harness();
    store.getState().setAdding(true);
    const added = await store.getState().create('full-uas');
    expect(store.getState()).toMatchObject({ selectedId: added.id, isAdding: false });
    expect(server(added.id)?.config).toMatchObject({ name: 'uas', udpBind: ['127.0.0.1:5062'] });
    const copy = await store.getState().duplicate('uas');
    expect(copy.config).toMatchObject({ name: 'edge-uas-2', ringMs: 700, udpBind: ['127.0.0.1:5064'] });
  });

  it('deletes, selects the neighbour, and brings back with the draft', async () => {
    const { store, rename, server } = await harness();
    store.getState().select('probe');
    rename('probe', 'ping');
    const restore = await store.getState().remove('probe');
    expect(server('probe')).toBeUndefined();
    expect(store.getState()).toMatchObject({ selectedId: 'uas', drafts: {} });
    await restore();
    const back = findServer(store.getState(), store.getState().selectedId);
    expect(back?.config.name).toBe('options-probe');
    expect(store.getState().drafts[back?.id ?? '']?.values.name).toBe('ping');
  });

  it('stops a running server before it deletes it', async () => {
    const { store, methods } = await harness();
    await store.getState().remove('uas');
    expect(methods().slice(-2)).toEqual(['servers.stop', 'servers.delete']);
  });

  it('moves the selection and stays inside the list', async () => {
    const { store } = await harness();
    const ids = [1, 1, -5].map((rows) => {
      store.getState().step(rows);
      return store.getState().selectedId;
    });
    expect(ids).toEqual(['probe', 'probe', 'uas']);
  });

  it('appends log lines to a log that was read, within its bound', async () => {
    const { backend, store } = await harness();
    backend.emit('servers.logged', { id: 'uas', lines: [aLine(1, 'info', 'not asked for')] });
    expect(store.getState().logs['uas']).toBeUndefined();
    await store.getState().loadLog('uas');
    const lines = Array.from({ length: 1200 }, (_, i) => aLine(i, 'info', `line ${i}`));
    backend.emit('servers.logged', { id: 'uas', lines });
    expect(store.getState().logs['uas']).toHaveLength(1000);
    expect(store.getState().logs['uas']?.at(-1)?.message).toBe('line 1199');
  });

  it('samples the rate at most once a second, the newest value counting', async () => {
    const { backend, store, at } = await harness();
    const tell = (ms: number, messagesPerSec: number): void => {
      at(ms);
      const stats = { messagesPerSec, messages: 0, activeCalls: 0, activeTransactions: 0, loopLagMs: 0 };
      backend.servers.set('uas', { stats });
    };
    tell(100, 10);
    tell(1200, 20);
    tell(1300, 30);
    tell(2300, 40);
    expect(store.getState().rates['uas']).toEqual([
      { atMs: 0, perSec: 10 },
      { atMs: 1200, perSec: 30 },
      { atMs: 2300, perSec: 40 },
    ]);
  });

  it('opens a file, and takes a cancelled dialog quietly', async () => {
    const { backend, store } = await harness();
    expect((await store.getState().openFile())?.config.name).toBe('from-file');
    backend.failNext('files.chooseOpen', new ContractError('cancelled', 'cancelled'));
    expect(await store.getState().openFile()).toBeUndefined();
  });

  it('hears nothing any more when it is disposed', async () => {
    const { backend, store, server } = await harness();
    store.getState().dispose();
    const changed = vi.fn();
    store.subscribe(changed);
    backend.servers.set('uas', { state: 'stopped' });
    expect(changed).not.toHaveBeenCalled();
    expect(server('uas')?.state).toBe('running');
  });
});
