import { afterEach, describe, expect, it } from 'vitest';
import { ALICE, createRegisterLab, statusOf, type RegisterLab } from '../testing/register-lab.ts';
import { createIds } from '../core/seeded-ids.ts';
import { register } from '../server/handlers/register.ts';
import { LocationStoreError, type LocationStore } from './location-store.ts';
import { createRegistrar, type RegistrarOptions } from './registrar.ts';

/* Verified: RFC 3261 §10.3 over the wire, in virtual time. */

let lab: RegisterLab;
const start = (options?: Partial<RegistrarOptions>): RegisterLab => (lab = createRegisterLab(options));

afterEach(async () => {
  await lab.close();
  expect([lab.clock.pending, lab.network.openTransports, lab.network.openConnections]).toEqual([0, 0, 0]);
});

describe('a registrar (RFC 3261 §10.3)', () => {
  it('binds a contact, and lists it with the time it has left', async () => {
    const phone = start().phone('10.0.0.2');
    const made = await phone.register({ expires: 600 });
    expect(statusOf(made)).toBe('200 OK');
    expect(made.all('Contact')).toEqual(['<sip:a@10.0.0.2>;expires=600']);
    await lab.clock.advanceAsync(100_500);
    const asked = await phone.register({ contacts: [] });
    expect(asked.all('Contact')).toEqual(['<sip:a@10.0.0.2>;expires=500']);
    expect(lab.log).toEqual(['0 alice created sip:a@10.0.0.2']);
  });

  it('still tells the whole time when a moment has passed since it was granted', async () => {
    const phone = start({ minExpiresSec: 60 }).phone('10.0.0.2');
    await phone.register({ expires: 60 });
    await lab.clock.advanceAsync(1);
    const told = await phone.register({ contacts: [] });
    expect(told.all('Contact')).toEqual(['<sip:a@10.0.0.2>;expires=60']);
  });

  it('says the date, its tag and what it supports, and no Contact of its own', async () => {
    const response = await start().phone('10.0.0.2').register({ contacts: [] });
    expect(response.first('Date')).toBe('Thu, 01 Jan 2026 00:00:00 GMT');
    expect(response.first('Supported')).toBe('path');
    expect(response.first('To')).toMatch(/^<sip:alice@example.com>;tag=/);
    expect([response.all('Contact'), response.first('Server')]).toEqual([[], 'Lab']);
  });

  it('step 5: takes URIs that differ in parameters, escapes and host case for one address of record, sips for sip', async () => {
    const phone = start().phone('10.0.0.2');
    await phone.register({ aor: 'sip:%61lice@EXAMPLE.com:5060;user=phone' });
    await phone.register({ aor: 'sips:alice@example.com', contacts: ['<sip:b@10.0.0.2>'] });
    expect(await lab.store.count()).toEqual({ aors: 1, bindings: 2 });
    expect((await lab.contacts()).length).toBe(2);
  });

  it.each([
    ['an address of another domain', 'sip:alice@elsewhere.com'],
    ['what is no SIP URI', 'tel:+123456'],
  ])('step 5: answers 404 to %s', async (_what, aor) => {
    expect(statusOf(await start().phone('10.0.0.2').register({ aor }))).toBe('404 Not Found');
  });

  it('step 3: registers nobody else, unless its policy says so', async () => {
    const request = { from: 'sip:boss@example.com' };
    expect(statusOf(await start().phone('10.0.0.2').register(request))).toBe('403 Third-Party Registration');
    await lab.close();
    start({ admit: ({ from, aor }) => (from === aor ? { status: 403 } : undefined) });
    const phone = lab.phone('10.0.0.2');
    expect(statusOf(await phone.register(request))).toBe('200 OK');
    expect(statusOf(await phone.register())).toBe('403 Forbidden');
  });

  it('step 6: removes everything for `*` with Expires 0', async () => {
    const [one, two] = [start().phone('10.0.0.2'), lab.phone('10.0.0.3')];
    await one.register();
    await two.register();
    const response = await one.register({ contacts: ['*'], expires: 0 });
    expect([statusOf(response), response.all('Contact')]).toEqual(['200 OK', []]);
    expect(lab.log.slice(2)).toEqual([
      '0 alice unregistered sip:a@10.0.0.2',
      '0 alice unregistered sip:a@10.0.0.3',
    ]);
    expect(await lab.store.count()).toEqual({ aors: 0, bindings: 0 });
  });

  it.each([
    ['another time', { contacts: ['*'], expires: 60 }],
    ['no time', { contacts: ['*'] }],
    ['other contacts', { contacts: ['*', '<sip:b@10.0.0.2>'], expires: 0 }],
  ])('step 6: answers 400 to `*` with %s, and removes nothing', async (_what, request) => {
    const phone = start().phone('10.0.0.2');
    await phone.register();
    expect(statusOf(await phone.register(request))).toMatch(/^400 /);
    expect(await lab.contacts()).toEqual(['sip:a@10.0.0.2']);
  });

  it('step 6: fails `*` of an earlier CSeq of the same Call-ID', async () => {
    const phone = start().phone('10.0.0.2');
    await phone.register({ cseq: 5 });
    expect(statusOf(await phone.register({ contacts: ['*'], expires: 0, cseq: 5 }))).toMatch(/^500 /);
    expect(await lab.contacts()).toEqual(['sip:a@10.0.0.2']);
  });

  it.each([4, 5])('step 7: refuses CSeq %i after 5 of the same Call-ID', async (late) => {
    const phone = start().phone('10.0.0.2');
    await phone.register({ cseq: 5, expires: 600 });
    expect(statusOf(await phone.register({ cseq: late, expires: 0 }))).toBe('500 CSeq Out Of Order');
    expect(await lab.contacts()).toEqual(['sip:a@10.0.0.2']);
  });

  it('step 7: takes any CSeq of another Call-ID', async () => {
    const phone = start().phone('10.0.0.2');
    await phone.register({ cseq: 5 });
    expect(statusOf(await phone.register({ cseq: 1, callId: 'rebooted', expires: 0 }))).toBe('200 OK');
    expect(await lab.contacts()).toEqual([]);
  });

  it('step 7: changes all contacts of a request or none', async () => {
    const phone = start({ minExpiresSec: 60 }).phone('10.0.0.2');
    await phone.register({ contacts: ['<sip:a@10.0.0.2>'] });
    const refused = await phone.register({
      contacts: ['<sip:a@10.0.0.2>;expires=0, <sip:b@10.0.0.2>', '<sip:c@10.0.0.2>;expires=7'],
    });
    expect([statusOf(refused), refused.first('Min-Expires')]).toEqual(['423 Interval Too Brief', '60']);
    expect(await lab.contacts()).toEqual(['sip:a@10.0.0.2']);
    expect(lab.log).toEqual(['0 alice created sip:a@10.0.0.2']);
  });

  it('step 7: takes the time of the contact before that of the message, and its own when both are silent or wrong', async () => {
    const phone = start({ maxExpiresSec: 5000, defaultExpiresSec: 1800 }).phone('10.0.0.2');
    const response = await phone.register({
      contacts: ['<sip:a@10.0.0.2>;expires=700', '<sip:b@10.0.0.2>', '<sip:c@10.0.0.2>;expires=soon'],
      expires: 800,
    });
    expect(response.all('Contact')).toEqual([
      '<sip:a@10.0.0.2>;expires=700',
      '<sip:b@10.0.0.2>;expires=800',
      '<sip:c@10.0.0.2>;expires=3600',
    ]);
    const silent = await phone.register({
      contacts: ['<sip:d@10.0.0.2>', '<sip:a@10.0.0.2>;expires=4294967296'],
    });
    expect(silent.all('Contact').filter((c) => /:[ad]@/.test(c))).toEqual([
      '<sip:a@10.0.0.2>;expires=5000',
      '<sip:d@10.0.0.2>;expires=1800',
    ]);
  });

  it('step 7: never refuses an hour for being too brief', async () => {
    const phone = start({ minExpiresSec: 7200, maxExpiresSec: 9000 }).phone('10.0.0.2');
    expect(statusOf(await phone.register({ expires: 3600 }))).toBe('200 OK');
    expect(statusOf(await phone.register({ expires: 3599 }))).toBe('423 Interval Too Brief');
  });

  it('step 7: compares contacts as URIs', async () => {
    const phone = start().phone('10.0.0.2');
    await phone.register({ contacts: ['<sip:a@Phone.example.com;Transport=udp>'] });
    await phone.register({ contacts: ['<sip:%61@phone.example.com;transport=UDP>'] });
    expect(await lab.contacts()).toEqual(['sip:%61@phone.example.com;transport=UDP']);
    await phone.register({ contacts: ['<sip:a@phone.example.com>'] });
    expect((await lab.contacts()).length).toBe(2);
  });

  it('step 8: lists every device, the most wanted first, the latest first among equals, with what it said of itself', async () => {
    const phone = start().phone('10.0.0.2');
    await phone.register({ contacts: ['<sip:a@10.0.0.2>;q=0.5;methods="INVITE, BYE";video'] });
    await lab.clock.advanceAsync(1000);
    await phone.register({ contacts: ['<sip:b@10.0.0.2>;q=0.5', '<mailto:a@example.com>;q=0.1'] });
    const response = await phone.register({ contacts: ['"A" <sip:c@10.0.0.2>;q=0.8'] });
    expect(response.all('Contact')).toEqual([
      '<sip:c@10.0.0.2>;expires=3600;q=0.8',
      '<sip:b@10.0.0.2>;expires=3600;q=0.5',
      '<sip:a@10.0.0.2>;expires=3599;q=0.5;methods="INVITE, BYE";video',
      '<mailto:a@example.com>;expires=3600;q=0.1',
    ]);
    expect((await lab.store.bindings(ALICE)).map(({ q }) => q)).toEqual([0.8, 0.5, 0.5, 0.1]);
  });

  it.each(['<sip:a@10.0.0.2', '<nothing>', 'sip:a b@10.0.0.2'])(
    'answers 400 to the contact %s',
    async (contact) => {
      expect(
        statusOf(
          await start()
            .phone('10.0.0.2')
            .register({ contacts: [contact] }),
        ),
      ).toMatch(/^400 /);
    },
  );

  it('takes no more than 20 bindings an address of record, and tells the limit', async () => {
    const phone = start().phone('10.0.0.2');
    const many = Array.from({ length: 20 }, (_, n) => `<sip:${n}@10.0.0.2>`);
    expect(statusOf(await phone.register({ contacts: many }))).toBe('200 OK');
    expect(statusOf(await phone.register({ contacts: ['<sip:x@10.0.0.2>'] }))).toBe('403 Too Many Contacts');
    expect(lab.limits).toEqual([
      { limit: 'bindings-per-aor', source: { host: '10.0.0.2', port: 5060 }, atMs: 0 },
    ]);
    expect(statusOf(await phone.register({ contacts: many.slice(0, 3) }))).toBe('200 OK');
    expect((await lab.contacts()).length).toBe(20);
  });
});

describe('a registrar whose store is away', () => {
  it('answers 503 with Retry-After, and serves again when it is back (RFC 3261 §21.5.4)', async () => {
    start();
    const { store } = lab;
    let isAway = true;
    const update: LocationStore['update'] = (aor, decide) =>
      isAway
        ? Promise.reject(new LocationStoreError('unavailable', 'no connection'))
        : store.update(aor, decide);
    const registrar = createRegistrar({
      clock: lab.clock,
      ids: createIds('away'),
      store: Object.assign(Object.create(store) as LocationStore, { update }),
    });
    lab.agent.serve(register(registrar));
    const phone = lab.phone('10.0.0.2');
    const refused = await phone.register();
    expect([statusOf(refused), refused.first('Retry-After')]).toEqual(['503 Service Unavailable', '5']);
    isAway = false;
    expect(statusOf(await phone.register())).toBe('200 OK');
  });
});

describe('bindings end by themselves (RFC 3261 §10.3, RFC 3680 §3.3)', () => {
  it('each in its second, with one timer for all', async () => {
    const phone = start({ minExpiresSec: 1 }).phone('10.0.0.2');
    await phone.register({ contacts: ['<sip:a@10.0.0.2>;expires=60', '<sip:b@10.0.0.2>;expires=30'] });
    await phone.register({ aor: 'sip:bob@example.com', contacts: ['<sip:bob@10.0.0.2>;expires=60'] });
    await lab.clock.advanceAsync(40_000);
    expect(lab.clock.pending).toBe(1);
    await lab.clock.advanceAsync(40_000);
    expect(lab.log.slice(3).sort()).toEqual([
      '30000 alice expired sip:b@10.0.0.2',
      '60000 alice expired sip:a@10.0.0.2',
      '60000 bob expired sip:bob@10.0.0.2',
    ]);
    expect(lab.clock.pending).toBe(0);
  });

  it('not before the last refresh is over, however often it was refreshed', async () => {
    const phone = start().phone('10.0.0.2');
    for (let round = 0; round < 5; round++) {
      await phone.register({ expires: 600 });
      await lab.clock.advanceAsync(500_000);
    }
    expect(await lab.contacts()).toEqual(['sip:a@10.0.0.2']);
    await phone.register({ expires: 60 });
    await lab.clock.advanceAsync(59_999);
    expect(await lab.contacts()).toEqual(['sip:a@10.0.0.2']);
    await lab.clock.advanceAsync(1);
    expect(await lab.contacts()).toEqual([]);
    expect(lab.log.map((line) => line.split(' ')[2])).toEqual([
      'created',
      'refreshed',
      'refreshed',
      'refreshed',
      'refreshed',
      'shortened',
      'expired',
    ]);
  });

  it.each(['deactivated', 'rejected', 'probation'] as const)('by decree: %s', async (reason) => {
    const phone = start().phone('10.0.0.2');
    await phone.register({ contacts: ['<sip:a@10.0.0.2>', '<sip:b@10.0.0.2>'] });
    await lab.registrar.remove(ALICE, reason, 'sip:b@10.0.0.2');
    expect(await lab.contacts()).toEqual(['sip:a@10.0.0.2']);
    await lab.registrar.remove(ALICE, reason);
    expect(lab.log.slice(2)).toEqual([
      `0 alice ${reason} sip:b@10.0.0.2`,
      `0 alice ${reason} sip:a@10.0.0.2`,
    ]);
  });
});
