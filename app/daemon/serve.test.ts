import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import { silentLogger } from '../../stack/core/logger.ts';
import { CONTRACT_VERSION, workbench } from '../contract/workbench.ts';
import { connect } from '../rpc/connect.ts';
import { MAX_REQUEST_CHARS } from '../rpc/frame.ts';
import { wsNodeLink } from '../rpc/ws-link-node.ts';
import { createFakeNodes } from '../services/servers/testing/fake-nodes.ts';
import { createWorkbench, type RunningWorkbench } from '../workbench.ts';
import { startDaemon, type Daemon } from './serve.ts';

/* Verified: who is let in and who is not, over real HTTP and WebSockets. The contract itself is tested in app/rpc and workbench.test.ts. */

const TOKEN = 'the right token';
const clock = createSystemClock();
let dir = '';
let daemon: Daemon;
let running: RunningWorkbench;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-daemon-'));
  await writeFile(join(dir, 'index.html'), '<!doctype html>');
  const { launch } = createFakeNodes();
  const log = silentLogger;
  running = await createWorkbench({ dataDir: dir, clock, log, face: 'browser', version: '0', launch });
  daemon = await startDaemon({
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    rendererDir: dir,
    version: '0',
    workbench: running,
    log,
  });
});
afterAll(async () => {
  await daemon.close();
  await running.dispose(0);
  clock.dispose();
  await rm(dir, { recursive: true });
});

async function get(path: string, headers: IncomingHttpHeaders = {}, method = 'GET') {
  const sent = request({ host: '127.0.0.1', port: daemon.port, path, method, headers });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** Opens a WebSocket; resolves to the status that refused it, or 101. */
async function upgrade(
  path: string,
  options: ClientOptions = {},
): Promise<{ status: number; socket: WebSocket }> {
  const socket = new WebSocket(`ws://127.0.0.1:${daemon.port}${path}`, options);
  const status = await new Promise<number>((resolve) => {
    socket.once('open', () => {
      resolve(101);
    });
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('error', () => undefined);
  });
  return { status, socket };
}
const own = (): string => `127.0.0.1:${daemon.port}`;

describe('daemon over HTTP', () => {
  it('says where it is, with the token where no server sees it', () => {
    expect(daemon.url).toBe(`http://127.0.0.1:${daemon.port}/#token=${TOKEN}`);
  });

  it('serves the page with its policy', async () => {
    const { status, headers, body } = await get('/');
    expect([status, body]).toEqual([200, '<!doctype html>']);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each([
    ['a name pointed at this address', { host: 'evil.example' }],
    ['another port', { host: '127.0.0.1:1' }],
  ])('refuses a Host that is not its own: %s', async (_case, headers) => {
    expect(await get('/', headers)).toMatchObject({ status: 403 });
  });

  it('refuses pages of other origins', async () => {
    expect(await get('/', { origin: 'http://evil.example' })).toMatchObject({ status: 403 });
    expect(await get('/', { origin: 'null' })).toMatchObject({ status: 403 });
    expect(await get('/', { origin: `http://${own()}` })).toMatchObject({ status: 200 });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('has no use for %s', async (method) => {
    expect(await get('/', {}, method)).toMatchObject({ status: 405 });
  });

  it.each(['/%2e%2e/workspace.json', '/..%2fworkspace.json', '/..'])(
    'does not leave its folder: %s',
    async (path) => {
      expect(await get(path)).toMatchObject({ status: 400, body: '' });
    },
  );

  it.each(['/download/', '/download/guess', '/download/..%2f..%2fetc%2fpasswd'])(
    'has no download %s',
    async (path) => {
      expect(await get(path)).toMatchObject({ status: 404 });
    },
  );

  it('answers nothing at /rpc without an upgrade', async () => {
    expect(await get('/rpc')).toMatchObject({ status: 404 });
  });
});

describe('daemon over WebSocket', () => {
  it('lets a page in that has the token', async () => {
    const { socket } = await upgrade('/rpc', { origin: `http://${own()}` });
    const backend = await connect(workbench, wsNodeLink(socket), {
      contractVersion: CONTRACT_VERSION,
      token: TOKEN,
    });
    expect(await backend.call('workbench.hello', {})).toMatchObject({
      face: 'browser',
      hasFileDialogs: false,
    });
    await expect(
      backend.call('files.chooseSave', { title: 'Export', suggestedName: 'a' }),
    ).rejects.toMatchObject({ code: 'not-supported' });
    backend.close();
    await once(socket, 'close');
  });

  it.each([undefined, '', 'wrong'])('turns the token %j away and hangs up', async (token) => {
    const { socket } = await upgrade('/rpc');
    const closed = once(socket, 'close');
    const options = { contractVersion: CONTRACT_VERSION, ...(token === undefined ? {} : { token }) };
    await expect(connect(workbench, wsNodeLink(socket), options)).rejects.toMatchObject({
      code: 'unauthorized',
    });
    await closed;
  });

  it.each<[string, string, ClientOptions, number]>([
    ['a page of another origin', '/rpc', { origin: 'http://evil.example' }, 403],
    ['a page without origin of its own', '/rpc', { origin: 'null' }, 403],
    ['a name pointed at this address', '/rpc', { headers: { host: 'evil.example' } }, 403],
    ['another path', '/other', {}, 404],
    ['another path that begins alike', '/rpc/../rpc2', {}, 404],
  ])('refuses %s', async (_case, path, options, status) => {
    expect((await upgrade(path, options)).status).toBe(status);
  });

  it('hangs up on a frame that is too large', async () => {
    const { socket } = await upgrade('/rpc');
    const closed = once(socket, 'close');
    socket.send('x'.repeat(MAX_REQUEST_CHARS * 3 + 1));
    expect((await closed)[0]).toBe(1009);
  });

  it.each([
    ['text', 'garbage'],
    ['octets', Buffer.from([0, 1, 2])],
  ])('hangs up on %s instead of a hello', async (_case, data) => {
    const { socket } = await upgrade('/rpc');
    const closed = once(socket, 'close');
    socket.send(data);
    await closed;
    expect(await get('/')).toMatchObject({ status: 200 });
  });

  it('takes only so many connections', async () => {
    const open = await Promise.all(Array.from({ length: 40 }, () => upgrade('/rpc')));
    const statuses = open.map(({ status }) => status);
    expect([...new Set(statuses)].sort()).toEqual([101, 503]);
    expect(statuses.filter((status) => status === 101)).toHaveLength(32);
    const closings = open.filter(({ status }) => status === 101).map(({ socket }) => once(socket, 'close'));
    for (const { socket } of open) socket.terminate();
    await Promise.all(closings);
    await expect
      .poll(async () => {
        const again = await upgrade('/rpc');
        again.socket.terminate();
        return again.status;
      })
      .toBe(101);
  });
});
