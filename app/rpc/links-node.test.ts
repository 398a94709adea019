import type { AddressInfo } from 'node:net';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import * as z from 'zod';
import { event, method, type EventName, type Payload } from '../contract/define.ts';
import { ContractError } from '../contract/errors.ts';
import { connect } from './connect.ts';
import { MAX_REQUEST_CHARS } from './frame.ts';
import type { MessageLink } from './link.ts';
import { memoryLinkPair } from './memory-link.ts';
import { portLink, type BrowserPort } from './port-link-browser.ts';
import { portNodeLink, type MainPort } from './port-link-node.ts';
import { serve, type ServeOptions } from './serve.ts';
import type { Backend, EventSource, Handlers } from './types.ts';
import { wsLink } from './ws-link-browser.ts';
import { wsNodeLink } from './ws-link-node.ts';

/*
 * One suite over every wire. Verified: the hello, requests, errors, events, bad input, the end of a link, leaks.
 * Not verified here: the origin and token checks of the daemon (app/daemon) and Electron's own ports (e2e).
 */

const contract = {
  methods: {
    'number.double': method(z.object({ n: z.number() }), z.object({ n: z.number() }), 'Doubles a number.'),
    'number.fail': method(
      z.object({ how: z.enum(['contract', 'bug', 'lie', 'never']) }),
      z.object({}),
      'Fails.',
    ),
  },
  events: { 'number.changed': event(z.object({ n: z.number() }), 'A number has changed.') },
} as const;
type Numbers = typeof contract;

const handlers: Handlers<Numbers> = {
  'number.double': ({ n }) => ({ n: n * 2, secret: 'left out' }),
  'number.fail': ({ how }) => {
    if (how === 'contract') throw new ContractError('conflict', 'It runs.', { since: 3 });
    if (how === 'bug') throw new Error('/secret/path');
    if (how === 'lie') return 7 as unknown as Record<string, never>;
    return new Promise(() => undefined);
  },
};

class Events implements EventSource<Numbers> {
  readonly listeners = new Set<(payload: { n: number }) => void>();
  on<E extends EventName<Numbers>>(_event: E, listener: (payload: Payload<Numbers, E>) => void) {
    const entry = listener as (payload: { n: number }) => void;
    this.listeners.add(entry);
    return () => this.listeners.delete(entry);
  }
  emit(n: unknown): void {
    for (const listener of this.listeners) listener({ n: n as number });
  }
}

/** Both ends of one wire, and a way to put anything on it. */
interface Wire {
  readonly near: MessageLink;
  readonly far: MessageLink;
  readonly sendText: (text: unknown) => void;
  readonly end: () => Promise<void>;
}

const wires: Readonly<Record<string, () => Promise<Wire>>> = {
  memory: () => {
    const [near, far] = memoryLinkPair({ maxFrameChars: MAX_REQUEST_CHARS });
    return Promise.resolve({
      near,
      far,
      sendText: (text) => {
        near.sendText(text as string);
      },
      end: () => {
        near.close();
        return expect.poll(() => [near.listenerCount, far.listenerCount]).toEqual([0, 0]);
      },
    });
  },
  WebSocket: async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise((listening) => server.once('listening', listening));
    const accepted = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const near = wsLink(socket);
    const far = wsNodeLink(await accepted);
    return {
      near,
      far,
      sendText: (text) => {
        socket.send(text as string);
      },
      end: () =>
        new Promise((closed) => {
          socket.terminate();
          server.close(() => {
            closed();
          });
        }),
    };
  },
  MessagePort: () => {
    const { port1, port2 } = new MessageChannel();
    return Promise.resolve({
      near: portLink(port1 as unknown as BrowserPort),
      far: portNodeLink(asMainPort(port2)),
      sendText: (text) => {
        port1.postMessage(text);
      },
      end: () => {
        port1.close();
        return Promise.resolve();
      },
    });
  },
};

/** Electron's port hands over events, Node's the data itself. */
function asMainPort(port: MessagePort): MainPort {
  return {
    postMessage: (message) => {
      port.postMessage(message);
    },
    start: () => {
      port.start();
    },
    close: () => {
      port.close();
    },
    on: (type: string, listener: (event: { data: unknown }) => void) =>
      port.on(type, (data: unknown) => {
        listener({ data });
      }),
  };
}

describe.each(Object.entries(wires))('contract over %s', (_name, open) => {
  const wiresInUse: Wire[] = [];
  const reports: string[] = [];
  const events = new Events();

  async function wire(options: Partial<ServeOptions> = {}): Promise<Wire> {
    const opened = await open();
    wiresInUse.push(opened);
    const report = (what: string, error: unknown): void => void reports.push(`${what}: ${String(error)}`);
    serve(contract, handlers, events, opened.far, { contractVersion: 1, report, ...options });
    return opened;
  }
  async function backend(): Promise<Wire & { backend: Backend<Numbers> }> {
    const opened = await wire();
    return { ...opened, backend: await connect(contract, opened.near, { contractVersion: 1 }) };
  }
  const ended = (link: MessageLink): Promise<void> =>
    new Promise((resolve) => {
      link.onClose(resolve);
    });

  afterEach(async () => {
    for (const { end } of wiresInUse.splice(0)) await end();
    reports.length = 0;
    await expect.poll(() => events.listeners.size).toBe(0);
  });

  it('answers a request, leaving out what the contract does not name', async () => {
    const { backend: numbers } = await backend();
    expect(await numbers.call('number.double', { n: 21 })).toEqual({ n: 42 });
  });

  it('keeps answers to requests apart that are under way together', async () => {
    const { backend: numbers } = await backend();
    const many = Array.from({ length: 100 }, (_, n) => numbers.call('number.double', { n }));
    expect((await Promise.all(many)).map(({ n }) => n)).toEqual(Array.from({ length: 100 }, (_, n) => n * 2));
  });

  it('carries the code, message and data of a ContractError', async () => {
    const { backend: numbers } = await backend();
    await expect(numbers.call('number.fail', { how: 'contract' })).rejects.toMatchObject({
      name: 'ContractError',
      code: 'conflict',
      message: 'It runs.',
      data: { since: 3 },
    });
    expect(reports).toEqual([]);
  });

  it('keeps the words of any other error to itself, and reports them', async () => {
    const { backend: numbers } = await backend();
    const failure = await numbers.call('number.fail', { how: 'bug' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'internal' });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('secret');
    expect(reports).toEqual(['method number.fail failed: Error: /secret/path']);
  });

  it('does not let a result cross that breaks the contract', async () => {
    const { backend: numbers } = await backend();
    await expect(numbers.call('number.fail', { how: 'lie' })).rejects.toMatchObject({ code: 'internal' });
    expect(reports).toHaveLength(1);
  });

  it.each([
    ['wrong type', { n: 'two' }, /^number\.double: n: .*expected number/],
    ['missing', {}, /^number\.double: n: /],
    ['not an object', 7, /^number\.double: .*expected object/],
  ])('refuses parameters of the wrong shape: %s', async (_case, params, message) => {
    const { backend: numbers } = await backend();
    await expect(numbers.call('number.double', params as never)).rejects.toMatchObject({
      code: 'bad-params',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each(['nothing', 'constructor', '__proto__', 'toString'])('knows no method %s', async (name) => {
    const { backend: numbers } = await backend();
    await expect(numbers.call(name as never, {} as never)).rejects.toMatchObject({ code: 'unknown-method' });
  });

  it('delivers events to subscribers, in order, and to nobody else', async () => {
    const { backend: numbers } = await backend();
    const seen: number[] = [];
    const stop = numbers.on('number.changed', ({ n }) => seen.push(n));
    const stopSecond = numbers.on('number.changed', ({ n }) => seen.push(n * 100));
    await expect.poll(() => events.listeners.size).toBe(1);
    events.emit(1);
    events.emit(2);
    await numbers.call('number.double', { n: 0 });
    stopSecond();
    events.emit(3);
    await numbers.call('number.double', { n: 0 });
    stop();
    await expect.poll(() => events.listeners.size).toBe(0);
    events.emit(4);
    await numbers.call('number.double', { n: 0 });
    expect(seen).toEqual([1, 100, 2, 200, 3]);
  });

  it('drops an event that breaks the contract, and reports it', async () => {
    const { backend: numbers } = await backend();
    const seen: number[] = [];
    numbers.on('number.changed', ({ n }) => seen.push(n));
    await expect.poll(() => events.listeners.size).toBe(1);
    events.emit('five');
    events.emit(6);
    await numbers.call('number.double', { n: 0 });
    expect(seen).toEqual([6]);
    expect(reports).toHaveLength(1);
  });

  it.each([
    ['no JSON', '{"t":'],
    ['no object', '17'],
    ['no frame', '{"t":"frob"}'],
    ['no names', '{"t":"req","id":999,"method":7}'],
    ['a negative id', '{"t":"req","id":-1,"method":"number.double"}'],
    ['a subscription to nothing', '{"t":"sub","event":"__proto__"}'],
    ['the answer of a server', '{"t":"ok","id":999,"result":{}}'],
    ['deep nesting', '['.repeat(100_000)],
  ])('goes on after garbage: %s', async (_case, text) => {
    const { backend: numbers, sendText } = await backend();
    sendText(text);
    expect(await numbers.call('number.double', { n: 1 })).toEqual({ n: 2 });
  });

  it('goes on after a thousand frames of noise', async () => {
    const { backend: numbers, sendText } = await backend();
    for (let i = 0; i < 1000; i++) sendText(`{"t":"req","id":${i * 7919},"method":"${'x'.repeat(i % 120)}"`);
    expect(await numbers.call('number.double', { n: 1 })).toEqual({ n: 2 });
  });

  it('refuses to send a request that is too large', async () => {
    const { backend: numbers } = await backend();
    const large = { n: 1, padding: 'x'.repeat(MAX_REQUEST_CHARS) };
    await expect(numbers.call('number.double', large)).rejects.toMatchObject({ code: 'bad-params' });
    expect(await numbers.call('number.double', { n: 1 })).toEqual({ n: 2 });
  });

  it('ends the link when a frame that is too large comes in all the same', async () => {
    const { backend: numbers, sendText } = await backend();
    const left = new Promise<void>((resolve) => numbers.onDisconnected(resolve));
    sendText(`"${'x'.repeat(MAX_REQUEST_CHARS + 1)}"`);
    await left;
    await expect(numbers.call('number.double', { n: 1 })).rejects.toMatchObject({ code: 'disconnected' });
  });

  it('rejects what is pending when the link ends, and everything after it', async () => {
    const { backend: numbers, far } = await backend();
    numbers.on('number.changed', () => undefined);
    const pending = numbers.call('number.fail', { how: 'never' });
    const left = new Promise<void>((resolve) => numbers.onDisconnected(resolve));
    await expect.poll(() => events.listeners.size).toBe(1);
    far.close();
    await expect(pending).rejects.toMatchObject({ code: 'disconnected' });
    await left;
    await expect(numbers.call('number.double', { n: 1 })).rejects.toMatchObject({ code: 'disconnected' });
  });

  it('forgets the subscriptions of an end that left', async () => {
    const { backend: numbers } = await backend();
    numbers.on('number.changed', () => undefined);
    await expect.poll(() => events.listeners.size).toBe(1);
    numbers.close();
    await expect.poll(() => events.listeners.size).toBe(0);
  });

  it('turns away another version of the contract with a sentence that says what to do', async () => {
    const { near, far } = await wire();
    const left = ended(far);
    await expect(connect(contract, near, { contractVersion: 2 })).rejects.toMatchObject({
      code: 'version-mismatch',
      message: expect.stringMatching(/version 2 .* version 1: reload the page/) as string,
    });
    await left;
  });

  it.each([undefined, '', 'wrong'])('turns away the token %j', async (token) => {
    const { near, far } = await wire({ isAuthorized: (given) => given === 'right' });
    const left = ended(far);
    const options = { contractVersion: 1, ...(token === undefined ? {} : { token }) };
    await expect(connect(contract, near, options)).rejects.toMatchObject({ code: 'unauthorized' });
    await left;
  });

  it('lets the right token in, and says so', async () => {
    let welcomed = 0;
    const { near } = await wire({ isAuthorized: (t) => t === 'right', onWelcomed: () => welcomed++ });
    const numbers = await connect(contract, near, { contractVersion: 1, token: 'right' });
    expect(await numbers.call('number.double', { n: 4 })).toEqual({ n: 8 });
    expect(welcomed).toBe(1);
  });

  it.each(['{"t":"req","id":1,"method":"number.double","params":{"n":1}}', '{"t":"hello"}', 'hello'])(
    'turns away whoever does not begin with a hello: %s',
    async (text) => {
      const { near, far, sendText } = await wire();
      const answers: unknown[] = [];
      near.onFrame((frame) => answers.push(frame));
      const left = ended(far);
      // A WebSocket must be open before raw text can be put on it; the hello of a link would wait for that by itself.
      await expect
        .poll(() => {
          try {
            sendText(text);
            return true;
          } catch {
            return false;
          }
        })
        .toBe(true);
      await left;
      await ended(near);
      expect(answers[0]).toMatchObject({ t: 'err', id: 0, code: 'bad-params' });
    },
  );

  it('rejects a connect whose link ends before the welcome', async () => {
    const opened = await open();
    wiresInUse.push(opened);
    const connecting = connect(contract, opened.near, { contractVersion: 1 });
    opened.far.close();
    await expect(connecting).rejects.toMatchObject({ code: 'disconnected' });
  });
});
