import { afterEach, describe, expect, it } from 'vitest';
import { ALICE, createRegisterLab, type RegisterLab } from '../testing/register-lab.ts';
import { LocationStoreError } from './location-store.ts';
import { createLostFlows, type LostFlows } from './lost-flows.ts';

/* Verified: which bindings end with their connection, in virtual time. */

const INSTANCE = ';+sip.instance="<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>"';

let lab: RegisterLab;
let lost: LostFlows;

const start = (): RegisterLab => {
  lab = createRegisterLab({ outbound: {} });
  lost = createLostFlows(lab.store);
  for (const transport of lab.agent.context.listeners.transports)
    transport.onConnection((event) => {
      lost.onConnection(event);
    });
  return lab;
};

afterEach(async () => {
  lost.dispose();
  await lab.close();
  expect([lab.clock.pending, lab.network.openConnections]).toEqual([0, 0]);
});

describe('bindings whose connection is closed (RFC 5626 §5.3, RFC 7118 §5)', () => {
  it('end with it when it was their only way: those of outbound and of WebSockets', async () => {
    start();
    const [outbound, browser] = [lab.phone('10.0.0.2', 'tcp'), lab.phone('10.0.0.3', 'ws')];
    await outbound.register({
      contacts: [`<sip:a@10.0.0.2>${INSTANCE};reg-id=1`],
      lines: ['Supported: path, outbound'],
    });
    await browser.register({ contacts: ['<sip:a@x.invalid;transport=ws>'] });
    lab.log.length = 0;
    await outbound.peer.transport.close();
    await lab.clock.advanceAsync(10);
    expect(await lab.contacts()).toEqual(['sip:a@x.invalid;transport=ws']);
    await browser.peer.transport.close();
    await lab.clock.advanceAsync(10);
    expect(lab.log).toEqual([
      '0 alice deactivated sip:a@10.0.0.2',
      '10 alice deactivated sip:a@x.invalid;transport=ws',
    ]);
  });

  it('stay when they can be called over another one, or were refreshed over another one', async () => {
    start();
    const plain = lab.phone('10.0.0.2', 'tcp');
    await plain.register({ contacts: ['<sip:a@10.0.0.2;transport=tcp>'] });
    const [before, after] = [lab.phone('10.0.0.3', 'ws'), lab.phone('10.0.0.4', 'ws')];
    const register = { contacts: ['<sip:b@x.invalid;transport=ws>'], callId: 'browser' };
    await before.register({ ...register, cseq: 1 });
    await after.register({ ...register, cseq: 2 });
    for (const { peer } of [plain, before]) await peer.transport.close();
    await lab.clock.advanceAsync(10);
    expect(await lab.contacts()).toHaveLength(2);
    await after.peer.transport.close();
    await lab.clock.advanceAsync(10);
    expect(await lab.contacts()).toEqual(['sip:a@10.0.0.2;transport=tcp']);
  });

  it('stay when another connection of that name is closed, as in another node', async () => {
    start();
    await lab.phone('10.0.0.3', 'ws').register({ contacts: ['<sip:b@x.invalid;transport=ws>'] });
    const [binding] = await lab.store.bindings(ALICE);
    lost.onConnection({
      kind: 'closed',
      connectionId: binding?.flow?.connectionId ?? '',
      local: { host: '10.0.0.1', port: 5060 },
      remote: { host: '10.0.0.66', port: 1 },
    });
    await lab.clock.advanceAsync(0);
    expect(await lab.contacts()).toHaveLength(1);
  });

  it('stay when another process holds the connection, whatever its name', async () => {
    start();
    const { store } = lab;
    const flow = {
      protocol: 'ws',
      local: { host: '10.0.0.1', port: 5060 },
      remote: { host: '10.0.0.3', port: 5060 },
      connectionId: '1',
      holder: 'another',
    } as const;
    await lab.phone('10.0.0.3', 'ws').register({ contacts: ['<sip:b@x.invalid;transport=ws>'] });
    await store.update(ALICE, (live) => ({
      bindings: live.map((binding) => ({ ...binding, flow })),
      result: undefined,
    }));
    lost.onConnection({ kind: 'closed', ...flow });
    await lab.clock.advanceAsync(0);
    expect(await lab.contacts()).toHaveLength(1);
  });

  it('stay where the store cannot be reached, without harm', async () => {
    start();
    const { store } = lab;
    const away = createLostFlows({
      bindings: (aor) => store.bindings(aor),
      all: () => store.all(),
      count: () => store.count(),
      onChange: (listener) => store.onChange(listener),
      update: () => Promise.reject(new LocationStoreError('unavailable', 'away')),
    });
    lost.dispose();
    lost = away;
    const browser = lab.phone('10.0.0.3', 'ws');
    await browser.register({ contacts: ['<sip:b@x.invalid;transport=ws>'] });
    await browser.peer.transport.close();
    await lab.clock.advanceAsync(10);
    expect(await lab.contacts()).toHaveLength(1);
  });
});
