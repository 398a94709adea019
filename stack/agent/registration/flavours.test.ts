import { afterEach, describe, expect, it } from 'vitest';
import type { Protocol } from '../../core/address.ts';
import { createIds } from '../../core/seeded-ids.ts';
import { ALICE, createRegisterLab, type RegisterLab } from '../../testing/register-lab.ts';
import type { RegistrarOptions } from '../../registrar/registrar.ts';
import type { Transport } from '../../transport/transport.ts';
import { createUserAgent, type UserAgent } from '../user-agent.ts';
import { createRegistration, type Registration } from './registration.ts';
import type { RegistrationOptions } from './registration-types.ts';

/* Verified: the REGISTER client and the registrar together over every transport, in virtual time. */

let lab: RegisterLab;
let ua: UserAgent;
let listener: Transport;
const log: string[] = [];

function start(protocol: Protocol, options: Partial<RegistrarOptions> = {}): void {
  lab = createRegisterLab(options);
  log.length = 0;
  ua = createUserAgent({
    clock: lab.clock,
    ids: createIds('flavours-client'),
    identity: { product: 'Phone', contactUser: 'phone' },
  });
  listener = lab.lint.tap(lab.network.bind(protocol, { host: '10.0.0.2', port: 5060 }));
  ua.addTransport(listener);
}

function register(options: Partial<RegistrationOptions> = {}): Registration {
  const { protocol } = listener;
  const registration = createRegistration(ua, {
    registrar: `sip:10.0.0.1:${protocol === 'tls' ? 5061 : 5060};transport=${protocol}`,
    aor: ALICE,
    expiresSec: 600,
    ...options,
  });
  registration.onChange(({ state }) => log.push(`${lab.clock.now()} ${state.kind}`));
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

describe('registration over each transport (RFC 3261 §10, RFC 7118 §6)', () => {
  it.each(['udp', 'tcp', 'tls', 'ws', 'wss'] as const)(
    '%s: made, refreshed in time, removed',
    async (protocol) => {
      start(protocol);
      const registration = register();
      await lab.clock.advanceAsync(1_100_000);
      const [binding] = await lab.store.bindings(ALICE);
      // A URI says ws for both; Via tells them apart.
      const shown = protocol === 'wss' ? 'ws' : protocol;
      expect(binding?.contactUri).toBe(
        `sip:alice@10.0.0.2:5060${protocol === 'udp' ? '' : `;transport=${shown}`}`,
      );
      expect(binding?.flow?.protocol).toBe(protocol === 'udp' ? undefined : protocol);
      const ended = registration.unregister();
      await lab.clock.advanceAsync(0);
      expect(await ended).toMatchObject({ kind: 'unregistered', result: { status: 200 } });
      expect(await lab.store.count()).toEqual({ aors: 0, bindings: 0 });
      expect(log).toEqual([
        '0 registering',
        '0 registered',
        '540000 refreshing',
        '540000 registered',
        '1080000 refreshing',
        '1080000 registered',
        '1100000 unregistering',
        '1100000 unregistered',
      ]);
    },
  );

  it('mistake 6: registrations of several users over one agent share neither From tag, Call-ID nor fate', async () => {
    start('tcp', { admit: ({ aor }) => (aor.includes('mallory') ? { status: 403 } : undefined) });
    const users = ['alice', 'bob', 'mallory'].map((user) => register({ aor: `sip:${user}@example.com` }));
    await lab.clock.advanceAsync(0);
    expect(users.map(({ state }) => state.kind)).toEqual(['registered', 'registered', 'failed']);
    const held = await Promise.all(
      ['alice', 'bob'].map((user) => lab.store.bindings(`sip:${user}@example.com`)),
    );
    expect(new Set(held.map(([binding]) => binding?.callId)).size).toBe(2);
    const ended = users[0]?.unregister();
    await lab.clock.advanceAsync(0);
    await ended;
    expect(await lab.store.count()).toEqual({ aors: 1, bindings: 1 });
    expect(lab.network.openConnections).toBe(2);
  });
});

describe('keep-alive of a flow (RFC 5626 §4.4)', () => {
  it('asks within 80 to 100 % of the Flow-Timer, and recovers when there is no answer for 10 s', async () => {
    start('tcp', { outbound: { flowTimerSec: 120 } });
    const registration = register({ outbound: true, instanceId: 'urn:uuid:1', expiresSec: 3600 });
    await lab.clock.advanceAsync(1000);
    const before = (await lab.store.bindings(ALICE))[0]?.flow?.connectionId;
    // From here on the wire holds back everything; it is well again as soon as the loss is noticed.
    lab.network.impair({ delayMs: 30_000 });
    registration.onChange(({ state }) => {
      if (state.kind === 'failed') lab.network.impair({});
    });
    await lab.clock.advanceAsync(131_000);
    const [, , failed, again, registered] = log.map((line) => line.split(' '));
    expect([failed?.[1], again?.[1], registered?.[1]]).toEqual(['failed', 'registering', 'registered']);
    const noticedMs = Number(failed?.[0]);
    expect(noticedMs).toBeGreaterThanOrEqual(0.8 * 120_000 + 10_000);
    expect(noticedMs).toBeLessThanOrEqual(120_000 + 10_000);
    expect(Number(registered?.[0])).toBe(noticedMs);
    expect((await lab.store.bindings(ALICE))[0]?.flow?.connectionId).not.toBe(before);
  });
});
