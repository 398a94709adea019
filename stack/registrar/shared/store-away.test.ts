import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogFields, Logger } from '../../core/logger.ts';
import { fullBinding, startProcess, type StoreProcess } from '../../testing/conformance/store-bench.ts';
import { LoopDatabase } from '../../testing/loop-database.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { LocationStoreError } from '../location-store.ts';
import { openSharedLocations, type SharedLocations } from './shared-locations.ts';

/*
 * Verified: a database that goes away, hangs, refuses or holds nonsense, and comes back: what callers and the log hear, and when, in virtual time.
 * Real servers that are killed: app/servers/locations/.
 */

const ALICE = 'sip:alice@example.com';

let clock: ManualClock;
let database: LoopDatabase;
let log: string[];
let opened: SharedLocations[];

const note =
  (level: string) =>
  (message: string, fields: LogFields = {}): void => {
    log.push(`${clock.now()} ${level} ${message}: ${Object.values(fields).join(', ')}`);
  };
const logger: Logger = {
  debug: note('debug'),
  info: note('info'),
  warn: note('warn'),
  error: note('error'),
};

const open = async (): Promise<SharedLocations> => {
  const store = await openSharedLocations({
    driver: database,
    clock,
    log: logger,
    self: `process-${opened.length}`,
  });
  opened.push(store);
  return store;
};

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof LocationStoreError ? error.code : String(error)),
  );

const bind = async (store: SharedLocations, more: Parameters<typeof fullBinding>[1] = {}): Promise<void> =>
  store.update(ALICE, () => ({ bindings: [fullBinding(clock.wallMs(), more)], result: undefined }));

beforeEach(() => {
  clock = new ManualClock();
  database = new LoopDatabase();
  log = [];
  opened = [];
});

afterEach(() => {
  for (const store of opened) store.dispose();
  expect([clock.pending, database.openConnections]).toEqual([0, 0]);
});

describe('a location store that goes away', () => {
  it('rejects at once, connects again with growing waits, and says in one line each that it is away and back', async () => {
    const store = await open();
    await bind(store, { expiresAtMs: clock.wallMs() + 600_000 });
    await clock.advanceAsync(20_000);
    database.crash();
    expect([await codeOf(store.bindings(ALICE)), await codeOf(bind(store))]).toEqual([
      'unavailable',
      'unavailable',
    ]);
    expect(store.health).toEqual({ isHealthy: false, reason: 'connection reset' });
    const attempts: number[] = [];
    for (let connects = database.connects; clock.now() < 60_000; await clock.advanceAsync(100))
      if (database.connects > connects) {
        attempts.push(clock.now() - 20_000);
        connects = database.connects;
      }
    expect(attempts.slice(0, 8)).toEqual([100, 300, 700, 1500, 3100, 6300, 11_300, 16_300]);
    expect(store.health).toEqual({ isHealthy: false, reason: 'connection refused' });
    database.isDown = false;
    await clock.advanceAsync(5000);
    expect(store.health).toEqual({ isHealthy: true });
    expect((await store.bindings(ALICE)).length).toBe(1);
    expect(log).toEqual([
      '20000 warn location store lost: a database at 10.0.0.5, connection reset',
      '61300 info location store back: a database at 10.0.0.5, 41300',
    ]);
  });

  it('does not hang with one that does not answer: 4 s, and the next one fails at once', async () => {
    const store = await open();
    database.isSilent = true;
    const [first, second] = [codeOf(bind(store)), codeOf(store.bindings(ALICE))];
    await clock.advanceAsync(3999);
    expect(store.health.isHealthy).toBe(true);
    await clock.advanceAsync(1);
    expect([await first, await second, await codeOf(store.bindings(ALICE))]).toEqual([
      'timeout',
      'timeout',
      'unavailable',
    ]);
    expect(store.health).toEqual({ isHealthy: false, reason: 'no answer in 4 s' });
    database.isSilent = false;
    await clock.advanceAsync(10_000);
    expect(store.health).toEqual({ isHealthy: true });
  });

  it('gives up what a busy one does not answer in time, and keeps the connection that answers others', async () => {
    const store = await open();
    database.isSilent = true;
    const slow = codeOf(store.bindings(ALICE));
    await clock.advanceAsync(2000);
    database.isSilent = false;
    expect(await codeOf(store.bindings(ALICE))).toBe('done');
    await clock.advanceAsync(2000);
    expect([await slow, store.health, log]).toEqual(['timeout', { isHealthy: true }, []]);
  });

  it('notices a silent one also when nobody asks it', async () => {
    const store = await open();
    database.isSilent = true;
    await clock.advanceAsync(9000);
    expect(store.health).toEqual({ isHealthy: false, reason: 'no answer in 4 s' });
  });

  it('keeps lists and counts as they were known last, and ends what expires meanwhile', async () => {
    const store = await open();
    const heard: string[] = [];
    store.onChange(({ events }) => heard.push(...events.map(({ kind }) => kind)));
    await bind(store, { expiresAtMs: clock.wallMs() + 30_000 });
    database.crash();
    expect(await store.count()).toEqual({ aors: 1, bindings: 1 });
    await clock.advanceAsync(30_000);
    expect([heard, await store.count(), database.documents.size]).toEqual([
      ['created', 'expired'],
      { aors: 0, bindings: 0 },
      1,
    ]);
    // The first thing after its return: what has expired is taken out.
    database.isDown = false;
    await clock.advanceAsync(5000);
    expect(database.documents.size).toBe(0);
  });

  it('tells after its return what others have changed meanwhile (RFC 3680 §3.3)', async () => {
    const [here, there] = [await open(), await open()];
    const heard: string[] = [];
    await bind(here, { id: 'old', contactUri: 'sip:old@10.0.0.2' });
    await here.update('sip:bob@example.com', () => ({
      bindings: [fullBinding(clock.wallMs(), { aor: 'sip:bob@example.com', contactUri: 'sip:bob@10.0.0.2' })],
      result: undefined,
    }));
    there.onChange(({ events }) =>
      heard.push(...events.map(({ kind, binding }) => `${kind} ${binding.contactUri}`)),
    );
    database.crash();
    database.isDown = false;
    // A process that was never away.
    const third = await open();
    await bind(third, { id: 'new', contactUri: 'sip:new@10.0.0.2' });
    await clock.advanceAsync(1000);
    expect(heard).toEqual(['created sip:new@10.0.0.2', 'unregistered sip:old@10.0.0.2']);
  });

  it('gives up when others are faster every time', async () => {
    const store = await open();
    let turn = 0;
    await bind(store);
    database.beforeSwap = (key) =>
      database.documents.set(
        key,
        (database.documents.get(key) ?? '').replace(/"cseq":\d+/, `"cseq":${++turn}`),
      );
    expect([await codeOf(bind(store, { q: 1 })), turn]).toEqual(['conflict', 20]);
    expect(store.health).toEqual({ isHealthy: true });
  });

  it('says once what is refused, and once that it works again; look-ups go on', async () => {
    const store = await open();
    await bind(store);
    database.refusal = 'the disk is full';
    for (let n = 0; n < 3; n++) expect(await codeOf(bind(store, { cseq: n }))).toBe('unavailable');
    expect((await store.bindings(ALICE)).length).toBe(1);
    expect(store.health).toEqual({ isHealthy: false, reason: 'the disk is full' });
    database.refusal = undefined;
    expect(await codeOf(bind(store, { cseq: 5 }))).toBe('done');
    expect([store.health, log]).toEqual([
      { isHealthy: true },
      [
        '0 warn location store refuses: a database at 10.0.0.5, update, the disk is full',
        '0 info location store serves again: a database at 10.0.0.5, update',
      ],
    ]);
  });

  it('fails to open where there is no database, and where nobody answers', async () => {
    database.isDown = true;
    await expect(open()).rejects.toThrow('connection refused');
    database.isDown = false;
    database.isSilent = true;
    const opening = codeOf(open());
    await clock.advanceAsync(5000);
    expect(await opening).toBe('timeout');
  });

  it('is let go of while it is away: nothing tries to connect any more', async () => {
    const store = await open();
    database.crash();
    store.dispose();
    const { connects } = database;
    await clock.advanceAsync(60_000);
    expect(database.connects).toBe(connects);
  });
});

describe('a location store with entries that are none of ours', () => {
  it.each([
    ['no JSON', 'nonsense'],
    ['another thing', '{"aor":"sip:alice@example.com","bindings":[{"id":7}]}'],
    ['a list', '[]'],
    ['another protocol', ''],
  ])('says which, serves everybody else, and loses nothing: %s', async (_, text) => {
    const store = await open();
    await bind(store);
    const good = database.documents.get(ALICE) ?? '';
    const bad = text === '' ? good.replace('"protocol":"ws"', '"protocol":"carrier pigeon"') : text;
    database.documents.set(ALICE, bad);
    log.length = 0;
    expect([await codeOf(store.bindings(ALICE)), await codeOf(bind(store))]).toEqual(['corrupt', 'corrupt']);
    expect(log[0]).toContain(
      '0 error bad entry in the location store: LocationStoreError: What is stored are',
    );
    expect(database.documents.get(ALICE)).toBe(bad);
    const late = await open();
    expect(await late.count()).toEqual({ aors: 0, bindings: 0 });
    expect(store.health).toEqual({ isHealthy: true });
    database.announce('nonsense');
    database.announce('{"id":7}');
    await clock.settle();
  });
});

describe('a registrar on a location store that goes away (RFC 3261 §21.5.4)', () => {
  it('answers 503 with Retry-After, and has every binding it has answered 200 to when it is back', async () => {
    const processes: StoreProcess[] = [];
    for (let place = 0; place < 2; place++) processes.push(startProcess(await open(), clock, place));
    const acknowledged: string[] = [];
    for (let n = 0; n < 60; n++) {
      if (n === 20) database.crash();
      if (n === 40) {
        database.isDown = false;
        await clock.advanceAsync(10_000);
      }
      const aor = `sip:user${n}@example.com`;
      const answer = await processes[n % 2]?.register({ aor, callId: `call-${n}` });
      if (answer?.status === 200) acknowledged.push(aor);
      else expect(answer).toEqual({ status: 503, headers: [['Retry-After', '5']] });
    }
    expect(acknowledged.length).toBe(40);
    for (const aor of acknowledged)
      for (const { contacts } of processes) expect(await contacts(aor)).toEqual(['sip:a@10.0.0.2']);
  });
});
