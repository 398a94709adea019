import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../stack/core/logger.ts';
import { createSystemClock } from '../stack/core/node/system-clock.ts';
import type { MethodName } from './contract/define.ts';
import type { LogLine, ServerInfo } from './contract/servers.ts';
import { CONTRACT_VERSION, workbench as contract, type Workbench } from './contract/workbench.ts';
import { connect } from './rpc/connect.ts';
import { memoryLinkPair } from './rpc/memory-link.ts';
import { serve } from './rpc/serve.ts';
import type { Backend } from './rpc/types.ts';
import type { FileDialogs } from './services/storage/files.ts';
import { createWorkbench, type RunningWorkbench, type WorkbenchOptions } from './workbench.ts';

/* The whole application with real nodes in real workers, through the contract: what a face does, without the face. */

// A worker from source is compiled first, by every test anew.
vi.setConfig({ testTimeout: 30_000 });

let dir = '';
const open: { readonly running: RunningWorkbench; readonly dispose: () => void }[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-workbench-'));
});
afterEach(async () => {
  for (const { running, dispose } of open.splice(0)) {
    await running.dispose(0);
    dispose();
  }
  await rm(dir, { recursive: true });
});

async function start(
  options: Partial<WorkbenchOptions> = {},
): Promise<{ running: RunningWorkbench; backend: Backend<Workbench>; reports: string[] }> {
  const clock = createSystemClock();
  const running = await createWorkbench({
    dataDir: dir,
    clock,
    log: silentLogger,
    face: 'browser',
    version: '1.2.3',
    ...options,
  });
  open.push({
    running,
    dispose: () => {
      clock.dispose();
    },
  });
  const [near, far] = memoryLinkPair();
  const reports: string[] = [];
  serve(contract, running.handlers, running.events, far, {
    contractVersion: CONTRACT_VERSION,
    report: (what, error) => reports.push(`${what}: ${String(error)}`),
  });
  return { running, reports, backend: await connect(contract, near, { contractVersion: CONTRACT_VERSION }) };
}

const anyPort = { udpBind: ['127.0.0.1:0'], tcpBind: [] };

async function startServer(backend: Backend<Workbench>, config: object = {}): Promise<ServerInfo> {
  const { id } = await backend.call('servers.create', { config: { ...anyPort, ...config } });
  return backend.call('servers.start', { id });
}

const options = (n: number, port: number): string =>
  [
    `OPTIONS sip:a@127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bK-test-${n}`,
    'From: <sip:tester@127.0.0.1>;tag=1',
    'To: <sip:a@127.0.0.1>',
    `Call-ID: call-${n}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');

/** Sends requests one after the other from a socket of its own; returns the first line of each answer. */
async function ask(port: number, messages: readonly string[]): Promise<string[]> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const answers: string[] = [];
  for (const message of messages) {
    socket.send(message, port, '127.0.0.1');
    const [answer] = (await once(socket, 'message')) as [Buffer];
    answers.push(answer.toString('latin1').split('\r\n')[0] ?? '');
  }
  socket.close();
  return answers;
}

const portOf = (info: ServerInfo): number => info.listeners[0]?.port ?? 0;

describe('workbench', () => {
  it('says who it is', async () => {
    const { backend } = await start();
    expect(await backend.call('workbench.hello', {})).toEqual({
      product: 'Siphon Workbench',
      version: '1.2.3',
      face: 'browser',
      platform: process.platform,
      hasFileDialogs: false,
    });
  });

  it('runs a server in a worker, records what it says, and exports it', async () => {
    const { backend, running } = await start();
    const info = await startServer(backend, { name: 'lab', mode: 'minimal' });
    expect(info).toMatchObject({ state: 'running', listeners: [{ protocol: 'udp', host: '127.0.0.1' }] });

    const changed = new Promise<void>((resolve) => {
      backend.on('traffic.changed', ({ messages }) => {
        if (messages === 4) resolve();
      });
    });
    expect(await ask(portOf(info), [options(1, portOf(info)), options(2, portOf(info))])).toEqual([
      'SIP/2.0 200 OK',
      'SIP/2.0 200 OK',
    ]);
    await changed;

    const page = await backend.call('dialogs.query', {
      filter: '',
      sort: { by: 'id', descending: false },
      offset: 0,
      limit: 10,
    });
    expect(page.rows.map((r) => [r.callId, r.messages, r.result?.status])).toEqual([
      ['call-1', 2, 200],
      ['call-2', 2, 200],
    ]);
    const ladder = await backend.call('dialogs.ladder', { ids: [page.rows[0]?.id ?? 0], limit: 10 });
    expect(ladder.lanes.filter((lane) => lane.kind === 'server')).toMatchObject([
      { name: 'lab', serverId: info.id },
    ]);
    expect(ladder.messages.map((m) => [m.direction, m.status])).toEqual([
      ['in', undefined],
      ['out', 200],
    ]);

    const exported = await backend.call('captures.export', { scope: { kind: 'all' } });
    expect(exported).toMatchObject({ messages: 4, dialogs: 2, destination: { kind: 'download' } });
    if (exported.destination.kind !== 'download') throw new Error('expected a download');
    const download = running.takeDownload(exported.destination.path);
    if (download === undefined) throw new Error('the download is not there');
    const octets = await buffer(download.stream);
    expect([octets.length, octets.readUInt32LE(0)]).toEqual([exported.sizeBytes, 0x0a0d0d0a]);
    expect(running.takeDownload(exported.destination.path)).toBeUndefined();

    expect(await backend.call('servers.stop', { id: info.id })).toMatchObject({ state: 'stopped' });
    const { lines } = await backend.call('servers.log', { id: info.id, limit: 100 });
    expect(Array.isArray(lines)).toBe(true);
  });

  it('gives the ports back: a stopped server starts again on the same ones', async () => {
    const { backend } = await start();
    const first = await startServer(backend);
    const bind = `127.0.0.1:${portOf(first)}`;
    await backend.call('servers.stop', { id: first.id });
    await backend.call('servers.update', {
      id: first.id,
      config: { udpBind: [bind], tcpBind: [bind], sipsBind: [] },
    });
    for (let i = 0; i < 2; i++) {
      expect((await backend.call('servers.start', { id: first.id })).listeners).toHaveLength(2);
      await backend.call('servers.stop', { id: first.id });
    }
  });

  it('names who holds a port, and a free one nearby', async () => {
    const { backend } = await start();
    const first = await startServer(backend, { name: 'first' });
    const second = await backend.call('servers.create', {
      config: { name: 'second', udpBind: [`127.0.0.1:${portOf(first)}`], tcpBind: 'none' },
    });
    const failure = await backend.call('servers.start', { id: second.id }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'port-in-use',
      data: { heldBy: { id: first.id, name: 'first' }, freePort: expect.any(Number) as number },
    });
    expect((await backend.call('servers.list', {})).servers[1]).toMatchObject({
      state: 'failed',
      problem: { code: 'port-in-use', listener: { port: portOf(first) } },
    });
  });

  it('names a port another program holds', async () => {
    const { backend } = await start();
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    await expect(startServer(backend, { udpBind: [`127.0.0.1:${port}`] })).rejects.toMatchObject({
      code: 'port-in-use',
      data: {
        hint: expect.stringMatching(/^Another program holds it\. Use port \d+, which is free/) as string,
      },
    });
    socket.close();
  });

  it('repeats every identifier under one seed', async () => {
    const tags: (string | undefined)[] = [];
    for (let i = 0; i < 2; i++) {
      const { backend } = await start({ idSeed: 'seed' });
      const info = await startServer(backend, { mode: 'minimal' });
      const done = new Promise<void>((resolve) => {
        backend.on('traffic.changed', ({ messages }) => {
          if (messages === 2) resolve();
        });
      });
      await ask(portOf(info), [options(1, portOf(info))]);
      await done;
      const ladder = await backend.call('dialogs.ladder', { ids: [1], limit: 10 });
      const answer = await backend.call('messages.inspect', { id: ladder.messages[1]?.id ?? 0 });
      tags.push(/^To: .*;tag=(\S+)/m.exec(Buffer.from(answer.base64, 'base64').toString())?.[1]);
    }
    expect(tags[0]).toMatch(/\w{6,}/);
    expect(tags[1]).toBe(tags[0]);
  });

  it('tells every log line once, and keeps it', async () => {
    const { backend } = await start();
    const first = await startServer(backend);
    const told: LogLine[] = [];
    const toldOfSecond = new Promise<void>((resolve) => {
      backend.on('servers.logged', ({ lines }) => {
        told.push(...lines);
        resolve();
      });
    });
    const second = await backend.call('servers.create', {
      config: { udpBind: [`127.0.0.1:${portOf(first)}`], tcpBind: [] },
    });
    await expect(backend.call('servers.start', { id: second.id })).rejects.toMatchObject({
      code: 'port-in-use',
    });
    await toldOfSecond;
    const { lines } = await backend.call('servers.log', { id: second.id, limit: 10 });
    expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual(['error start failed']);
    expect(told).toEqual(lines);
  });

  it('forwards what is chosen in a native menu', async () => {
    const { backend, running } = await start();
    const chosen = new Promise((resolve) => {
      backend.on('menu.chosen', resolve);
    });
    await backend.call('workbench.hello', {});
    running.chooseCommand('server.new');
    expect(await chosen).toEqual({ command: 'server.new' });
  });

  it('answers garbage with errors and goes on', async () => {
    const { backend, reports } = await start();
    const call = (method: string, params: unknown): Promise<unknown> =>
      backend.call(method as MethodName<Workbench>, params as never);
    for (const method of Object.keys(contract.methods))
      for (const params of [undefined, null, 7, 'x', [], { id: 7 }, { id: 'x'.repeat(10_000) }, { ids: [] }])
        await call(method, params).catch((error: unknown) => {
          expect(error).toMatchObject({ name: 'ContractError' });
          expect(error).not.toMatchObject({ code: 'internal' });
        });
    expect(reports).toEqual([]);
    expect((await backend.call('servers.list', {})).servers).toEqual([]);
  });
});

describe('files of the workbench', () => {
  const dialogs = (path: string | undefined): FileDialogs => ({
    chooseSave: () => Promise.resolve(path),
    chooseOpen: () => Promise.resolve(path),
  });

  it('keeps servers from one start to the next', async () => {
    const first = await start();
    await first.backend.call('servers.create', { config: { name: 'lab', mode: 'full' } });
    const second = await start();
    expect((await second.backend.call('servers.list', {})).servers).toMatchObject([
      { state: 'stopped', config: { name: 'lab', mode: 'full-uas' } },
    ]);
  });

  it('keeps the servers of two workbenches that share a folder', async () => {
    const [first, second] = [await start(), await start()];
    const { id } = await first.backend.call('servers.create', { config: { name: 'a' } });
    await second.backend.call('servers.create', { config: { name: 'b' } });
    await first.backend.call('servers.create', { config: { name: 'c' } });
    await first.backend.call('servers.delete', { id });
    const third = await start();
    const { servers } = await third.backend.call('servers.list', {});
    expect(servers.map(({ config }) => config.name).sort()).toEqual(['b', 'c']);
  });

  it('says so when the workspace is damaged, and keeps it', async () => {
    await writeFile(
      join(dir, 'workspace.json'),
      '{"version": 1, "servers": [{"id": "a", "config": {"ringMs": "soon"}}]}',
    );
    const { backend } = await start();
    const { notice } = await backend.call('workbench.hello', {});
    expect(notice).toMatch(
      /^workspace\.json is damaged \(server a: ringMs: expected a whole number .*\); it is kept as/,
    );
    expect(await readdir(dir)).toEqual([expect.stringMatching(/^workspace\.damaged-\d+\.json$/)]);
    await backend.call('servers.create', { config: {} });
    expect((await readdir(dir)).sort()).toHaveLength(2);
  });

  it('reads a siphond configuration into a new server, once a choice', async () => {
    const path = join(dir, 'lab.yaml');
    await writeFile(path, 'name: from file\nmode: full\nudpBind: 127.0.0.1:0\ncapture: x.pcapng\n');
    const { backend } = await start({ files: dialogs(path) });
    const { handle, name } = await backend.call('files.chooseOpen', { title: 'Open', extensions: ['yaml'] });
    expect(name).toBe('lab.yaml');
    expect(await backend.call('servers.open', { handle })).toMatchObject({
      config: { name: 'from file', mode: 'full-uas', udpBind: ['127.0.0.1:0'] },
    });
    await expect(backend.call('servers.open', { handle })).rejects.toMatchObject({ code: 'gone' });
  });

  it.each([
    ['mode: [', 'invalid-config', /^lab\.yaml: line 1, column \d+/],
    ['ringMs: -1', 'invalid-config', /^lab\.yaml: ringMs: expected/],
    ['x'.repeat(2_000_000), 'file-error', /^lab\.yaml is too large/],
  ])('refuses a configuration that is none: %.20s', async (text, code, message) => {
    const path = join(dir, 'lab.yaml');
    await writeFile(path, text);
    const { backend } = await start({ files: dialogs(path) });
    const { handle } = await backend.call('files.chooseOpen', { title: 'Open', extensions: [] });
    await expect(backend.call('servers.open', { handle })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
    expect((await backend.call('servers.list', {})).servers).toEqual([]);
  });

  it('writes an export where the person chose', async () => {
    const path = join(dir, 'chosen.pcapng');
    const { backend } = await start({ files: dialogs(path) });
    const info = await startServer(backend);
    const done = new Promise<void>((resolve) => {
      backend.on('traffic.changed', ({ messages }) => {
        if (messages === 2) resolve();
      });
    });
    await ask(portOf(info), [options(1, portOf(info))]);
    await done;
    const { handle } = await backend.call('files.chooseSave', { title: 'Export', suggestedName: 'a.pcapng' });
    const exported = await backend.call('captures.export', { scope: { kind: 'all' }, handle });
    expect(exported).toMatchObject({ fileName: 'chosen.pcapng', messages: 2, destination: { kind: 'file' } });
    expect((await readFile(path)).length).toBe(exported.sizeBytes);
    await expect(backend.call('captures.export', { scope: { kind: 'all' }, handle })).rejects.toMatchObject({
      code: 'gone',
    });
  });

  it('says why an export could not be written', async () => {
    const { backend } = await start({ files: dialogs(join(dir, 'missing', 'a.pcapng')) });
    const info = await startServer(backend);
    const done = new Promise<void>((resolve) => {
      backend.on('traffic.changed', () => {
        resolve();
      });
    });
    await ask(portOf(info), [options(1, portOf(info))]);
    await done;
    const { handle } = await backend.call('files.chooseSave', { title: 'Export', suggestedName: 'a.pcapng' });
    await expect(backend.call('captures.export', { scope: { kind: 'all' }, handle })).rejects.toMatchObject({
      code: 'file-error',
      message: 'a.pcapng could not be written: there is no such file or folder.',
    });
  });

  it('has nothing to export from an empty recording', async () => {
    const { backend } = await start();
    await expect(backend.call('captures.export', { scope: { kind: 'all' } })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('does not grant a file nobody chose', async () => {
    const { backend } = await start({ files: dialogs(undefined) });
    await expect(
      backend.call('files.chooseSave', { title: 'Export', suggestedName: 'a' }),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });
});
