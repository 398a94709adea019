import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createUserAgent } from '../../stack/agent/user-agent.ts';
import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import { createIds } from '../../stack/core/seeded-ids.ts';
import { silentLogger } from '../../stack/core/logger.ts';
import { parseMessage } from '../../stack/message/parse.ts';
import { bindTcp } from '../../stack/transport/node/tcp.ts';
import { createTlsContext } from '../../stack/transport/node/tls-context.ts';
import { bindTls } from '../../stack/transport/node/tls.ts';
import { bindWs, bindWss } from '../../stack/transport/node/web-socket.ts';
import { bindUdp } from '../../stack/transport/node/udp.ts';
import type { CapturedMessage } from '../../stack/transport/capture.ts';
import { openDevCa } from './dev-ca-file.ts';
import { ServerConfig, type ServerConfigInput } from '../contract/server-config.ts';
import { explainConfig, NodeStartError, startNode, type RunningNode } from './node.ts';

/* Verified: a node over real sockets of the loopback interface. What it answers: stack/server and stack/agent. */

const clock = createSystemClock();
const dataDir = mkdtempSync(join(tmpdir(), 'siphon-node-'));
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

afterAll(() => {
  rmSync(dataDir, { recursive: true });
});

const configOf = (input: ServerConfigInput): ServerConfig =>
  ServerConfig.parse({ udpBind: [], tcpBind: [], sipsBind: [], ...input });

const start = async (
  input: ServerConfigInput,
  capture?: (message: CapturedMessage) => void,
): Promise<RunningNode> => {
  const node = await startNode(configOf(input), {
    clock,
    ids: createIds('node'),
    log: silentLogger,
    dataDir,
    ...(capture === undefined ? {} : { capture }),
  });
  cleanups.push(() => node.stop(0));
  return node;
};

const portOf = (node: RunningNode, protocol: string, host = '127.0.0.1'): number => {
  const found = node.listeners.find((l) => l.protocol === protocol && l.host === host);
  if (found === undefined) throw new Error(`no ${protocol} listener at ${host}`);
  return found.port;
};

/** An agent of ours on the other side of the sockets. */
const caller = async (host: string) => {
  const agent = createUserAgent({
    clock,
    ids: createIds('caller'),
    identity: { product: '', contactUser: 'c' },
  });
  const transports = [
    await bindUdp({ host, port: 0 }, { clock }),
    await bindTcp({ host, port: 0 }, { clock }),
  ];
  for (const transport of transports) agent.addTransport(transport);
  cleanups.push(async () => {
    agent.dispose();
    await Promise.all(transports.map((t) => t.close()));
  });
  return agent;
};

const uriAt = (host: string, port: number, protocol: string): string =>
  `sip:siphon@${host.includes(':') ? `[${host}]` : host}:${port};transport=${protocol}`;

const takeUdpPort = async (): Promise<number> => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  cleanups.push(async () => {
    socket.close();
    await once(socket, 'close');
  });
  return socket.address().port;
};

const refusalOf = async (input: ServerConfigInput): Promise<NodeStartError> => {
  const error: unknown = await startNode(configOf(input), {
    clock,
    ids: createIds('x'),
    log: silentLogger,
    dataDir,
  }).catch((e: unknown) => e);
  if (error instanceof NodeStartError) return error;
  throw new Error('the node started or failed otherwise', { cause: error });
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  const [event] = await Promise.race([
    once(server, 'listening').then(() => ['free'] as const),
    once(server, 'error').then(() => ['taken'] as const),
  ]);
  if (event === 'free') server.close();
  return event === 'free';
};

describe('a node', () => {
  it.each([
    ['127.0.0.1', 'udp'],
    ['127.0.0.1', 'tcp'],
    ['::1', 'udp'],
    ['::1', 'tcp'],
  ])('serves OPTIONS and a call at %s over %s', async (host, protocol) => {
    const bind = [`${host.includes(':') ? `[${host}]` : host}:0`];
    const node = await start({ mode: 'full-uas', udpBind: bind, tcpBind: bind });
    const agent = await caller(host);
    const target = uriAt(host, portOf(node, protocol, host), protocol);

    const options = await agent.request({ method: 'OPTIONS', target });
    expect(options).toMatchObject({ kind: 'response', status: 200 });
    const contact = options.kind === 'response' ? options.message.first('Contact') : undefined;
    expect(contact).toContain(`${host.includes(':') ? `[${host}]` : host}:${portOf(node, protocol, host)}`);

    const call = agent.call({ target });
    const session = await new Promise<NonNullable<typeof call.session>>((resolve, reject) => {
      call.onAnswered(resolve);
      call.onFailed((result) => {
        reject(new Error(JSON.stringify(result)));
      });
    });
    expect(node.stats().activeCalls).toBe(1);
    const ended = new Promise((resolve) => call.onEnded(resolve));
    session.hangUp();
    await ended;
    expect(node.stats()).toMatchObject({ activeCalls: 0, activeTransactions: 0 });
    // OPTIONS 200 INVITE 100 180 200 ACK BYE 200
    expect(node.stats().messages).toBe(9);
  });

  it('records every message both ways, requests before their answers', async () => {
    const captured: string[] = [];
    const node = await start({ udpBind: ['127.0.0.1:0'] }, ({ direction, bytes, local, protocol }) => {
      const { startLine } = parseMessage(bytes);
      const what =
        startLine.kind === 'request'
          ? startLine.method
          : startLine.kind === 'response'
            ? startLine.status
            : '';
      captured.push(`${direction} ${protocol} ${local.port} ${what}`);
    });
    const port = portOf(node, 'udp');
    const agent = await caller('127.0.0.1');
    await agent.request({ method: 'OPTIONS', target: uriAt('127.0.0.1', port, 'udp') });
    expect(captured).toEqual([`in udp ${port} OPTIONS`, `out udp ${port} 200`]);
  });

  it('shows peers an address of this machine when it listens to all', async () => {
    const node = await start({ udpBind: ['0.0.0.0:0'] });
    const agent = await caller('127.0.0.1');
    const port = portOf(node, 'udp', '0.0.0.0');
    const result = await agent.request({ method: 'OPTIONS', target: uriAt('127.0.0.1', port, 'udp') });
    expect(result.kind === 'response' && result.message.first('Contact')).toBe(
      `<sip:siphon@127.0.0.1:${port}>`,
    );
  });

  it('resolves the name of a listener', async () => {
    const node = await start({ tcpBind: ['localhost:0'] });
    expect(node.listeners).toHaveLength(1);
    expect(['127.0.0.1', '::1']).toContain(node.listeners[0]?.host);
  });

  it('is named and reached as configured', async () => {
    const node = await start({
      udpBind: ['127.0.0.1:0'],
      userAgent: 'Müllers Prüfstand',
      localUri: 'sip:tester@lab.example',
    });
    const agent = await caller('127.0.0.1');
    const result = await agent.request({
      method: 'OPTIONS',
      target: uriAt('127.0.0.1', portOf(node, 'udp'), 'udp'),
    });
    const message = result.kind === 'response' ? result.message : undefined;
    expect(Buffer.from(message?.first('Server') ?? '', 'latin1').toString('utf8')).toBe('Müllers Prüfstand');
    expect(message?.first('Contact')).toContain('<sip:tester@127.0.0.1:');
  });

  it('tells its steps', async () => {
    const steps: string[] = [];
    const port = await takeUdpPort();
    const config = configOf({ tcpBind: ['127.0.0.1:0'], udpBind: [`127.0.0.1:${port}`] });
    await startNode(config, {
      clock,
      ids: createIds('x'),
      log: silentLogger,
      dataDir,
      onStep: (s) => steps.push(s),
    }).catch(() => undefined);
    expect(steps).toEqual([`binding udp 127.0.0.1:${port}`]);
  });
});

describe('a node over TLS and WebSockets', () => {
  it.each(['tls', 'ws', 'wss'] as const)(
    'serves OPTIONS and a call over %s with a certificate of the development CA (RFC 5922 §4, RFC 7118 §5)',
    async (protocol) => {
      const key = { tls: 'sipsBind', ws: 'wsBind', wss: 'wssBind' } as const;
      const node = await start({ mode: 'full-uas', [key[protocol]]: ['127.0.0.1:0'] });
      const { ca } = await openDevCa(dataDir);
      const tls = createTlsContext({
        ca: [ca.pem.certificate],
        certificates: [await ca.issue({ names: ['caller.example'] })],
      });
      const bind = {
        tls: () => bindTls({ host: '127.0.0.1', port: 0 }, { clock, tls }),
        ws: () => bindWs({ host: '127.0.0.1', port: 0 }, { clock }),
        wss: () => bindWss({ host: '127.0.0.1', port: 0 }, { clock, tls }),
      };
      const transport = await bind[protocol]();
      const agent = createUserAgent({
        clock,
        ids: createIds('caller'),
        identity: { product: '', contactUser: 'c' },
      });
      agent.addTransport(transport);
      cleanups.push(async () => {
        await agent.stop(0);
        await transport.close();
      });
      const target = uriAt('127.0.0.1', portOf(node, protocol), protocol);
      expect(await agent.request({ method: 'OPTIONS', target })).toMatchObject({
        kind: 'response',
        status: 200,
      });
      const call = agent.call({ target });
      const session = await new Promise<NonNullable<typeof call.session>>((resolve, reject) => {
        call.onAnswered(resolve);
        call.onFailed((result) => {
          reject(new Error(JSON.stringify(result)));
        });
      });
      const ended = new Promise((resolve) => call.onEnded(resolve));
      session.hangUp();
      expect(await ended).toMatchObject({ by: 'local' });
    },
  );

  it('speaks SIP and WebSocket on one port where both are asked for', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    probe.close();
    await once(probe, 'close');
    const at = `127.0.0.1:${port}`;
    const node = await start({ tcpBind: [at], wsBind: [at] });
    expect(node.listeners.map((l) => `${l.protocol} ${l.port}`)).toEqual([`tcp ${port}`, `ws ${port}`]);
    for (const bind of [bindTcp, bindWs]) {
      const transport = await bind({ host: '127.0.0.1', port: 0 }, { clock });
      const agent = createUserAgent({
        clock,
        ids: createIds('mux'),
        identity: { product: '', contactUser: 'c' },
      });
      agent.addTransport(transport);
      const target = uriAt('127.0.0.1', port, transport.protocol);
      expect(await agent.request({ method: 'OPTIONS', target })).toMatchObject({ status: 200 });
      await agent.stop(0);
      await transport.close();
    }
  });

  it('keeps the key of its development CA from others, and the CA from start to start', async () => {
    await start({ sipsBind: ['127.0.0.1:0'] });
    const { path } = await openDevCa(dataDir);
    expect(statSync(join(dataDir, 'development-ca.key')).mode & 0o077).toBe(0);
    expect(statSync(path).isFile()).toBe(true);
  });

  it.each([
    [{ tlsCert: 'x.pem' }, 'There is a certificate without its private key.'],
    [{ tlsKey: 'x.pem' }, 'There is a private key without its certificate.'],
    [
      { tlsCert: '/no/such.pem', tlsKey: '/no/such.key' },
      '/no/such.pem cannot be read: there is no such file or folder.',
    ],
    [{ tlsCa: '/no/such.pem' }, '/no/such.pem cannot be read: there is no such file or folder.'],
  ])('says what is wrong with %j', async (input, message) => {
    expect(await refusalOf({ sipsBind: ['127.0.0.1:0'], ...input })).toMatchObject({
      code: 'invalid-config',
      message,
    });
  });

  it('says that a file holds no certificate', async () => {
    const file = join(dataDir, 'garbage.pem');
    writeFileSync(file, 'garbage');
    const error = await refusalOf({ sipsBind: ['127.0.0.1:0'], tlsCert: file, tlsKey: file });
    expect([error.code, error.message.startsWith('TLS cannot be set up: ')]).toEqual([
      'invalid-config',
      true,
    ]);
  });
});

describe('stopping a node', () => {
  it('frees its ports and ends its calls with BYE', async () => {
    const node = await start({ mode: 'full-uas', udpBind: ['127.0.0.1:0'], tcpBind: ['127.0.0.1:0'] });
    const agent = await caller('127.0.0.1');
    const call = agent.call({ target: uriAt('127.0.0.1', portOf(node, 'udp'), 'udp') });
    await new Promise((resolve) => call.onAnswered(resolve));
    const ended = new Promise((resolve) => call.onEnded(resolve));
    await Promise.all([node.stop(5000), node.stop(5000)]);
    expect(await ended).toMatchObject({ by: 'remote', reason: 'hung up by the peer' });
    expect(await isFree(portOf(node, 'tcp'))).toBe(true);
    const again = await start({ udpBind: [`127.0.0.1:${portOf(node, 'udp')}`] });
    expect(again.listeners).toHaveLength(1);
  });

  it('closes the connections of its peers', async () => {
    const node = await start({ tcpBind: ['127.0.0.1:0'] });
    const socket = connect(portOf(node, 'tcp'), '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await node.stop(0);
    await closed;
  });
});

describe('a node that cannot start', () => {
  it('says which port is in use, and leaves nothing bound', async () => {
    const port = await takeUdpPort();
    const probe = createServer();
    probe.listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    const free = typeof address === 'object' ? (address?.port ?? 0) : 0;
    probe.close();
    await once(probe, 'close');
    // The TCP listener comes after the UDP ones; the first UDP one is bound when the second fails.
    const error = await refusalOf({ udpBind: [`127.0.0.1:${free}`, `127.0.0.1:${port}`] });
    expect(error).toMatchObject({
      code: 'port-in-use',
      listener: { protocol: 'udp', host: '127.0.0.1', port },
      message: `UDP 127.0.0.1:${port} is in use.`,
    });
    expect(error.hint).toContain('port 0');
    const again = await start({ udpBind: [`127.0.0.1:${free}`] });
    expect(again.listeners[0]?.port).toBe(free);
  });

  it.each(['udp', 'tcp'])('says that an address is not of this machine (%s)', async (protocol) => {
    const error = await refusalOf({ [`${protocol}Bind`]: ['192.0.2.1:0'] });
    expect(error).toMatchObject({ code: 'address-not-available', listener: { protocol, host: '192.0.2.1' } });
    expect(error.message).toContain('no address 192.0.2.1');
  });

  it('says that a name does not resolve', async () => {
    const error = await refusalOf({ udpBind: ['no-such-host.invalid:5060'] });
    expect(error).toMatchObject({ code: 'address-not-available' });
    expect(error.message).toContain('no-such-host.invalid');
  });

  it('wants at least one listener', async () => {
    expect(await refusalOf({})).toMatchObject({ code: 'invalid-config', listener: undefined });
  });
});

describe('explainConfig', () => {
  it('tells what each mode does, one sentence a handler', () => {
    expect(explainConfig(configOf({ mode: 'minimal' }))).toEqual([
      'OPTIONS: answers 200 with Allow, Accept and Supported as they are served here.',
      'Anything else: answers 405 with Allow, or 501 to a method nobody has specified.',
    ]);
    const full = explainConfig(configOf({ mode: 'full-uas', ringMs: 200 }));
    expect(full).toHaveLength(12);
    expect(full.join(' ')).toContain('200 ms of ringing');
    expect(explainConfig(configOf({ mode: 'full-uas', autoAcceptCalls: false })).join(' ')).toContain('480');
  });
});
