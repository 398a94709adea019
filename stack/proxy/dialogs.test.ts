import { describe, expect, it } from 'vitest';
import { formatHost, type Address, type Protocol } from '../core/address.ts';
import { createIds } from '../core/seeded-ids.ts';
import { recordRoutes, routes } from '../message/headers/name-addr.ts';
import { vias } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import { makeOffer } from '../sdp/offer-answer.ts';
import { compose } from '../server/handler.ts';
import { call } from '../server/handlers/call.ts';
import { createForkLab, expectNothingLeft, PROXY, requestOf } from '../testing/fork-lab.ts';
import { createProxyLab, type ProxyLab } from '../testing/proxy-lab.ts';
import { createUserAgent, type UserAgent } from '../agent/user-agent.ts';

/*
 * Verified: dialogs set up through proxies: what they record, and how ACK and later requests of both sides find their way, over every
 * pair of transports and IP versions.
 */

const uriOf = ({ startLine }: SipMessage): string => (startLine.kind === 'request' ? startLine.uri : '');
const routesOf = (message: SipMessage): readonly string[] => routes(message).map(({ uri }) => uri);

describe('ACK through a proxy (RFC 3261 §16, §13.2.2.4)', () => {
  it('mistake 26: relays the ACK to a 2xx once, to the fork it is for, however many forks there are', async () => {
    const it_ = createForkLab([1, 1, 1]);
    await it_.request();
    await it_.answer(0, '200 OK');
    await it_.answer(2, '200 OK');
    it_.heard();
    for (const place of [2, 0])
      it_.alice.send({
        method: 'ACK',
        uri: `sip:bob@10.0.0.1${place + 1}`,
        toTag: `b${place}`,
        branch: `z9hG4bK-ack-${place}`,
        lines: [`Route: <sip:${PROXY}:5060;lr>`],
      });
    await it_.settle();
    expect(it_.heard()).toEqual([['ACK'], [], ['ACK']]);
    expectNothingLeft(it_);
  });

  it('mistake 26: sends an ACK without Route for a user with several bindings to one of them only', async () => {
    const it_ = createForkLab([1, 1]);
    await it_.request();
    await it_.answer(0, '200 OK');
    it_.heard();
    it_.alice.send({ method: 'ACK', uri: 'sip:bob@example.com', toTag: 'b0', branch: 'z9hG4bK-ack' });
    await it_.settle();
    expect(it_.heard().flat()).toEqual(['ACK']);
  });

  it('mistake 34: keeps the Route values below its own in an ACK', async () => {
    const it_ = createForkLab([1]);
    const edge = it_.peer('10.0.0.7');
    it_.alice.send({
      method: 'ACK',
      uri: 'sip:bob@192.168.0.1',
      toTag: 'b',
      lines: [`Route: <sip:${PROXY}:5060;lr>,<sip:10.0.0.7;lr>`, 'Route: <sip:10.0.0.6;lr>'],
    });
    await it_.settle();
    expect(edge.take()).toEqual(['ACK']);
    expect([uriOf(edge.last), routesOf(edge.last)]).toEqual([
      'sip:bob@192.168.0.1',
      ['sip:10.0.0.7;lr', 'sip:10.0.0.6;lr'],
    ]);
  });

  it('keeps the ACK to a failure to itself, and acknowledges the failure downstream (§17.1.1.3)', async () => {
    const it_ = createForkLab([1]);
    await it_.request();
    await it_.answer(0, '486 Busy Here');
    it_.alice.send({ method: 'ACK', uri: 'sip:bob@example.com', branch: 'z9hG4bK-INVITE-1', toTag: 'b0' });
    await it_.settle();
    expect(it_.heard()).toEqual([['INVITE', 'ACK']]);
    expectNothingLeft(it_);
  });

  it('never answers an ACK, not even one it cannot relay', async () => {
    const it_ = createForkLab([1]);
    it_.alice.send({ method: 'ACK', uri: 'sip:nobody@example.com', toTag: 'x' });
    it_.alice.send({
      method: 'ACK',
      uri: 'sip:nobody@elsewhere.example',
      toTag: 'x',
      cseq: 2,
      lines: ['Route: <sip:10.0.0.77;lr>'],
    });
    await it_.settle();
    expect(it_.alice.take()).toEqual([]);
    expectNothingLeft(it_);
  });
});

describe('responses keep what dialogs are made of (RFC 3261 §16.7)', () => {
  it('relays Record-Route and Contact of a response as they came', async () => {
    const it_ = createForkLab([1]);
    await it_.request();
    const recorded = recordRoutes(requestOf(it_.bob(0))).map(({ text }) => text);
    await it_.answer(0, '200 OK', [`Record-Route: ${recorded.join(', ')}`, 'Contact: <sip:bob@10.0.0.11;x>']);
    expect(it_.alice.last.all('Record-Route')).toEqual([`<sip:${PROXY}:5060;lr>`]);
    expect(it_.alice.last.all('Contact')).toEqual(['<sip:bob@10.0.0.11;x>']);
  });
});

const OFFER = makeOffer({ host: '10.0.0.8', port: 4000, sessionId: '1', version: 1 });
const PROTOCOLS: readonly Protocol[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];
/** Ports of the proxy by protocol. */
const PORTS: Readonly<Record<Protocol, number>> = { udp: 5060, tcp: 5060, tls: 5061, ws: 8080, wss: 8443 };
const HOSTS = {
  4: { proxy: '10.0.0.1', alice: '10.0.0.8', bob: '10.0.0.9' },
  6: { proxy: 'fd00::1', alice: 'fd00::8', bob: 'fd00::9' },
};
type Family = keyof typeof HOSTS;
const EVERY_LISTENER: readonly (readonly [Protocol, Address])[] = PROTOCOLS.flatMap((protocol) => [
  [protocol, { host: HOSTS[4].proxy, port: PORTS[protocol] }] as const,
  [protocol, { host: HOSTS[6].proxy, port: PORTS[protocol] }] as const,
]);

/** An agent of ours that takes calls. */
const phone = (lab: ProxyLab, protocol: Protocol, host: string): UserAgent => {
  const agent = createUserAgent({
    clock: lab.clock,
    ids: createIds(`phone-${host}`),
    identity: { product: 'Phone', contactUser: 'phone' },
  });
  agent.addTransport(lab.network.bind(protocol, { host, port: 5070 }));
  agent.serve(compose([call({ isAccepting: true, ringMs: 500, sdpProfile: 'audio-only' })]));
  return agent;
};

/** Calls through one proxy, hangs up from the side given, and tells what happened. */
const callThrough = async (from: [Protocol, Family], to: [Protocol, Family], hangsUp: 'alice' | 'bob') => {
  const lab = createProxyLab();
  const { agent, proxy } = lab.node('proxy', {
    listeners: EVERY_LISTENER,
    policy: { domains: ['example.com'] },
  });
  const wire: SipMessage[] = [];
  const alice = phone(lab, from[0], HOSTS[from[1]].alice);
  const bob = phone(lab, to[0], HOSTS[to[1]].bob);
  for (const { transports } of [alice.context.listeners, bob.context.listeners])
    for (const transport of transports) transport.onReceived(({ bytes }) => wire.push(parseMessage(bytes)));
  const bobUri = `sip:phone@${formatHost(HOSTS[to[1]].bob)}:5070${to[0] === 'udp' ? '' : `;transport=${to[0]}`}`;
  lab.locations.bind('sip:bob@example.com', bobUri);
  const events: string[] = [];
  const made = alice.call({
    target: 'sip:bob@example.com',
    nextHop: `sip:${formatHost(HOSTS[from[1]].proxy)}:${PORTS[from[0]]};transport=${from[0]}`,
    sdp: OFFER,
  });
  made.onAnswered(() => events.push('answered'));
  made.onFailed((result) => events.push(`failed: ${JSON.stringify(result)}`));
  made.onEnded(({ by }) => events.push(`ended by ${by}`));
  await lab.pass(1000);
  for (const session of (hangsUp === 'alice' ? alice : bob).sessions) session.hangUp();
  await lab.pass(1000);
  const left = [alice, bob].map(({ stats }) => stats.activeCalls);
  lab.clock.advance(70_000);
  for (const { context } of [alice, bob, agent])
    for (const transport of context.listeners.transports) void transport.close();
  await lab.pass(1000);
  return { events, wire, left, open: proxy.stats.open, pending: lab.clock.pending };
};

const methodsOf = (wire: readonly SipMessage[]): readonly string[] =>
  wire.flatMap(({ startLine }) => (startLine.kind === 'request' ? [startLine.method] : []));

describe('calls between all transports and IP versions (RFC 3261 §16.6 step 4, RFC 5658)', () => {
  const sides = PROTOCOLS.flatMap((protocol) =>
    ([4, 6] as const).map((family) => [protocol, family] as [Protocol, Family]),
  );

  it.each(sides)(
    'carries calls from %s over IPv%i to every other, hung up by either side',
    async (...from) => {
      for (const to of sides) {
        const recorded = from.join() === to.join() ? 1 : 2;
        for (const side of ['alice', 'bob'] as const) {
          const { events, wire, left, open, pending } = await callThrough(from, to, side);
          const invite = wire.find((message) => methodsOf([message])[0] === 'INVITE');
          expect({
            to,
            events,
            methods: [...methodsOf(wire)].sort(),
            recorded: invite && recordRoutes(invite).length,
            left: [...left, open, pending],
          }).toEqual({
            to,
            events: ['answered', side === 'alice' ? 'ended by local' : 'ended by remote'],
            methods: ['ACK', 'BYE', 'INVITE'],
            recorded,
            left: [0, 0, 0, 0],
          });
        }
      }
    },
  );

  it('records the side of the next hop on top, and its own transport with each (RFC 5658 §3.3)', async () => {
    const { wire } = await callThrough(['udp', 4], ['tcp', 6], 'alice');
    const invite = wire.find((message) => methodsOf([message])[0] === 'INVITE');
    expect(invite?.all('Record-Route')).toEqual([
      '<sip:[fd00::1]:5060;transport=tcp;lr;r2=on>',
      '<sip:10.0.0.1:5060;lr;r2=on>',
    ]);
  });
});

describe('chains of proxies (RFC 3261 §16.12)', () => {
  const chain = (recordsRoute: readonly boolean[]) => {
    const lab = createProxyLab();
    const hosts = recordsRoute.map((_, place) => `10.0.1.${place + 1}`);
    const nodes = hosts.map((host, place) =>
      lab.node(host, {
        policy: { domains: ['example.com'], relays: () => true, recordsRoute: recordsRoute[place] ?? true },
      }),
    );
    // Each passes the call on to the next one, the last one to bob; the lookups are told apart by the address in front.
    for (const [place, host] of hosts.entries()) {
      const next = hosts[place + 1];
      lab.locations.bind(
        `sip:bob@${host}`,
        next === undefined ? 'sip:phone@10.0.0.9:5070' : `sip:bob@${next}`,
      );
    }
    return { lab, nodes, alice: phone(lab, 'udp', '10.0.0.8'), bob: phone(lab, 'udp', '10.0.0.9') };
  };

  it.each([
    ['all recording', [true, true, true]],
    ['the middle one not recording', [true, false, true]],
    ['none recording', [false, false, false]],
  ])('carries a call over three proxies, %s', async (_, recordsRoute) => {
    const { lab, nodes, alice, bob } = chain(recordsRoute);
    const byes: SipMessage[] = [];
    for (const transport of bob.context.listeners.transports)
      transport.onReceived(({ bytes }) => {
        const message = parseMessage(bytes);
        if (methodsOf([message])[0] === 'BYE') byes.push(message);
      });
    const made = alice.call({ target: 'sip:bob@10.0.1.1', sdp: OFFER });
    const events: string[] = [];
    made.onAnswered(() => events.push('answered'));
    made.onEnded(() => events.push('ended'));
    await lab.pass(1000);
    made.hangUp();
    await lab.pass(1000);
    expect(events).toEqual(['answered', 'ended']);
    expect(byes.map((bye) => vias(bye).length)).toEqual([1 + recordsRoute.filter(Boolean).length]);
    lab.clock.runAll(400_000);
    expect(nodes.map(({ proxy }) => proxy.stats.open)).toEqual([0, 0, 0]);
    expect(lab.clock.pending).toBe(0);
  });
});

describe('a listener on every address (RFC 3261 §16.4)', () => {
  it('knows its own Route and its users by every address of the machine, and shows peers the one it advertises', async () => {
    const lab = createProxyLab();
    lab.node('proxy', {
      listeners: [['udp', { host: '0.0.0.0', port: 5060 }]],
      policy: { domains: ['example.com'], addresses: ['10.0.0.1'] },
      agent: { advertise: () => '10.0.0.99' },
    });
    const alice = lab.peer('10.0.0.8', '10.0.0.1');
    const bob = lab.peer('10.0.0.9', '10.0.0.99');
    lab.locations.bind('sip:bob@example.com', 'sip:bob@10.0.0.9');
    alice.send({ method: 'INVITE', uri: 'sip:bob@example.com' });
    await lab.settle();
    expect(bob.last.all('Record-Route')).toEqual(['<sip:10.0.0.99:5060;lr>']);
    bob.send({
      method: 'BYE',
      uri: 'sip:peer@10.0.0.8:5060',
      toTag: 'peer',
      lines: ['Route: <sip:10.0.0.99:5060;lr>'],
    });
    await lab.settle();
    expect(alice.take()).toEqual(['BYE']);
    lab.locations.bind('sip:carol@10.0.0.1', 'sip:carol@10.0.0.9');
    alice.send({ method: 'MESSAGE', uri: 'sip:carol@10.0.0.1', cseq: 2 });
    alice.send({ method: 'MESSAGE', uri: 'sip:carol@10.0.0.77', cseq: 3 });
    await lab.settle();
    expect(bob.take()).toEqual(['INVITE', 'MESSAGE']);
    expect(alice.take()).toEqual(['403 Relaying Denied']);
  });
});
