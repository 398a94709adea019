import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import { silentLogger } from '../../stack/core/logger.ts';
import { workbench as contract } from '../contract/workbench.ts';
import { createFakeNodes } from '../services/servers/testing/fake-nodes.ts';
import { createWorkbench, type RunningWorkbench } from '../workbench.ts';
import { startDaemon, type Daemon } from './serve.ts';

/* Verified: the contract over HTTP: who is let in, what each kind of bad input comes to, the stream of events. Nodes are fakes here. */

const TOKEN = 'a-token';
const clock = createSystemClock();
let dir = '';
let daemon: Daemon;
let running: RunningWorkbench;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-api-'));
  const { launch } = createFakeNodes();
  running = await createWorkbench({
    dataDir: dir,
    clock,
    log: silentLogger,
    face: 'browser',
    version: '0',
    launch,
    isEphemeral: true,
  });
  daemon = await startDaemon({
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    version: '1.2.3',
    workbench: running,
    log: silentLogger,
  });
});
afterAll(async () => {
  await daemon.close();
  await running.dispose(0);
  clock.dispose();
  await rm(dir, { recursive: true });
});

const ask = async (
  path: string,
  options: { readonly method?: string; readonly body?: string; readonly token?: string | undefined } = {},
) => {
  const { method = 'POST', body } = options;
  const token = 'token' in options ? options.token : TOKEN;
  const response = await fetch(`http://127.0.0.1:${daemon.port}${path}`, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: response.status, value: (isJson ? JSON.parse(text) : text) as unknown };
};

describe('the contract over HTTP', () => {
  it('answers a method with its result', async () => {
    const made = await ask('/api/servers.create', { body: '{"config":{"name":"a","mode":"registrar"}}' });
    expect(made).toMatchObject({ status: 200, value: { state: 'stopped', config: { mode: 'registrar' } } });
    expect(await ask('/api/servers.list', { body: '{}' })).toMatchObject({
      status: 200,
      value: { servers: [{ config: { name: 'a' } }] },
    });
  });

  it.each([
    ['without a token', '/api/servers.list', { token: undefined }, 401, 'unauthorized'],
    ['with a wrong token', '/api/servers.list', { token: 'guess' }, 401, 'unauthorized'],
    ['an unknown method', '/api/servers.explode', {}, 404, 'unknown-method'],
    ['a property of every object', '/api/constructor', {}, 404, 'unknown-method'],
    ['a method by GET', '/api/servers.list', { method: 'GET' }, 404, 'unknown-method'],
    ['no JSON', '/api/servers.list', { body: '{' }, 400, 'bad-params'],
    ['parameters that do not fit', '/api/servers.start', { body: '{"id":7}' }, 400, 'bad-params'],
    ['too much', '/api/servers.create', { body: `"${'x'.repeat(2_000_000)}"` }, 400, 'bad-params'],
    ['a server that is not there', '/api/servers.start', { body: '{"id":"nobody"}' }, 404, 'not-found'],
    [
      'a configuration that is none',
      '/api/servers.create',
      { body: '{"config":{"mode":"x"}}' },
      400,
      'invalid-config',
    ],
  ])('refuses %s in one sentence', async (_what, path, options, status, code) => {
    const { status: got, value } = await ask(path, options);
    expect({ status: got, value }).toMatchObject({ status, value: { code } });
    expect((value as { message: string }).message).toMatch(/\S/);
  });

  it.each([
    ['servers.update', { id: 'nobody', config: {} }],
    ['servers.delete', { id: 'nobody' }],
    ['servers.start', { id: 'nobody' }],
    ['servers.stop', { id: 'nobody' }],
    ['servers.log', { id: 'nobody', limit: 1 }],
    ['dials.read', { id: 'nobody' }],
    ['dials.change', { id: 'nobody', changes: {} }],
    ['state.read', { id: 'nobody' }],
    ['state.act', { id: 'nobody', action: { kind: 'drop-connection', id: 'x' } }],
    ['operator.decide', { server: 'nobody', item: 'x', decision: { kind: 'answer' } }],
  ] as const)(
    '%s of a server that is not there is not-found, as its description says',
    async (name, params) => {
      expect(contract.methods[name].errors).toHaveProperty('not-found');
      const answer = await ask(`/api/${name}`, { body: JSON.stringify(params) });
      expect(answer).toMatchObject({ status: 404, value: { code: 'not-found' } });
      const { value } = await ask('/api/openapi.json', { method: 'GET' });
      expect(value).toMatchObject({
        paths: {
          [`/api/${name}`]: {
            post: {
              summary: contract.methods[name].purpose,
              responses: { 404: { description: expect.stringContaining('not-found') as string } },
            },
          },
        },
      });
    },
  );

  it.each([
    ['dials.read', {}],
    ['dials.change', { changes: {} }],
    ['state.read', {}],
  ] as const)(
    '%s of a server that does not run is a conflict, as its description says',
    async (name, params) => {
      const { value } = await ask('/api/servers.create', { body: '{"config":{"name":"idle"}}' });
      const { id } = value as { readonly id: string };
      expect(contract.methods[name].errors).toHaveProperty('conflict');
      expect(await ask(`/api/${name}`, { body: JSON.stringify({ id, ...params }) })).toMatchObject({
        status: 409,
        value: { code: 'conflict' },
      });
    },
  );

  it('describes itself to people and to programs, without a token', async () => {
    const page = await ask('/api', { method: 'GET', token: undefined });
    expect(page.value).toContain('POST /api/servers.start');
    const { value } = await ask('/api/openapi.json', { method: 'GET', token: undefined });
    const description = value as { info: { version: string }; paths: Record<string, object> };
    expect(description.info.version).toBe('1.2.3');
    expect(Object.keys(description.paths)).toEqual(
      Object.keys(contract.methods).map((name) => `/api/${name}`),
    );
    expect(description.paths['/api/servers.start']).toMatchObject({
      post: { requestBody: { content: { 'application/json': { schema: { required: ['id'] } } } } },
    });
  });

  it('tells events as they happen', async () => {
    const response = await fetch(`http://127.0.0.1:${daemon.port}/api/events`, {
      headers: { Authorization: `Bearer ${TOKEN}` },
    });
    const reader = response.body?.getReader();
    if (reader === undefined) throw new Error('no stream');
    await ask('/api/servers.create', { body: '{"config":{"name":"seen"}}' });
    let heard = '';
    while (!heard.includes('"seen"')) heard += Buffer.from((await reader.read()).value ?? []).toString();
    expect(heard).toContain('event: servers.changed\ndata: {');
    await reader.cancel();
  });

  it('serves nothing else', async () => {
    expect(await ask('/', { method: 'GET' })).toMatchObject({ status: 404 });
  });
});
