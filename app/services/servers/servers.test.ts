import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../stack/testing/manual-clock.ts';
import { ServerConfig } from '../../contract/server-config.ts';
import type { NodeProblem } from '../../servers/node-protocol.ts';
import { createServers, type ServersOptions } from './servers.ts';
import { createFakeNodes, type FakeNode } from './testing/fake-nodes.ts';
import type { ServerDefinition } from './workspace.ts';

const portInUse: NodeProblem = {
  code: 'port-in-use',
  message: 'udp 127.0.0.1:5060 is in use.',
  hint: 'Choose another port.',
  listener: { protocol: 'udp', host: '127.0.0.1', port: 5060 },
};

function harness(options: Partial<ServersOptions> = {}) {
  const clock = new ManualClock();
  const { launch, nodes } = createFakeNodes();
  const saved: (readonly ServerDefinition[])[] = [];
  const captured: string[] = [];
  let ids = 0;
  const servers = createServers({
    clock,
    launch,
    idSeed: undefined,
    dataDir: '',
    definitions: [],
    save: (definitions) => {
      saved.push(definitions);
      return Promise.resolve();
    },
    explainConfig: ({ mode }) => [`as ${mode} says`],
    newId: () => `s${++ids}`,
    findFreePort: (_host, port) => Promise.resolve(port + 10),
    onCaptured: (batch, server) => captured.push(`${server.id} ${server.name} ${batch.byteLength}`),
    ...options,
  });
  const node = (i: number): FakeNode => {
    const found = nodes[i];
    if (found === undefined) throw new Error(`no node ${i} was launched`);
    return found;
  };
  const state = (i = 0) => servers.list()[i]?.state;
  return { clock, servers, handlers: servers.handlers, nodes, node, saved, captured, state };
}

const create = (h: ReturnType<typeof harness>, config: unknown = {}) =>
  h.handlers['servers.create']({ config });

describe('definitions of servers', () => {
  it('are created on this machine only, unless somebody says otherwise, and kept', async () => {
    const h = harness();
    expect(await create(h, { mode: 'full' })).toMatchObject({
      id: 's1',
      state: 'stopped',
      listeners: [],
      config: {
        mode: 'full-uas',
        udpBind: ['127.0.0.1:5060'],
        tcpBind: ['127.0.0.1:5060'],
        sipsBind: [],
      },
    });
    await create(h, { udpBind: ['0.0.0.0:5070'], tcpBind: 'none' });
    expect(h.saved.at(-1)?.map(({ id, config }) => [id, config.udpBind, config.tcpBind])).toEqual([
      ['s1', ['127.0.0.1:5060'], ['127.0.0.1:5060']],
      ['s2', ['0.0.0.0:5070'], []],
    ]);
  });

  it.each([
    [{ ringMs: 'soon' }, /^ringMs: expected a whole number/],
    [{ udpBind: ['here'] }, /^udpBind: expected HOST:PORT/],
    [{ moda: 'full' }, /^unknown option moda; did you mean mode\?/],
    ['garbage', /^a configuration is a list of options/],
    [null, /./],
    [[1], /./],
  ])('that are wrong are refused with one sentence: %j', async (config, message) => {
    const h = harness();
    await expect((async () => create(h, config))()).rejects.toMatchObject({
      code: 'invalid-config',
      message: expect.stringMatching(message) as string,
    });
    expect([h.saved, h.servers.list()]).toEqual([[], []]);
  });

  it('change and go while the server is stopped', async () => {
    const h = harness();
    await create(h);
    await h.handlers['servers.update']({ id: 's1', config: { name: 'lab' } });
    expect(h.servers.list()).toMatchObject([{ config: { name: 'lab' } }]);
    await h.handlers['servers.delete']({ id: 's1' });
    expect(h.servers.list()).toEqual([]);
    expect(h.saved.at(-1)).toEqual([]);
  });

  it('stay as they are while the server runs', async () => {
    const h = harness();
    await create(h);
    const start = h.handlers['servers.start']({ id: 's1' });
    h.node(0).started();
    await start;
    await expect(h.handlers['servers.update']({ id: 's1', config: {} })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(h.handlers['servers.delete']({ id: 's1' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(h.handlers['servers.start']({ id: 's1' })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('are still there when they cannot be saved', async () => {
    const full = Object.assign(new Error('write failed'), { code: 'ENOSPC' });
    const h = harness({ save: () => Promise.reject(full) });
    await expect(create(h)).rejects.toMatchObject({
      code: 'file-error',
      message: expect.stringMatching(/the disk is full/) as string,
    });
    expect(h.servers.list()).toHaveLength(1);
  });

  it('that nobody knows are not found', async () => {
    const h = harness();
    for (const call of [
      () => h.handlers['servers.start']({ id: 'x' }),
      () => h.handlers['servers.stop']({ id: 'x' }),
      () => h.handlers['servers.delete']({ id: 'x' }),
      () => h.handlers['servers.update']({ id: 'x', config: {} }),
      async () => h.handlers['servers.log']({ id: 'x', limit: 1 }),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'not-found' });
  });

  it('are explained as a command, a file and a list of handlers', () => {
    const { handlers } = harness();
    expect(handlers['servers.explain']({ config: { ringMs: 5 } })).toEqual({
      command: 'siphond --ring-ms 5',
      yaml: 'ringMs: 5\n',
      handlers: ['as minimal says'],
    });
    expect(() => handlers['servers.explain']({ config: { ringMs: -5 } })).toThrow(/ringMs/);
  });
});

describe('life of a server', () => {
  it('goes from starting to running to stopped', async () => {
    const h = harness({ idSeed: 'seed' });
    await create(h);
    const start = h.handlers['servers.start']({ id: 's1' });
    expect([h.state(), h.node(0).orders.idSeed]).toEqual(['starting', 'seed:siphond']);
    h.node(0).listener.onStep('binding udp 127.0.0.1:5060');
    expect(h.servers.list()[0]?.step).toBe('binding udp 127.0.0.1:5060');
    h.node(0).started();
    const running = await start;
    expect(running).toMatchObject({
      state: 'running',
      listeners: [{ protocol: 'udp', host: '127.0.0.1', port: 5060 }],
      startedAtMs: h.clock.wallMs(),
    });
    expect(running.step).toBeUndefined();
    expect(await h.handlers['servers.stop']({ id: 's1' })).toMatchObject({ state: 'stopped', listeners: [] });
    expect(await h.handlers['servers.stop']({ id: 's1' })).toMatchObject({ state: 'stopped' });
    expect(h.node(0).stops).toHaveLength(1);
  });

  it('may end while it starts', async () => {
    const h = harness();
    await create(h);
    const start = h.handlers['servers.start']({ id: 's1' });
    await h.handlers['servers.stop']({ id: 's1' });
    expect(await start).toMatchObject({ state: 'stopped' });
  });

  it('does not begin on a port in use; the problem names a server of ours and a free port', async () => {
    const h = harness();
    await create(h, { name: 'first', udpBind: '0.0.0.0:5060' });
    await create(h, { name: 'second' });
    const first = h.handlers['servers.start']({ id: 's1' });
    h.node(0).started([{ protocol: 'udp', host: '0.0.0.0', port: 5060 }]);
    await first;
    const second = h.handlers['servers.start']({ id: 's2' });
    h.node(1).refused(portInUse);
    const problem = {
      ...portInUse,
      hint: 'first, a server of this workbench, listens there. Stop it, or use port 5070, which is free.',
      heldBy: { id: 's1', name: 'first' },
      freePort: 5070,
    };
    await expect(second).rejects.toMatchObject({
      code: 'port-in-use',
      message: portInUse.message,
      data: problem,
    });
    expect(h.servers.list()[1]).toMatchObject({ state: 'failed', problem });
    await h.handlers['servers.update']({ id: 's2', config: { udpBind: '127.0.0.1:5070' } });
    expect(h.servers.list()[1]).toMatchObject({ state: 'stopped' });
    expect(h.servers.list()[1]?.problem).toBeUndefined();
  });

  it.each([
    [5070, 'Another program holds it. Use port 5070, which is free, or end that program.'],
    [undefined, portInUse.hint],
  ])('does not begin on a port another program holds (free: %s)', async (freePort, hint) => {
    const h = harness({ findFreePort: () => Promise.resolve(freePort) });
    await create(h);
    const start = h.handlers['servers.start']({ id: 's1' });
    h.node(0).refused(portInUse);
    await expect(start).rejects.toMatchObject({ data: { hint } });
  });

  it('may end in a crash; then it can be started again at once', async () => {
    const h = harness();
    await create(h, { name: 'lab' });
    const start = h.handlers['servers.start']({ id: 's1' });
    h.node(0).started();
    await start;
    h.node(0).listener.onLog([{ atMs: 1, level: 'info', message: 'call answered', fields: {} }]);
    h.node(0).crashed(7, 'divided by cucumber');
    expect(h.servers.list()[0]).toMatchObject({
      state: 'crashed',
      listeners: [],
      problem: { code: 'crashed', message: 'lab crashed: divided by cucumber (exit code 7).', exitCode: 7 },
    });
    const { lines } = await h.handlers['servers.log']({ id: 's1', limit: 10 });
    expect(lines.map((l) => l.message)).toEqual(['call answered', 'crashed']);
    const again = h.handlers['servers.start']({ id: 's1' });
    h.node(1).started();
    expect(await again).toMatchObject({ state: 'running' });
  });

  it('may fall silent and come back', async () => {
    const h = harness();
    await create(h);
    const start = h.handlers['servers.start']({ id: 's1' });
    h.node(0).started();
    await start;
    h.node(0).listener.onResponding(false);
    expect(h.servers.list()[0]).toMatchObject({ state: 'running', problem: { code: 'not-responding' } });
    h.node(0).listener.onResponding(true);
    expect(h.servers.list()[0]?.problem).toBeUndefined();
  });

  it('is told: every change, every line, every batch with the name of the server', async () => {
    const h = harness();
    const told: string[] = [];
    h.servers.onChanged(() => told.push(`changed ${h.state() ?? 'none'}`));
    h.servers.onLogged(({ id, lines }) => told.push(`${id} logged ${lines.length}`));
    await create(h, { name: 'lab' });
    const start = h.handlers['servers.start']({ id: 's1' });
    h.node(0).started();
    await start;
    h.node(0).listener.onLog([{ atMs: 1, level: 'info', message: 'a', fields: {} }]);
    h.node(0).listener.onCaptured(new ArrayBuffer(3));
    expect(told).toEqual([
      'changed stopped',
      'changed starting',
      'changed running',
      's1 logged 1',
      'changed running',
    ]);
    expect(h.captured).toEqual(['s1 lab 3']);
  });

  it('keeps the newest thousand lines', async () => {
    const h = harness();
    await create(h);
    const start = h.handlers['servers.start']({ id: 's1' });
    h.node(0).started();
    await start;
    const line = (n: number) => ({ atMs: n, level: 'info' as const, message: String(n), fields: {} });
    for (let n = 0; n < 1500; n += 100)
      h.node(0).listener.onLog(Array.from({ length: 100 }, (_, i) => line(n + i)));
    const { lines } = await h.handlers['servers.log']({ id: 's1', limit: 1000 });
    expect([lines.length, lines[0]?.message, lines.at(-1)?.message]).toEqual([1000, '500', '1499']);
    expect((await h.handlers['servers.log']({ id: 's1', limit: 2 })).lines.map((l) => l.message)).toEqual([
      '1498',
      '1499',
    ]);
  });

  it('ends for all at once', async () => {
    const h = harness({
      definitions: ['a', 'b'].map((id) => ({ id, config: ServerConfig.parse({ name: id }) })),
    });
    const starts = ['a', 'b'].map(async (id) => h.handlers['servers.start']({ id }));
    h.nodes.forEach((n) => {
      n.started();
    });
    await Promise.all(starts);
    await h.servers.stopAll(5000);
    expect(h.servers.list().map((s) => s.state)).toEqual(['stopped', 'stopped']);
    expect(h.nodes.map((n) => n.stops)).toEqual([[5000], [5000]]);
  });
});
