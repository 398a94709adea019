import { describe, expect, it } from 'vitest';
import type { Address } from '../core/address.ts';
import { recordRoutes, routes } from '../message/headers/name-addr.ts';
import type { SipMessage } from '../message/message.ts';
import type { Binding } from '../registrar/location.ts';
import { createProxyLab } from '../testing/proxy-lab.ts';
import type { RawPeer } from '../testing/raw-peer.ts';
import { FlowTokens } from './flow-token.ts';
import type { ProxyPolicy } from './policy.ts';

/*
 * Verified: clients that can only be reached over the connection they opened: browsers (RFC 7118) and outbound (RFC 5626).
 */

const PROXY: Address = { host: '10.0.0.1', port: 5060 };
const WS: Address = { host: '10.0.0.1', port: 8080 };

/** A keyed hash good enough for a test: another key gives another result. */
const signWith =
  (key: string) =>
  (text: string): string => {
    let sum = 17;
    for (const sign of key + text) sum = (Math.imul(sum, 31) + sign.charCodeAt(0)) >>> 0;
    return sum.toString(16).padStart(8, '0').repeat(4);
  };

const uriOf = ({ startLine }: SipMessage): string => (startLine.kind === 'request' ? startLine.uri : '');
const routesOf = (message: SipMessage): readonly string[] => routes(message).map(({ uri }) => uri);
const recordedBy = (message: SipMessage): readonly string[] => recordRoutes(message).map(({ uri }) => uri);

const lab = (policy: Partial<ProxyPolicy> = {}) => {
  const base = createProxyLab();
  const node = base.node('proxy', {
    listeners: [
      ['udp', PROXY],
      ['ws', WS],
      ['tcp', PROXY],
    ],
    policy: { domains: ['example.com'], sign: signWith('secret'), ...policy },
  });
  const connections: { id: string | undefined; from: Address; to: Address }[] = [];
  for (const transport of node.agent.context.listeners.transports)
    transport.onReceived(({ connectionId: id, from, to }) => connections.push({ id, from, to }));
  /** A browser: opens a connection by a first message, and is bound to it. */
  const browser = async (user: string, host: string, more: Partial<Binding> = {}): Promise<RawPeer> => {
    const peer = base.peerOver('ws', { host, port: 5555 }, WS);
    peer.send({ method: 'OPTIONS', uri: 'sip:10.0.0.1', callId: `open-${user}` });
    await base.settle();
    peer.take();
    const { id, from = WS, to = WS } = connections.at(-1) ?? {};
    base.locations.bind(`sip:${user}@example.com`, `sip:${user}@${user}.invalid;transport=ws`, {
      flow: { protocol: 'ws', local: to, remote: from, connectionId: id },
      ...more,
    });
    return peer;
  };
  const closeAll = async (): Promise<void> => {
    base.clock.advance(70_000);
    for (const transport of node.agent.context.listeners.transports) void transport.close();
    await base.pass(1000);
  };
  return { ...base, ...node, browser, closeAll };
};

/** Sets up a call and returns INVITE and 200 as they came. */
const establish = async (
  it_: ReturnType<typeof lab>,
  alice: RawPeer,
  bob: RawPeer,
  uri = 'sip:bob@example.com',
) => {
  alice.send({ method: 'INVITE', uri, callId: 'call' });
  await it_.settle();
  const invite = bob.last;
  bob.respond(
    invite,
    '200 OK',
    [
      ...invite.all('Record-Route').map((value) => `Record-Route: ${value}`),
      'Contact: <sip:bob@bob.invalid;transport=ws>',
    ],
    'b',
  );
  await it_.settle();
  const recorded = recordedBy(alice.last);
  const fromAlice = [...recorded]
    .reverse()
    .map((value) => `<${value}>`)
    .join(', ');
  const fromBob = recorded.map((value) => `<${value}>`).join(', ');
  alice.take();
  bob.take();
  return { invite, recorded, fromAlice, fromBob };
};

describe('browsers behind WebSockets (RFC 7118 §5, RFC 5626 §5.3)', () => {
  it('reaches a browser over the connection it registered on, inside the dialog too, from both sides', async () => {
    const it_ = lab();
    const alice = it_.peer('10.0.0.8');
    const bob = await it_.browser('bob', '10.0.0.9');
    const { recorded, fromAlice, fromBob } = await establish(it_, alice, bob);
    // The side of the browser names its flow, the other side does not.
    expect(recorded.map((uri) => uri.includes('@'))).toEqual([true, false]);
    alice.send({
      method: 'ACK',
      uri: 'sip:bob@bob.invalid;transport=ws',
      toTag: 'b',
      callId: 'call',
      branch: 'z9hG4bK-a',
      lines: [`Route: ${fromAlice}`],
    });
    alice.send({
      method: 'INFO',
      uri: 'sip:bob@bob.invalid;transport=ws',
      toTag: 'b',
      callId: 'call',
      cseq: 2,
      lines: [`Route: ${fromAlice}`],
    });
    await it_.settle();
    expect(bob.take()).toEqual(['ACK', 'INFO']);
    expect([uriOf(bob.last), routesOf(bob.last)]).toEqual(['sip:bob@bob.invalid;transport=ws', []]);
    bob.send({
      method: 'BYE',
      uri: 'sip:peer@10.0.0.8:5060',
      toTag: 'peer',
      fromTag: 'b',
      callId: 'call',
      lines: [`Route: ${fromBob}`],
    });
    await it_.settle();
    expect(alice.take()).toEqual(['BYE']);
    await it_.closeAll();
    expect(it_.clock.pending).toBe(0);
  });

  it('connects two browsers on one listener: each has its own Record-Route value', async () => {
    const it_ = lab();
    const alice = await it_.browser('alice', '10.0.0.8');
    const bob = await it_.browser('bob', '10.0.0.9');
    const { recorded, fromAlice, fromBob } = await establish(it_, alice, bob);
    expect(recorded.map((uri) => uri.includes('@'))).toEqual([true, true]);
    expect(new Set(recorded).size).toBe(2);
    alice.send({
      method: 'INFO',
      uri: 'sip:bob@bob.invalid;transport=ws',
      toTag: 'b',
      callId: 'call',
      cseq: 2,
      lines: [`Route: ${fromAlice}`],
    });
    bob.send({
      method: 'BYE',
      uri: 'sip:alice@alice.invalid;transport=ws',
      toTag: 'peer',
      fromTag: 'b',
      callId: 'call',
      lines: [`Route: ${fromBob}`],
    });
    await it_.settle();
    expect([alice.take(), bob.take()]).toEqual([['BYE'], ['INFO']]);
    await it_.closeAll();
  });

  it('answers 430 to an in-dialog request whose flow is gone, and 480 to a call for one who is gone (RFC 5626 §5.3.2)', async () => {
    const it_ = lab();
    const alice = it_.peer('10.0.0.8');
    const bob = await it_.browser('bob', '10.0.0.9');
    const { fromAlice } = await establish(it_, alice, bob);
    void bob.transport.close();
    await it_.pass(100);
    alice.send({
      method: 'INFO',
      uri: 'sip:bob@bob.invalid;transport=ws',
      toTag: 'b',
      callId: 'call',
      cseq: 2,
      lines: [`Route: ${fromAlice}`],
    });
    await it_.settle();
    alice.send({ method: 'INVITE', uri: 'sip:bob@example.com', callId: 'another', cseq: 3 });
    await it_.settle();
    expect(alice.take()).toEqual(['430 Flow Failed', '480 Temporarily Unavailable']);
    await it_.closeAll();
  });

  it('refuses a token it has not signed with 403', async () => {
    const it_ = lab();
    const alice = it_.peer('10.0.0.8');
    await it_.browser('bob', '10.0.0.9');
    const forged = new FlowTokens(signWith('guess')).write({
      protocol: 'ws',
      local: WS,
      remote: { host: '10.0.0.9', port: 5555 },
      connectionId: '1',
    });
    alice.send({
      method: 'INFO',
      uri: 'sip:bob@x',
      toTag: 'b',
      lines: [`Route: <sip:${forged}@10.0.0.1;lr>`],
    });
    await it_.settle();
    expect(alice.take()).toEqual(['403 Forged Flow Token']);
    await it_.closeAll();
  });
});

describe('outbound (RFC 5626)', () => {
  it('calls a device over one of its flows at a time, and over the next when one has failed (§7)', async () => {
    const it_ = lab();
    const alice = it_.peer('10.0.0.8');
    const first = await it_.browser('bob', '10.0.0.9', { instanceId: 'urn:uuid:1', regId: 1 });
    const second = await it_.browser('bob', '10.0.0.10', { instanceId: 'urn:uuid:1', regId: 2 });
    const other = await it_.browser('bob', '10.0.0.11', { instanceId: 'urn:uuid:2', regId: 1 });
    alice.send({ method: 'INVITE', uri: 'sip:bob@example.com', callId: 'one' });
    await it_.settle();
    expect([first, second, other].map((peer) => peer.take())).toEqual([['INVITE'], [], ['INVITE']]);
    void first.transport.close();
    await it_.pass(100);
    alice.send({ method: 'INVITE', uri: 'sip:bob@example.com', callId: 'two', cseq: 2 });
    await it_.settle();
    // The first call has moved over as well when its connection was gone.
    expect(second.received.map((message) => message.first('Call-ID'))).toEqual(['open-bob', 'one', 'two']);
    expect(other.take()).toEqual(['INVITE']);
    await it_.closeAll();
  });

  it('takes a 430 of an edge proxy as a broken flow and tries the next one', async () => {
    const it_ = lab();
    const alice = it_.peer('10.0.0.8');
    const edges = ['10.0.0.9', '10.0.0.10'].map((host) => it_.peer(host));
    for (const [place, host] of ['10.0.0.9', '10.0.0.10'].entries())
      it_.locations.bind('sip:bob@example.com', 'sip:bob@192.168.0.1', {
        path: [`<sip:flow${place}@${host};lr;ob>`],
        instanceId: 'urn:uuid:1',
        regId: place + 1,
      });
    alice.send({ method: 'MESSAGE', uri: 'sip:bob@example.com' });
    await it_.settle();
    edges[0]?.respond(edges[0].last, '430 Flow Failed');
    await it_.settle();
    expect(edges.map((edge) => edge.take())).toEqual([['MESSAGE'], ['MESSAGE']]);
    edges[1]?.respond(edges[1].last, '200 OK');
    await it_.settle();
    expect(alice.take()).toEqual(['200 OK']);
    await it_.closeAll();
  });

  it('as an edge proxy names the flow in Path, and sends what comes back along it over that flow (§5.1, §5.3)', async () => {
    const it_ = lab({ addsPath: true, domains: [], relays: () => true });
    const registrar = it_.peer('10.0.0.5', PROXY.host);
    const bob = it_.peerOver('ws', { host: '10.0.0.9', port: 5555 }, WS);
    bob.send({ method: 'REGISTER', uri: 'sip:10.0.0.5', lines: ['Supported: path, outbound'] });
    await it_.settle();
    const [path = ''] = registrar.last.all('Path');
    expect(path).toMatch(/^<sip:[0-9a-f]{20}_ws_.*@10\.0\.0\.1:8080;transport=ws;lr;ob>$/);
    registrar.send({
      method: 'INVITE',
      uri: 'sip:bob@bob.invalid;transport=ws',
      callId: 'in',
      lines: [`Route: ${path}`],
    });
    await it_.settle();
    expect(bob.take()).toEqual(['INVITE']);
    expect(routesOf(bob.last)).toEqual([]);
    await it_.closeAll();
  });

  it('as edge and home at once takes its own Path off', async () => {
    const it_ = lab();
    const alice = it_.peer('10.0.0.8');
    const bob = await it_.browser('bob', '10.0.0.9');
    const [binding] = await it_.locations.bindings('sip:bob@example.com');
    const token = binding?.flow && new FlowTokens(signWith('secret')).write(binding.flow);
    it_.locations.bind('sip:carol@example.com', 'sip:carol@carol.invalid', {
      path: [`<sip:${token ?? ''}@10.0.0.1:8080;transport=ws;lr;ob>`],
    });
    alice.send({ method: 'INVITE', uri: 'sip:carol@example.com' });
    await it_.settle();
    expect(bob.take()).toEqual(['INVITE']);
    expect([uriOf(bob.last), routesOf(bob.last)]).toEqual(['sip:carol@carol.invalid', []]);
    await it_.closeAll();
  });

  it('uses the connection of a registration over TCP as long as it is there, and the contact after that (RFC 5923)', async () => {
    const it_ = lab();
    const alice = it_.peer('10.0.0.8');
    const bob = it_.peerOver('tcp', { host: '10.0.0.9', port: 5555 }, PROXY);
    const seen: { id: string | undefined; from: Address; to: Address }[] = [];
    for (const transport of it_.agent.context.listeners.transports)
      transport.onReceived(({ connectionId: id, from, to }) => seen.push({ id, from, to }));
    bob.send({ method: 'OPTIONS', uri: 'sip:10.0.0.1', callId: 'open' });
    await it_.settle();
    const { id, from = PROXY, to = PROXY } = seen[0] ?? {};
    it_.locations.bind('sip:bob@example.com', 'sip:bob@10.0.0.10:5060;transport=tcp', {
      flow: { protocol: 'tcp', local: to, remote: from, connectionId: id },
    });
    bob.take();
    alice.send({ method: 'MESSAGE', uri: 'sip:bob@example.com' });
    await it_.settle();
    expect(bob.take()).toEqual(['MESSAGE']);
    void bob.transport.close();
    await it_.pass(100);
    const contact = it_.peerOver('tcp', { host: '10.0.0.10', port: 5060 }, PROXY);
    alice.send({ method: 'MESSAGE', uri: 'sip:bob@example.com', cseq: 2 });
    await it_.settle();
    expect(contact.take()).toEqual(['MESSAGE']);
    await it_.closeAll();
  });
});

describe('phones on TLS without a certificate of their own (RFC 5923 §3)', () => {
  const TLS: Address = { host: '10.0.0.1', port: 5061 };

  it('are reached inside a dialog over their connection as long as it is there, and at their contact after that', async () => {
    const base = createProxyLab();
    const listeners = [
      ['udp', PROXY],
      ['tls', TLS],
    ] as const;
    const policy = { domains: ['example.com'], sign: signWith('secret') };
    const { agent } = base.node('proxy', { listeners, policy });
    const alice = base.peerOver('tls', { host: '10.0.0.8', port: 5555 }, TLS);
    const bob = base.peer('10.0.0.9');
    base.locations.bind('sip:bob@example.com', 'sip:bob@10.0.0.9');
    const contact = 'sip:alice@10.0.0.8:5061;transport=tls';
    alice.send({
      method: 'INVITE',
      uri: 'sip:bob@example.com',
      callId: 'call',
      contact: false,
      lines: [`Contact: <${contact}>`],
    });
    await base.settle();
    const [, inside = ''] = recordedBy(bob.last);
    expect(inside).toMatch(/_tls_.*@10\.0\.0\.1:5061;transport=tls/);
    const route = recordRoutes(bob.last)
      .map(({ uri }) => `<${uri}>`)
      .join(', ');
    bob.respond(bob.last, '200 OK', ['Contact: <sip:bob@10.0.0.9>'], 'b');
    await base.settle();
    alice.take();
    const info = { method: 'INFO', uri: contact, toTag: 'peer', fromTag: 'b', callId: 'call' };
    bob.send({ ...info, lines: [`Route: ${route}`] });
    await base.settle();
    expect(alice.take()).toEqual(['INFO']);
    void alice.transport.close();
    await base.pass(100);
    const listening = base.peerOver('tls', { host: '10.0.0.8', port: 5061 }, TLS);
    bob.send({ ...info, cseq: 2, branch: 'z9hG4bK-2', lines: [`Route: ${route}`] });
    await base.settle();
    expect(listening.take()).toEqual(['INFO']);
    // Outside of a dialog the route leads nowhere but to that connection.
    bob.send({ ...info, toTag: undefined, callId: 'other', branch: 'z9hG4bK-3', lines: [`Route: ${route}`] });
    await base.settle();
    expect([listening.take(), bob.take().at(-1)]).toEqual([[], '430 Flow Failed']);
    base.clock.advance(70_000);
    for (const transport of agent.context.listeners.transports) void transport.close();
    await base.pass(1000);
  });
});

describe('flow tokens (RFC 5626 §5.2)', () => {
  const tokens = new FlowTokens(signWith('secret'));
  const flow = {
    protocol: 'wss',
    local: { host: '::1', port: 443 },
    remote: { host: 'fd00::7', port: 50000 },
    connectionId: 'wss-443-7',
  } as const;

  it('reads back what it has written, with and without a connection, and it fits a user part', () => {
    expect(tokens.read(tokens.write(flow))).toEqual(flow);
    const datagrams = { ...flow, protocol: 'udp', connectionId: undefined } as const;
    expect(tokens.read(tokens.write(datagrams))).toEqual(datagrams);
    expect(tokens.write(flow)).toMatch(/^[0-9a-zA-Z_.+-]+$/);
  });

  it('reads nothing of what was changed, cut or signed with another key', () => {
    const token = tokens.write(flow);
    const bad = [
      token.replace('50000', '50001'),
      token.slice(0, -1),
      token.slice(1),
      'alice',
      '',
      new FlowTokens(signWith('x')).write(flow),
    ];
    expect(bad.map((text) => tokens.read(text))).toEqual(bad.map(() => undefined));
  });
});
