import { once } from 'node:events';
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSystemClock, type SystemClock } from '../../core/node/system-clock.ts';
import type { StreamTransport } from '../stream-transport.ts';
import type { ConnectionEvent, Target } from '../transport.ts';
import { createDevCa, type DevCa } from './dev-ca.ts';
import { createTlsContext, type KeyPair, type TlsOptions } from './tls-context.ts';
import { bindTls, type TlsListenOptions } from './tls.ts';

const MESSAGE = 'OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n';
const HOST = '127.0.0.1';

let ca: DevCa;
let trusted: { readonly ca: readonly string[] };
let forAddress: KeyPair;
let forName: KeyPair;

let clock: SystemClock;
let opened: StreamTransport[];
let peers: Socket[];

beforeAll(async () => {
  ca = await createDevCa();
  trusted = { ca: [ca.pem.certificate] };
  forAddress = await ca.issue({ names: [HOST] });
  forName = await ca.issue({ names: ['sip.example.com'] });
});

beforeEach(() => {
  clock = createSystemClock();
  opened = [];
  peers = [];
});

afterEach(async () => {
  for (const peer of peers) peer.destroy();
  for (const transport of opened) await transport.close();
  expect([clock.pending, opened.map(({ stats }) => stats.connections)]).toEqual([0, opened.map(() => 0)]);
});

interface Bound {
  readonly transport: StreamTransport;
  readonly events: ConnectionEvent[];
  /** The next event that is not there yet. */
  next(kind?: ConnectionEvent['kind']): Promise<ConnectionEvent>;
}

async function bind(tls: TlsOptions, options: Partial<TlsListenOptions> = {}): Promise<Bound> {
  const transport = await bindTls(
    { host: HOST, port: 0 },
    { clock, tls: createTlsContext({ ...trusted, ...tls }), ...options },
  );
  opened.push(transport);
  const events: ConnectionEvent[] = [];
  let seen = 0;
  transport.onConnection((event) => events.push(event));
  return {
    transport,
    events,
    next: async (kind) => {
      const found = (): number =>
        events.findIndex((event, at) => at >= seen && (kind ?? event.kind) === event.kind);
      while (found() < 0) await new Promise((resolve) => setImmediate(resolve));
      seen = found() + 1;
      return events[seen - 1] as ConnectionEvent;
    },
  };
}

function send(from: Bound, to: Bound, target: Partial<Target> = {}): Promise<string> {
  return new Promise((resolve) => {
    from.transport.send(Buffer.from(MESSAGE), { address: to.transport.local, ...target }, (error) => {
      resolve(`${error.code}: ${error.message}`);
    });
    const leave = to.transport.onReceived(() => {
      leave();
      resolve('arrived');
    });
  });
}

async function dial(to: Bound, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const peer = connectTls({
    host: HOST,
    port: to.transport.local.port,
    ca: ca.pem.certificate,
    checkServerIdentity: () => undefined,
    ...options,
  });
  peers.push(peer);
  await once(peer, 'secureConnect');
  return peer;
}

describe('RFC 5922: who may be talked to over a connection we open', () => {
  it.each<[string, () => KeyPair | Promise<KeyPair>, Partial<Target>, string]>([
    ['the address, by an address in the certificate', () => forAddress, {}, 'arrived'],
    ['a name, by a SIP URI', () => forName, { serverName: 'sip.example.com' }, 'arrived'],
    [
      'a name, by a DNS name',
      () => ca.issue({ names: ['dns.example.com'], sipDomains: [] }),
      { serverName: 'DNS.example.com' },
      'arrived',
    ],
    [
      'not another name (RFC 5922 §4)',
      () => forName,
      { serverName: 'example.com' },
      'the certificate is for sip.example.com, not for example.com',
    ],
    [
      'not the address by a certificate for a name',
      () => forName,
      {},
      'the certificate names no SIP address, so it is not for 127.0.0.1',
    ],
    [
      'not a name by a wildcard (RFC 5922 §7.2)',
      () => ca.issue({ names: ['*.example.com'], sipDomains: [] }),
      { serverName: 'sip.example.com' },
      'SIP takes no wildcard',
    ],
    [
      'not with an expired certificate',
      () => ca.issue({ names: [HOST], notBeforeMs: 1e12, notAfterMs: 1.1e12 }),
      {},
      'its certificate has expired',
    ],
    [
      'not with a certificate that holds from tomorrow on',
      () => ca.issue({ names: [HOST], notBeforeMs: Date.now() + 86_400_000 }),
      {},
      'its certificate is not valid yet',
    ],
    [
      'not with the certificate of an authority unknown here',
      async () => (await createDevCa()).issue({ names: [HOST] }),
      {},
      'its certificate is not signed by an authority that is trusted here',
    ],
  ])('%s', async (_, certificate, target, outcome) => {
    const bob = await bind({ certificates: [await certificate()] });
    const alice = await bind({ certificates: [forAddress] });
    const result = await send(alice, bob, target);
    if (outcome === 'arrived') {
      expect(result).toBe('arrived');
      expect((await alice.next()).tls).toMatchObject({ isAuthorized: true, whyNot: undefined });
    } else {
      expect(result).toMatch(/^tls: TLS with 127\.0\.0\.1:\d+ failed: /);
      expect(result).toContain(outcome);
      expect(alice.events.map(({ kind, error }) => `${kind} ${error?.code ?? ''}`)).toEqual(['failed tls']);
    }
  });

  it('can be told not to insist, and still says what is wrong', async () => {
    const bob = await bind({ certificates: [forName] });
    const alice = await bind({ certificates: [forAddress], verify: false });
    expect(await send(alice, bob, { serverName: 'example.com' })).toBe('arrived');
    expect((await alice.next()).tls).toMatchObject({
      isAuthorized: false,
      whyNot: 'the certificate is for sip.example.com, not for example.com',
      peer: { subject: 'CN=sip.example.com', issuer: 'CN=Siphon Workbench development CA' },
    });
  });

  it('mistake 10: RFC 6066 §3: asks by SNI for a name, never for an address', async () => {
    const bob = await bind({ certificates: [forAddress, forName] });
    const alice = await bind({ certificates: [forAddress] });
    expect(await send(alice, bob)).toBe('arrived');
    expect((await bob.next()).tls?.serverName).toBeUndefined();
    expect(await send(alice, bob, { serverName: 'sip.example.com' })).toBe('arrived');
    expect((await bob.next()).tls?.serverName).toBe('sip.example.com');
    // The name of a target may turn out to be an address.
    expect(await send(alice, bob, { serverName: HOST })).toBe('arrived');
    expect((await bob.next()).tls?.serverName).toBeUndefined();
  });

  it('mistake 11: RFC 5922 §4: uses no connection that was made for another name', async () => {
    const both = await ca.issue({ names: ['a.example', 'b.example', HOST] });
    const bob = await bind({ certificates: [both] });
    const alice = await bind({ certificates: [forAddress] });
    for (const serverName of ['a.example', 'b.example', 'A.example', undefined])
      expect(await send(alice, bob, { serverName })).toBe('arrived');
    expect(bob.events.map(({ tls }) => tls?.serverName)).toEqual(['a.example', 'b.example', undefined]);
    const [forA] = alice.events;
    expect(await send(alice, bob, { connectionId: forA?.connectionId, serverName: 'b.example' })).toBe(
      'arrived',
    );
    expect(alice.events).toHaveLength(3);
  });
});

describe('certificates of a listener', () => {
  it('shows the one whose name is asked for, else makes one, else shows the first', async () => {
    const bob = await bind({
      certificates: [forAddress, forName],
      certificateFor: (name) =>
        name.endsWith('.example') ? ca.issue({ names: [name] }) : Promise.reject(new Error('no such name')),
    });
    const shown: string[] = [];
    for (const servername of ['sip.example.com', 'made.example', 'other.invalid', '']) {
      const peer = await dial(bob, { servername });
      shown.push(String(peer.getPeerCertificate().subject.CN));
    }
    expect(shown).toEqual(['sip.example.com', 'made.example', HOST, HOST]);
  });

  it('can be replaced while it listens; connections that are open stay', async () => {
    const tls = createTlsContext({ ...trusted, certificates: [forAddress] });
    const bob = await bind({}, { tls });
    const before = await dial(bob);
    tls.setCertificates([forName]);
    const after = await dial(bob);
    const named = await dial(bob, { servername: 'sip.example.com' });
    expect([before, after, named].map((peer) => peer.getPeerCertificate().subject.CN)).toEqual([
      HOST,
      'sip.example.com',
      'sip.example.com',
    ]);
    expect(before.readyState).toBe('open');
  });
});

describe('mutual TLS', () => {
  it.each<
    [NonNullable<TlsOptions['clientAuth']>, string, () => Partial<TlsOptions>, string, string | undefined]
  >([
    ['require', 'a trusted certificate', () => ({ clientCertificate: forName }), 'opened', undefined],
    ['require', 'its own server certificate', () => ({ certificates: [forName] }), 'opened', undefined],
    ['request', 'none', () => ({ certificates: [] }), 'opened', 'it shows no certificate'],
    [
      'none',
      'one nobody asked for',
      () => ({ clientCertificate: forName }),
      'opened',
      'no certificate was asked for',
    ],
    ['require', 'none', () => ({ certificates: [] }), 'failed', 'it shows no certificate'],
  ])('%s: a client with %s', async (clientAuth, _, client, kind, whyNot) => {
    const bob = await bind({ certificates: [forAddress], clientAuth });
    const context = createTlsContext({ ...trusted, ...client() });
    const peer = connectTls({ host: HOST, port: bob.transport.local.port, ...context.clientOptions() });
    peers.push(peer);
    peer.on('error', () => undefined);
    const event = await bob.next();
    expect(event.kind).toBe(kind);
    if (kind === 'opened') {
      expect(event.tls).toMatchObject({ isAuthorized: whyNot === undefined, whyNot });
    } else {
      expect([event.error?.code, event.error?.message]).toEqual([
        'tls',
        expect.stringContaining(whyNot ?? ''),
      ]);
    }
  });

  it('refuses a client whose authority is unknown here, and says so', async () => {
    const stranger = await (await createDevCa()).issue({ names: ['a.example'] });
    const bob = await bind({ certificates: [forAddress], clientAuth: 'require' });
    const peer = await dial(bob, { cert: stranger.certificate, key: stranger.key });
    await once(peer, 'close');
    expect((await bob.next()).error?.message).toContain('not signed by an authority that is trusted here');
  });

  it.each<[string, boolean]>([
    ['sip.example.com', true],
    ['other.example.com', false],
  ])(
    'RFC 5923 §6: a request for %s takes the connection of its sent-by only if the certificate is for that name: %s',
    async (serverName, isReused) => {
      const bob = await bind({ certificates: [forAddress], clientAuth: 'request' });
      const alice = await bind({ certificates: [forName] });
      expect(await send(alice, bob, { serverName: HOST })).toBe('arrived');
      const { connectionId } = await bob.next();
      bob.transport.alias(connectionId, alice.transport.local.port);
      const carrier = bob.transport.send(Buffer.from(MESSAGE), {
        address: alice.transport.local,
        serverName,
      });
      expect(carrier === connectionId).toBe(isReused);
    },
  );
});

describe('connections that a peer opened', () => {
  it.each<[string, 'none' | 'request', string, boolean]>([
    ['proved nothing: the dialog knows who is there', 'none', 'other.example.com', true],
    ['proved the name', 'request', 'sip.example.com', true],
    ['proved another name', 'request', 'other.example.com', false],
  ])('carry a request that names them when the peer %s', async (_, clientAuth, serverName, isUsed) => {
    const bob = await bind({ certificates: [forAddress], clientAuth });
    const alice = await bind({ certificates: [forName] });
    expect(await send(alice, bob)).toBe('arrived');
    const { connectionId } = await bob.next();
    const target = { address: alice.transport.local, connectionId, serverName };
    expect(bob.transport.send(Buffer.from(MESSAGE), target) === connectionId).toBe(isUsed);
  });
});

describe('versions, ALPN and keys', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s and tells so', async (version) => {
    const bob = await bind({ certificates: [forAddress], alpn: ['sip/2'] });
    const alice = await bind({
      certificates: [forAddress],
      alpn: ['sip/2'],
      minVersion: version,
      maxVersion: version,
    });
    expect(await send(alice, bob)).toBe('arrived');
    const { tls } = await alice.next();
    expect(tls).toMatchObject({ version, alpn: 'sip/2', cipher: expect.stringMatching(/^TLS_/) as string });
    expect((await bob.next()).tls).toMatchObject({ version, alpn: 'sip/2', cipher: tls?.cipher });
  });

  it('refuses a version below the minimum, on both sides in one sentence', async () => {
    const bob = await bind({ certificates: [forAddress], minVersion: 'TLSv1.3' });
    const alice = await bind({ certificates: [forAddress], maxVersion: 'TLSv1.2' });
    expect(await send(alice, bob)).toMatch(/^tls: .* ended the connection with the alert protocol version$/);
    expect((await bob.next()).error?.message).toMatch(
      / failed: it offers no TLS version that is allowed here$/,
    );
  });

  it('gives the keys to whoever asked for them, in the format of SSLKEYLOGFILE', async () => {
    const lines: string[] = [];
    const bob = await bind({ certificates: [forAddress], onKeyLog: (line) => lines.push(line) });
    await dial(bob);
    await bob.next();
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^[A-Z_\d]+ [\da-f]{64} [\da-f]+$/);
  });
});

describe('ends and bad handshakes', () => {
  it('RFC 8446 §6.1: says close_notify before it closes, and hears that of the peer', async () => {
    const bob = await bind({ certificates: [forAddress] });
    const peer = await dial(bob, { allowHalfOpen: true } as ConnectionOptions);
    peer.end();
    peer.resume();
    // A connection cut off without close_notify is an error to Node's client.
    await once(peer, 'end');
    expect([(await bob.next()).kind, (await bob.next()).kind]).toEqual(['opened', 'closed']);
    const other = await dial(bob);
    other.resume();
    const ended = once(other, 'end');
    await bob.next();
    await bob.transport.close();
    await ended;
  });

  it('plain text on a TLS port fails with one sentence and leaves nothing', async () => {
    const bob = await bind({ certificates: [forAddress] });
    const peer = connectTcp(bob.transport.local.port, HOST);
    peers.push(peer);
    peer.on('error', () => undefined);
    peer.write(MESSAGE);
    const { kind, error } = await bob.next();
    expect([kind, error?.code]).toEqual(['failed', 'tls']);
    expect(error?.message).toMatch(/failed: it does not speak TLS on this connection$/);
    expect(bob.transport.stats.connections).toBe(0);
  });

  it.each<[string, (peer: Socket) => void, string]>([
    ['leaves', (peer) => peer.resetAndDestroy(), 'tls'],
    ['says nothing', () => undefined, 'timed-out'],
    ['ends its half and waits', (peer) => peer.end(), 'timed-out'],
  ])('a peer that %s during the handshake is reported and let go', async (_, misbehave, code) => {
    const hits: string[] = [];
    const bob = await bind(
      { certificates: [forAddress] },
      { limits: { connectTimeoutMs: 200 }, onLimit: ({ limit }) => hits.push(limit) },
    );
    const peer = connectTcp({ port: bob.transport.local.port, host: HOST, allowHalfOpen: true });
    peers.push(peer);
    peer.on('error', () => undefined);
    await once(peer, 'connect');
    misbehave(peer);
    const { error } = await bob.next('failed');
    expect([error?.code, hits]).toEqual([code, code === 'timed-out' ? ['first-message-time'] : []]);
  });

  it('a server that answers in plain text, or leaves, fails the send with one sentence', async () => {
    const alice = await bind({ certificates: [forAddress] });
    const replies: ((socket: Socket) => void)[] = [
      (socket) => socket.write('SIP/2.0 400 Bad Request\r\n\r\n'),
      (socket) => socket.destroy(),
    ];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => replies.shift()?.(socket));
    });
    server.listen(0, HOST);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const fail = (): Promise<string> =>
      new Promise((resolve) => {
        alice.transport.send(Buffer.from(MESSAGE), { address: { host: HOST, port } }, ({ code, message }) => {
          resolve(`${code}: ${message}`);
        });
      });
    expect(await fail()).toBe(
      `tls: TLS with ${HOST}:${port} failed: it does not speak TLS on this connection`,
    );
    expect(await fail()).toBe(
      `tls: TLS with ${HOST}:${port} failed: it ended the connection during the handshake`,
    );
    server.close();
  });

  it('counts handshakes among the connections of the listener', async () => {
    const hits: string[] = [];
    const bob = await bind(
      { certificates: [forAddress] },
      { limits: { acceptedConnections: 2 }, onLimit: ({ limit }) => hits.push(limit) },
    );
    const silent = [0, 1].map(() => connectTcp(bob.transport.local.port, HOST));
    peers.push(...silent);
    for (const peer of silent) await once(peer, 'connect');
    const third = connectTcp(bob.transport.local.port, HOST);
    peers.push(third);
    third.on('error', () => undefined);
    await once(third, 'close');
    expect([hits, bob.transport.stats.refusedConnections]).toEqual([['connections'], 1]);
  });
});
