import { afterEach, describe, expect, it } from 'vitest';
import { createSystemClock, type SystemClock } from '../../../stack/core/node/system-clock.ts';
import type { LogFields, Logger } from '../../../stack/core/logger.ts';
import { silentLogger } from '../../../stack/core/logger.ts';
import { describeOnEachDatabase } from '../../../stack/interop/node/each-database.ts';
import { startProcess, type StoreProcess } from '../../../stack/testing/conformance/store-bench.ts';
import { NodeStartError } from '../node-start-error.ts';
import type { OpenedLocations } from './locations-opener.ts';
import { openLocations } from './open-locations.ts';

/* Verified: real database servers that are killed, halted and started again under a stream of REGISTER requests. */

const LIMIT_MS = 180_000;

let clock: SystemClock;
let opened: OpenedLocations[] = [];

const open = async (url: string, log: Logger = silentLogger): Promise<OpenedLocations> => {
  clock = opened.length === 0 ? createSystemClock() : clock;
  const locations = await openLocations(url, { clock, log });
  opened.push(locations);
  return locations;
};

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise<void>((resolve) => clock.after(10, resolve));
};

afterEach(() => {
  for (const { close } of opened) close();
  opened = [];
  expect(clock.pending).toBe(0);
});

describeOnEachDatabase('a location store that is killed', (database) => {
  it(
    'has every binding that was answered 200 when it is back, and says in one line each that it is away and back (RFC 3261 §10.3 step 8)',
    { timeout: LIMIT_MS },
    async () => {
      const { url, kill, restart } = database();
      const log: string[] = [];
      const note = (message: string, fields?: LogFields): void => {
        log.push(`${message} ${JSON.stringify(fields)}`);
      };
      const [first, second] = [await open(url, { ...silentLogger, warn: note, info: note }), await open(url)];
      const processes = [first, second].map(({ store }, place) => startProcess(store, clock, place));
      const acknowledged: string[] = [];
      const refused: number[] = [];
      let isOver = false;
      /** Registers one user after the other until it is over. */
      const phone = async (place: number, { register }: StoreProcess): Promise<void> => {
        for (let n = 0; !isOver; n++) {
          const aor = `sip:phone${place}-${n}@example.com`;
          const { status, headers } = await register({ aor, callId: `${place}-${n}` });
          if (status === 200) acknowledged.push(aor);
          else {
            expect([status, headers]).toEqual([503, [['Retry-After', '5']]]);
            refused.push(n);
            // A phone does not come again at once.
            await new Promise<void>((resolve) => clock.after(20, resolve));
          }
        }
      };
      const phones = Promise.all(
        [...processes, ...processes, ...processes, ...processes].map((process, place) =>
          phone(place, process),
        ),
      );
      await until(() => acknowledged.length >= 200);
      await kill();
      await until(() => refused.length >= 20);
      expect(first.health()).toMatchObject({ isHealthy: false });
      const before = acknowledged.length;
      await restart();
      await until(() => acknowledged.length >= before + 50);
      isOver = true;
      await phones;
      await until(() => first.health().isHealthy && second.health().isHealthy);
      for (const aor of acknowledged)
        for (const { contacts } of processes) expect(await contacts(aor)).toEqual(['sip:a@10.0.0.2']);
      // An attempt to connect may meet a server that has just begun to start: what counts is that the lines alternate.
      expect(log.map((line) => line.split(' {')[0]).slice(0, 2)).toEqual([
        'location store lost',
        'location store back',
      ]);
      expect(log.join()).not.toMatch(/secret/);
    },
  );

  it(
    'fails in bounded time while it is halted, and serves when it goes on',
    { timeout: LIMIT_MS },
    async () => {
      const { url, halt, resume } = database();
      const { store, health } = await open(url);
      const { register } = startProcess(store, clock, 0);
      expect((await register({ callId: 'halt', cseq: 1 })).status).toBe(200);
      halt();
      try {
        const askedAtMs = clock.now();
        expect((await register({ callId: 'halt', cseq: 2 })).status).toBe(503);
        expect(health()).toEqual({ isHealthy: false, reason: 'no answer in 4 s' });
        // Far below the 32 s of a client's patience, on a slow machine too.
        expect(clock.now() - askedAtMs).toBeLessThan(20_000);
        expect((await register({ callId: 'halt', cseq: 3 })).status).toBe(503);
      } finally {
        resume();
      }
      await until(() => health().isHealthy);
      expect((await register({ callId: 'halt', cseq: 4 })).status).toBe(200);
    },
  );

  it('is told from one with another password, by its name and without any password', async () => {
    const bad = new URL(database().url);
    bad.password = 'wrong-secret';
    clock = createSystemClock();
    const error = await openLocations(bad.href, { clock, log: silentLogger }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(NodeStartError);
    expect(error).toMatchObject({ code: 'store-unavailable' });
    expect(String(error)).toMatch(
      /cannot be used as the location store: .*(WRONGPASS|password authentication failed)/,
    );
    expect(String(error)).not.toContain('secret:');
    expect(String(error)).not.toContain('wrong-secret');
  });
});

describe('a location store that is not there', () => {
  it.each(['redis://user:secret@127.0.0.1:1', 'postgres://user:secret@127.0.0.1:1/siphon'])(
    'is refused in one sentence without the password: %s',
    async (url) => {
      clock = createSystemClock();
      const error = await openLocations(url, { clock, log: silentLogger }).catch((e: unknown) => e);
      expect(error).toMatchObject({
        code: 'store-unavailable',
        hint: 'Start it, or check its address, user and password.',
      });
      expect(String(error)).toMatch(
        /^NodeStartError: (Redis at 127.0.0.1:1|PostgreSQL at 127.0.0.1:1\/siphon) cannot be used as the location store: connect ECONNREFUSED 127.0.0.1:1\.$/,
      );
    },
  );
});
