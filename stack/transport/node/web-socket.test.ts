import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createSystemClock, type SystemClock } from '../../core/node/system-clock.ts';
import { octetText } from '../../message/octets.ts';
import type { StreamTransport } from '../stream-transport.ts';
import type { ConnectionEvent, Transport } from '../transport.ts';
import { createDevCa } from './dev-ca.ts';
import { createTlsContext } from './tls-context.ts';
import { bindMux, bindWs, type WebSocketListenOptions } from './web-socket.ts';

/* What only a peer of another make shows: a WebSocket that does as it likes, or no WebSocket at all. */
const MESSAGE = 'OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n';
const HOST = '127.0.0.1';

let clock: SystemClock;
let open: StreamTransport[];
let ends: (() => void)[];

beforeEach(() => {
  clock = createSystemClock();
  open = [];
  ends = [];
});

afterEach(async () => {
  for (const end of ends) end();
  for (const transport of open) await transport.close();
  expect([clock.pending, open.map(({ stats }) => stats.connections)]).toEqual([0, open.map(() => 0)]);
});

async function listen(options: Partial<WebSocketListenOptions> = {}): Promise<StreamTransport> {
  const transport = await bindWs({ host: HOST, port: 0 }, { clock, ...options });
  open.push(transport);
  return transport;
}

function browse(
  transport: Transport,
  path = '/',
  options: object = {},
  protocol: string[] = ['sip'],
): WebSocket {
  const webSocket = new WebSocket(`ws://${HOST}:${transport.local.port}${path}`, protocol, options);
  ends.push(() => webSocket.terminate());
  webSocket.on('error', () => undefined);
  return webSocket;
}

async function opened(webSocket: WebSocket): Promise<WebSocket> {
  await once(webSocket, 'open');
  return webSocket;
}

async function raw(transport: Transport): Promise<Socket> {
  const socket = connect(transport.local.port, HOST);
  ends.push(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function nextEvent(transport: Transport, kind?: ConnectionEvent['kind']): Promise<ConnectionEvent> {
  return new Promise((resolve) => {
    const leave = transport.onConnection((event) => {
      if (kind !== undefined && event.kind !== kind) return;
      leave();
      resolve(event);
    });
  });
}

async function answerTo(socket: Socket, text: string): Promise<string> {
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

describe('RFC 7118 §4: the handshake', () => {
  it('answers the subprotocol sip among others', async () => {
    const transport = await listen();
    const webSocket = await opened(browse(transport, '/any/path', {}, ['msrp', 'sip']));
    expect(webSocket.protocol).toBe('sip');
  });

  it.each<[string, object, string, string[], number, string]>([
    ['without the subprotocol', {}, '/sip', [], 400, 'The subprotocol sip must be offered (RFC 7118).'],
    [
      'with another subprotocol only',
      {},
      '/sip',
      ['msrp'],
      400,
      'The subprotocol sip must be offered (RFC 7118).',
    ],
    ['for another path', {}, '/other', ['sip'], 404, 'The WebSocket is at /sip.'],
    [
      'from a page of another origin',
      { origin: 'https://evil.example' },
      '/sip',
      ['sip'],
      403,
      'Pages of this origin may not connect.',
    ],
  ])('refuses one %s', async (_, options, path, protocols, status, reason) => {
    const transport = await listen({ webSocket: { path: '/sip', origins: ['https://good.example'] } });
    const event = nextEvent(transport);
    const [, response] = (await once(browse(transport, path, options, protocols), 'unexpected-response')) as [
      unknown,
      { statusCode: number },
    ];
    expect(response.statusCode).toBe(status);
    const { kind, error } = await event;
    expect([kind, error?.code, error?.message]).toEqual([
      'failed',
      'refused',
      `the WebSocket handshake was refused: ${reason}`,
    ]);
  });

  it('takes pages of the origins allowed, and programs, which have none', async () => {
    const transport = await listen({ webSocket: { path: '/sip', origins: ['https://good.example'] } });
    await opened(browse(transport, '/sip?token=1', { origin: 'https://good.example' }));
    await opened(browse(transport, '/sip'));
    expect(transport.stats.connections).toBe(2);
  });

  it.each([
    ['a page asked for', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1.1 426 Upgrade Required\r\n/],
    ['garbage', '\x16\x03\x01\x02\x00\x01\x00', /^HTTP\/1.1 400 Bad Request\r\n/],
    ['SIP as it is', MESSAGE, /^HTTP\/1.1 400 Bad Request\r\n/],
    ['headers without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(70_000)}`, /^HTTP\/1.1 400 Bad Request\r\n/],
  ])('answers %s in HTTP and closes', async (_, text, expected) => {
    const transport = await listen();
    const event = nextEvent(transport);
    expect(await answerTo(await raw(transport), text)).toMatch(expected);
    expect((await event).error?.code).toBe('refused');
    expect(transport.stats.connections).toBe(0);
  });

  it('gives up a handshake that does not come to an end', async () => {
    const hits: string[] = [];
    const transport = await listen({
      limits: { connectTimeoutMs: 100 },
      onLimit: ({ limit }) => hits.push(limit),
    });
    const socket = await raw(transport);
    socket.write('GET / HTTP/1.1\r\nUpgrade: websocket\r\n');
    await once(socket, 'close');
    expect(hits).toEqual(['first-message-time']);
  });

  it('asks for the name it dials, also where URLs take it for none (RFC 6455 §4.1)', async () => {
    const heads: string[] = [];
    const server = createServer((peer) => {
      peer.on('data', (head) => {
        heads.push(/^Host: (.*)\r$/m.exec(head.toString('latin1'))?.[1] ?? '');
        peer.destroy();
      });
    }).listen(0, HOST);
    ends.push(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const transport = await listen();
    for (const serverName of ['sip.example.com', 'xn--a.example', undefined])
      await new Promise((resolve) => {
        const target = { address: { host: HOST, port }, serverName, owner: 'a call' } as const;
        transport.send(Buffer.from(MESSAGE), target, resolve);
      });
    expect(heads).toEqual([`sip.example.com:${port}`, `xn--a.example:${port}`, `${HOST}:${port}`]);
  });

  it('fails a send to an IPv6 address with a zone, and does not throw (RFC 4007 §11)', async () => {
    const transport = await bindWs({ host: '::1', port: 0 }, { clock });
    open.push(transport);
    const error = await new Promise<{ readonly code: string }>((resolve) => {
      transport.send(Buffer.from(MESSAGE), { address: { host: 'fe80::1%nowhere', port: 9 } }, resolve);
    });
    expect(error.code).toBe('unreachable');
  });

  it('fails a send when the server does not take the subprotocol, or is none', async () => {
    const alice = await listen();
    const http = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n');
    });
    http.listen(0, HOST);
    await once(http, 'listening');
    const other = new WebSocketServer({ host: HOST, port: 0, handleProtocols: () => false });
    await once(other, 'listening');
    ends.push(
      () => http.close(),
      () => other.close(),
    );
    const reasons = [http, other].map(
      (server) =>
        new Promise((resolve) => {
          const { port } = server.address() as AddressInfo;
          alice.send(Buffer.from(MESSAGE), { address: { host: HOST, port } }, ({ code, message }) => {
            resolve(`${code}: ${message}`);
          });
        }),
    );
    expect(await Promise.all(reasons)).toEqual([
      'refused: the WebSocket handshake failed: Unexpected server response: 503',
      'refused: the WebSocket handshake failed: Server sent no subprotocol',
    ]);
  });
});

describe('RFC 7118 §5: messages', () => {
  it('takes text and binary alike, answers as text where that can be', async () => {
    const transport = await listen();
    const texts: string[] = [];
    transport.onReceived(({ bytes, from, connectionId }) => {
      texts.push(octetText(bytes));
      transport.send(bytes, { address: from, connectionId });
    });
    const webSocket = await opened(browse(transport));
    const answers: [string, boolean][] = [];
    webSocket.on('message', (data, isBinary) =>
      answers.push([(data as Buffer).toString('latin1'), isBinary]),
    );
    const octets = Buffer.from(`${MESSAGE}\xff`, 'latin1');
    webSocket.send(MESSAGE);
    webSocket.send(Buffer.from(MESSAGE));
    webSocket.send(octets);
    while (answers.length < 3) await once(webSocket, 'message');
    expect(texts).toEqual([MESSAGE, MESSAGE, `${MESSAGE}\xff`]);
    expect(answers).toEqual([
      [MESSAGE, false],
      [MESSAGE, false],
      [`${MESSAGE}\xff`, true],
    ]);
  });

  it('RFC 5626 §4.4.1: answers a double CRLF with a single one', async () => {
    const webSocket = await opened(browse(await listen()));
    webSocket.send('\r\n\r\n');
    const [pong] = (await once(webSocket, 'message')) as [Buffer];
    expect(pong.toString('latin1')).toBe('\r\n');
  });

  it.each<[string, (webSocket: WebSocket) => void, string, number]>([
    ['a message past the limit', (webSocket) => webSocket.send('x'.repeat(2001)), 'too-large', 1009],
    [
      'text that is no UTF-8',
      (webSocket) => webSocket.send(Buffer.of(0xff), { binary: false }),
      'closed',
      1007,
    ],
  ])('ends the connection for %s', async (_, misbehave, code, closeCode) => {
    const hits: string[] = [];
    const transport = await listen({
      limits: { headerBytes: 1000, bodyBytes: 1000 },
      onLimit: ({ limit }) => hits.push(limit),
    });
    const webSocket = await opened(browse(transport));
    const failed = nextEvent(transport, 'failed');
    misbehave(webSocket);
    const [theirs] = (await once(webSocket, 'close')) as [number];
    expect([(await failed).error?.code, theirs, hits]).toEqual([
      code,
      closeCode,
      code === 'too-large' ? ['body-size'] : [],
    ]);
  });

  it.each<[number | undefined, string]>([
    [1000, 'closed'],
    [1001, 'closed'],
    [undefined, 'closed'],
    [4001, 'failed: the WebSocket ended with code 4001: no more'],
  ])('RFC 6455 §7.4: tells an orderly close from another: %s', async (code, expected) => {
    const transport = await listen();
    const webSocket = await opened(browse(transport));
    const ended = new Promise((resolve) => {
      transport.onConnection(({ kind, error }) => {
        resolve(kind + (error === undefined ? '' : `: ${error.message}`));
      });
    });
    if (code === undefined) webSocket.close();
    else webSocket.close(code, code === 4001 ? 'no more' : undefined);
    expect(await ended).toBe(expected);
  });

  it('closes with 1000, after all that was sent', async () => {
    const transport = await listen();
    const webSocket = browse(transport);
    const { connectionId, remote } = await nextEvent(transport, 'opened');
    const heard: string[] = [];
    webSocket.on('message', (data) => heard.push((data as Buffer).toString('latin1')));
    const closed = once(webSocket, 'close');
    transport.send(Buffer.from(MESSAGE), { address: remote, connectionId });
    await Promise.resolve();
    await transport.close();
    expect([(await closed)[0], heard]).toEqual([1000, [MESSAGE]]);
  });
});

describe('keep-alive of WebSockets', () => {
  it('RFC 6455 §5.5.2: pings peers, and stays with those that answer', async () => {
    const bob = await listen();
    const alice = await listen({ keepAliveMs: 20 });
    let pings = 0;
    bob.onReceived(({ from, connectionId }) => {
      bob.send(Buffer.from(MESSAGE), { address: from, connectionId });
    });
    const peer = new WebSocketServer({ host: HOST, port: 0 });
    await once(peer, 'listening');
    const pinged = new Promise<void>((resolve) => {
      peer.on('connection', (webSocket) => {
        webSocket.on('ping', () => {
          if (++pings === 3) resolve();
        });
      });
    });
    const { port } = peer.address() as AddressInfo;
    alice.send(Buffer.from(MESSAGE), { address: { host: HOST, port } });
    await pinged;
    expect(alice.stats.connections).toBe(1);
    await alice.close();
    peer.close();
  });
});

describe('SIP and WebSockets on one port', () => {
  it('tells them apart by the first line, however it is cut, and frees the port when both are closed', async () => {
    const { sip, webSocket } = await bindMux({ host: HOST, port: 0 }, { clock });
    open.push(sip, webSocket);
    expect([sip.protocol, webSocket.protocol, sip.local]).toEqual(['tcp', 'ws', webSocket.local]);
    const heard: string[] = [];
    for (const transport of [sip, webSocket])
      transport.onReceived(({ bytes }) => heard.push(`${transport.protocol} ${octetText(bytes)}`));
    const plain = await raw(sip);
    // A method may begin like GET.
    const request = MESSAGE.replace('OPTIONS', 'GETTING');
    for (const octet of request) plain.write(octet);
    while (heard.length < 1) await new Promise((resolve) => setImmediate(resolve));
    const browser = await opened(browse(webSocket));
    browser.send(MESSAGE);
    while (heard.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual([`tcp ${request}`, `ws ${MESSAGE}`]);
    expect([sip.stats.connections, webSocket.stats.connections]).toEqual([1, 1]);
    await sip.close();
    await expect(bindWs(webSocket.local, { clock })).rejects.toMatchObject({ code: 'in-use' });
    await webSocket.close();
    const again = await bindWs(webSocket.local, { clock });
    open.push(again);
    expect(again.local).toEqual(webSocket.local);
  });

  it('shares the limit of connections among both', async () => {
    const hits: string[] = [];
    const { sip, webSocket } = await bindMux(
      { host: HOST, port: 0 },
      { clock, limits: { acceptedConnections: 2 }, onLimit: ({ limit }) => hits.push(limit) },
    );
    open.push(sip, webSocket);
    const plain = await raw(sip);
    plain.write(MESSAGE);
    await nextEvent(sip, 'opened');
    await opened(browse(webSocket));
    const third = await raw(sip);
    await once(third, 'close');
    expect(hits).toEqual(['connections']);
  });

  it('lets those go that say nothing', async () => {
    const { sip, webSocket } = await bindMux(
      { host: HOST, port: 0 },
      { clock, limits: { messageTimeoutMs: 100 } },
    );
    open.push(sip, webSocket);
    const failed = nextEvent(sip, 'failed');
    const silent = await raw(sip);
    silent.write('GE');
    await once(silent, 'close');
    expect((await failed).error?.code).toBe('timed-out');
  });

  it('works over TLS too', async () => {
    const ca = await createDevCa();
    const tls = createTlsContext({
      certificates: [await ca.issue({ names: [HOST] })],
      ca: [ca.pem.certificate],
    });
    const { sip, webSocket } = await bindMux({ host: HOST, port: 0 }, { clock, tls });
    open.push(sip, webSocket);
    const plain = connectTls({ host: HOST, port: sip.local.port, ca: ca.pem.certificate });
    ends.push(() => plain.destroy());
    plain.write(MESSAGE);
    const { tls: details } = await nextEvent(sip, 'opened');
    expect([sip.protocol, webSocket.protocol, details?.version]).toEqual(['tls', 'wss', 'TLSv1.3']);
    const browser = new WebSocket(`wss://${HOST}:${sip.local.port}/`, 'sip', { ca: ca.pem.certificate });
    browser.on('error', () => undefined);
    ends.push(() => browser.terminate());
    const { tls: web } = await nextEvent(webSocket, 'opened');
    expect(web?.cipher).toBe(details?.cipher);
  });
});
