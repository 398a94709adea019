import { afterEach, describe, expect, it } from 'vitest';
import type { Impairment, LoopDatagram } from '../../testing/loop-network.ts';
import { createAgentLab } from '../../testing/agent-lab.ts';
import { ALICE, createRegisterLab, type RegisterLab } from '../../testing/register-lab.ts';
import { RawPeer } from '../../testing/raw-peer.ts';
import { createUserAgent, type UserAgent } from '../user-agent.ts';
import { createIds } from '../../core/seeded-ids.ts';
import { isStun } from '../../transport/stun.ts';
import type { Transport } from '../../transport/transport.ts';
import { createRegistration, type Registration } from './registration.ts';
import type { RegistrationOptions } from './registration-types.ts';

/* Verified: flows (RFC 5626) of the REGISTER client against our own registrar and against peers that fail, in virtual time. */

const INSTANCE = 'urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF';
const OPTIONS: RegistrationOptions = {
  registrar: 'sip:10.0.0.1;transport=tcp',
  aor: ALICE,
  expiresSec: 3600,
  instanceId: INSTANCE,
  outbound: true,
};

let lab: RegisterLab;
let ua: UserAgent;
let listener: Transport;
const log: string[] = [];

function start(flowTimerSec = 120): void {
  lab = createRegisterLab({ outbound: { flowTimerSec } });
  log.length = 0;
  ua = createUserAgent({
    clock: lab.clock,
    ids: createIds('outbound-client'),
    identity: { product: 'Phone', contactUser: 'phone' },
  });
  listener = lab.lint.tap(lab.network.bind('tcp', { host: '10.0.0.2', port: 5060 }));
  ua.addTransport(listener);
}

function register(options: Partial<RegistrationOptions> = {}): Registration {
  const registration = createRegistration(ua, { ...OPTIONS, ...options });
  registration.onChange(({ regId, state }) => log.push(`${lab.clock.now()} ${regId} ${state.kind}`));
  registration.start();
  return registration;
}

afterEach(async () => {
  ua.dispose();
  const closed = listener.close();
  await lab.close();
  await closed;
  expect([lab.clock.pending, lab.network.openTransports, lab.network.openConnections]).toEqual([0, 0, 0]);
});

describe('a flow (RFC 5626 §4)', () => {
  it('§4.2: is registered with instance and reg-id, and refreshed over the same connection', async () => {
    start();
    const registration = register();
    await lab.clock.advanceAsync(0);
    expect(registration.grant).toMatchObject({ isOutbound: true, flowTimerSec: 120 });
    const before = (await lab.store.bindings(ALICE))[0];
    expect(before).toMatchObject({ instanceId: INSTANCE, regId: 1, flow: { protocol: 'tcp' } });
    await lab.clock.advanceAsync(3_240_000);
    const after = (await lab.store.bindings(ALICE))[0];
    expect(after?.cseq).toBe((before?.cseq ?? 0) + 1);
    expect(after?.flow).toBe(before?.flow);
    expect(lab.network.openConnections).toBe(2);
  });

  it('§4.3: tells with `ob` that requests to its contact take the flow', async () => {
    start();
    const registration = register();
    await lab.clock.advanceAsync(0);
    expect(registration.identity().headers).toEqual([
      ['Contact', '<sip:alice@10.0.0.2:5060;transport=tcp;ob>'],
    ]);
  });

  it('§4.5: registers again at once over a new connection when the old one is lost', async () => {
    start();
    register();
    await lab.clock.advanceAsync(1000);
    const before = (await lab.store.bindings(ALICE))[0]?.flow?.connectionId;
    const [server] = lab.agent.context.listeners.transports.filter(({ protocol }) => protocol === 'tcp');
    lab.network.failNext('closed');
    server?.send(new Uint8Array([65]), { address: { host: '10.0.0.2', port: 1 }, connectionId: before });
    await lab.clock.advanceAsync(10);
    const [binding] = await lab.store.bindings(ALICE);
    expect(binding?.flow?.connectionId).not.toBe(before);
    expect(await lab.store.count()).toEqual({ aors: 1, bindings: 1 });
    expect(log).toEqual([
      '0 1 registering',
      '0 1 registered',
      '1000 1 failed',
      '1000 1 registering',
      '1000 1 registered',
    ]);
  });

  it('§4.5: waits a second when the flow is lost as soon as it is there', async () => {
    start();
    register();
    await lab.clock.advanceAsync(0);
    const [binding] = await lab.store.bindings(ALICE);
    const [server] = lab.agent.context.listeners.transports.filter(({ protocol }) => protocol === 'tcp');
    lab.network.failNext('closed');
    const connectionId = binding?.flow?.connectionId;
    server?.send(new Uint8Array([65]), { address: { host: '10.0.0.2', port: 1 }, connectionId });
    await lab.clock.advanceAsync(999);
    expect(log).toEqual(['0 1 registering', '0 1 registered', '0 1 failed']);
    await lab.clock.advanceAsync(1);
    expect(log.slice(3)).toEqual(['1000 1 registering', '1000 1 registered']);
  });

  it('without an answer of the registrar about outbound it is a plain registration', async () => {
    start();
    await lab.close();
    lab = createRegisterLab();
    ua.dispose();
    ua = createUserAgent({
      clock: lab.clock,
      ids: createIds('plain'),
      identity: { product: 'Phone', contactUser: 'phone' },
    });
    listener = lab.lint.tap(lab.network.bind('tcp', { host: '10.0.0.2', port: 5060 }));
    ua.addTransport(listener);
    const registration = register({ proxies: ['sip:10.0.0.1;transport=tcp;lr', 'sip:10.0.0.9;lr'] });
    await lab.clock.advanceAsync(0);
    expect(registration.grant?.isOutbound).toBe(false);
    expect(registration.flows.map(({ state }) => state.kind)).toEqual(['registered', 'idle']);
  });
});

describe('several flows (RFC 5626 §4.2.1, §4.5)', () => {
  const clean: Impairment = {};

  const scene = () => {
    const base = createAgentLab('flows');
    base.network.impair(clean);
    const phone = base.agent('10.0.0.2');
    const edge = (host: string): RawPeer =>
      new RawPeer(base.clock, base.network.bind('udp', { host, port: 5060 }), {
        host: '10.0.0.2',
        port: 5060,
      });
    const edges = [edge('10.0.0.11'), edge('10.0.0.12')] as const;
    const registration = createRegistration(phone, {
      ...OPTIONS,
      registrar: 'sip:example.com',
      proxies: ['sip:10.0.0.11;lr', 'sip:10.0.0.12;lr'],
    });
    const changes: string[] = [];
    registration.onChange(({ regId, state }) => changes.push(`${base.clock.now()} ${regId} ${state.kind}`));
    registration.start();
    base.clock.advance(0);
    const accept = (peer: RawPeer): void => {
      peer.respond(
        peer.last,
        '200 OK',
        ['Require: outbound', `Contact: ${peer.last.first('Contact')};expires=3600`],
        'r',
      );
    };
    const finish = (): void => {
      phone.dispose();
      base.clock.runAll(60_000);
      expect(base.clock.pending).toBe(0);
    };
    return { ...base, phone, edges, registration, changes, accept, finish };
  };

  it('the second follows when the first has shown that the registrar keeps flows', () => {
    const { edges, accept, changes, registration, finish } = scene();
    const [one, two] = edges;
    expect([one.received.length, two.received.length]).toEqual([1, 0]);
    accept(one);
    expect(two.last.first('Contact')).toBe(
      `<sip:alice@10.0.0.2:5060>;+sip.instance="<${INSTANCE}>";reg-id=2`,
    );
    expect(two.last.first('Call-ID')).toBe(one.last.first('Call-ID'));
    accept(two);
    expect(changes).toEqual(['0 1 registering', '0 1 registered', '0 2 registering', '0 2 registered']);
    expect(registration.state.kind).toBe('registered');
    finish();
  });

  it('one that fails waits 90 to 180 s while the other is registered, then twice as long', () => {
    const { edges, accept, registration, finish, clock } = scene();
    const [one, two] = edges;
    accept(one);
    for (const [least, most] of [
      [90_000, 180_000],
      [180_000, 360_000],
    ] as const) {
      two.respond(two.last, '503 Service Unavailable', [], 'r');
      const state = registration.flows[1]?.state;
      const waitMs = state?.kind === 'failed' ? (state.retryAtMs ?? 0) - clock.now() : 0;
      expect(waitMs).toBeGreaterThanOrEqual(least);
      expect(waitMs).toBeLessThanOrEqual(most);
      expect(registration.state.kind).toBe('registered');
      clock.advance(waitMs);
    }
    accept(two);
    expect(registration.flows.map(({ state }) => state.kind)).toEqual(['registered', 'registered']);
    finish();
  });

  it('the second is tried when the first is not there at all, and the identity takes the one that is', () => {
    const { edges, accept, registration, finish } = scene();
    const [one, two] = edges;
    one.respond(one.last, '503 Service Unavailable', ['Retry-After: 1800'], 'r');
    accept(two);
    expect(registration.state.kind).toBe('registered');
    expect(registration.identity().nextHop).toBe('sip:10.0.0.12;lr');
    finish();
  });

  it('RFC 5626 §4.4.2: over UDP a flow is kept by STUN, and registered again when the edge stops to answer', () => {
    const { edges, accept, changes, registration, finish, clock, network } = scene();
    const [one, two] = edges;
    accept(one);
    accept(two);
    clock.advance(300_000);
    expect([one.received.length, registration.flows.map(({ state }) => state.kind)]).toEqual([
      1,
      ['registered', 'registered'],
    ]);
    changes.length = 0;
    const isStunOf = ({ bytes, from }: LoopDatagram): boolean => from.host === '10.0.0.12' && isStun(bytes);
    const heal = network.dropIf(isStunOf);
    clock.advance(29_000 + 39_500);
    expect(changes.map((line) => line.replace(/^\S+ /, ''))).toEqual(['2 failed', '2 registering']);
    const numbers = new Set(two.received.map((request) => request.first('CSeq')));
    expect([one.received.length, numbers.size]).toEqual([1, 2]);
    heal();
    accept(two);
    const heard = two.received.length;
    clock.advance(300_000);
    expect(two.received.length).toBe(heard);
    finish();
  });

  it('439: registers without outbound, at once', () => {
    const { edges, registration, finish } = scene();
    const [one] = edges;
    one.respond(one.last, '439 First Hop Lacks Outbound Support', [], 'r');
    expect(one.last.first('Contact')).toBe(`<sip:alice@10.0.0.2:5060>;+sip.instance="<${INSTANCE}>"`);
    expect(one.last.first('Supported')).toBe('path');
    one.respond(one.last, '200 OK', [`Contact: ${one.last.first('Contact')};expires=60`], 'r');
    expect(registration.grant).toMatchObject({ isOutbound: false });
    finish();
  });
});
