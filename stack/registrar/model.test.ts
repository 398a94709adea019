import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIds } from '../core/seeded-ids.ts';
import type { Incoming } from '../transaction/types.ts';
import { LoopNetwork } from '../testing/loop-network.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { request } from '../testing/sip-messages.ts';
import { createMemoryLocations } from './memory-locations.ts';
import { createRegistrar } from './registrar.ts';

/* Verified: whatever order REGISTER requests and time come in, the registrar holds what a model written from RFC 3261 §10.3 holds. */

interface Step {
  readonly aor: number;
  readonly contacts: readonly { readonly uri: number; readonly expires: number | undefined }[];
  readonly isWildcard: boolean;
  readonly expires: number | undefined;
  readonly callId: number;
  readonly cseq: number;
  readonly waitSec: number;
}

const seconds = fc.option(fc.constantFrom(0, 10, 60, 100, 4000), { nil: undefined });
const step: fc.Arbitrary<Step> = fc.record({
  aor: fc.integer({ min: 0, max: 1 }),
  contacts: fc.array(fc.record({ uri: fc.integer({ min: 0, max: 3 }), expires: seconds }), { maxLength: 3 }),
  isWildcard: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  expires: seconds,
  callId: fc.integer({ min: 0, max: 1 }),
  cseq: fc.integer({ min: 1, max: 12 }),
  waitSec: fc.constantFrom(0, 0, 1, 30, 99, 3600),
});

interface ModelBinding {
  readonly uri: number;
  readonly callId: number;
  readonly cseq: number;
  readonly untilSec: number;
}

const MIN_SEC = 60;
const MAX_SEC = 3600;
const DEFAULT_SEC = 1800;
const MAX_BINDINGS = 3;

/** @rfc 3261 §10.3, in as few words as possible. */
class Model {
  readonly #bindings = new Map<number, readonly ModelBinding[]>();

  live(aor: number, nowSec: number): readonly ModelBinding[] {
    return (this.#bindings.get(aor) ?? []).filter(({ untilSec }) => untilSec > nowSec);
  }

  register(asked: Step, nowSec: number): number {
    const live = this.live(asked.aor, nowSec);
    const isLate = (b: ModelBinding): boolean => b.callId === asked.callId && asked.cseq <= b.cseq;
    if (asked.isWildcard) {
      if (asked.contacts.length > 0 || asked.expires !== 0) return 400;
      if (live.some(isLate)) return 500;
      this.#bindings.set(asked.aor, []);
      return 200;
    }
    const next = new Map(live.map((binding) => [binding.uri, binding]));
    const early = new Map(next);
    for (const { uri, expires } of asked.contacts) {
      const sec = expires ?? asked.expires ?? DEFAULT_SEC;
      if (sec > 0 && sec < MIN_SEC) return 423;
      const old = early.get(uri);
      if (old !== undefined && isLate(old)) return 500;
      early.delete(uri);
      if (sec === 0) next.delete(uri);
      else {
        const untilSec = nowSec + Math.min(sec, MAX_SEC);
        next.set(uri, { uri, callId: asked.callId, cseq: asked.cseq, untilSec });
      }
    }
    if (next.size > MAX_BINDINGS && next.size > live.length) return 403;
    this.#bindings.set(asked.aor, [...next.values()]);
    return 200;
  }
}

const network = new LoopNetwork({ clock: new ManualClock(), ids: createIds('model-network') });
const transport = network.bind('udp', { host: '10.0.0.1', port: 5060 });

function incoming(asked: Step): Incoming {
  const listed = asked.contacts.map(
    ({ uri, expires }) => `<sip:${uri}@10.0.0.2>${expires === undefined ? '' : `;expires=${expires}`}`,
  );
  const values = asked.isWildcard ? ['*', ...listed] : listed;
  const message = request('REGISTER', {
    from: `<sip:${asked.aor}@example.com>;tag=f`,
    to: `<sip:${asked.aor}@example.com>`,
    callId: `call-${asked.callId}`,
    cseq: asked.cseq,
    headers: [
      ...(values.length === 0 ? [] : [`Contact: ${values.join(', ')}`]),
      ...(asked.expires === undefined ? [] : [`Expires: ${asked.expires}`]),
    ],
  });
  const from = { host: '10.0.0.2', port: 5060 };
  return {
    message,
    transport,
    received: { bytes: message.bytes, from, to: transport.local, atMs: 0, connectionId: undefined },
  };
}

describe('any sequence of REGISTER requests (RFC 3261 §10.3)', () => {
  it('leaves what the model leaves, with the same status each time, and a change for every difference', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const clock = new ManualClock();
        const store = createMemoryLocations({ clock });
        const registrar = createRegistrar({
          clock,
          ids: createIds('model'),
          store,
          minExpiresSec: MIN_SEC,
          maxExpiresSec: MAX_SEC,
          defaultExpiresSec: DEFAULT_SEC,
          maxBindings: MAX_BINDINGS,
        });
        const model = new Model();
        const told = new Map<string, number>();
        store.onChange(({ events }) => {
          for (const { kind, binding } of events) {
            const end = ['expired', 'unregistered'].includes(kind);
            if (end) told.delete(binding.id);
            else told.set(binding.id, binding.expiresAtMs);
          }
        });
        for (const asked of steps) {
          await clock.advanceAsync(asked.waitSec * 1000);
          const nowSec = clock.now() / 1000;
          expect((await registrar.register(incoming(asked))).status).toBe(model.register(asked, nowSec));
          for (const aor of [0, 1]) {
            const held = await store.bindings(`sip:${aor}@example.com`);
            const shown = held.map(
              (b) => `${b.contactUri} ${(b.expiresAtMs - clock.wallMs()) / 1000 + nowSec}`,
            );
            const wanted = model.live(aor, nowSec).map((b) => `sip:${b.uri}@10.0.0.2 ${b.untilSec}`);
            expect(shown.sort()).toEqual(wanted.sort());
          }
          expect(told.size).toBe((await store.count()).bindings);
        }
        await clock.runAllAsync(MAX_SEC * 1000);
        expect([await store.count(), clock.pending, told.size]).toEqual([{ aors: 0, bindings: 0 }, 0, 0]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('10,000 users (RFC 3261 §10.3)', () => {
  it('are kept with one timer, listed, and gone when their time is over', async () => {
    const clock = new ManualClock();
    const store = createMemoryLocations({ clock });
    const registrar = createRegistrar({ clock, ids: createIds('many'), store, maxExpiresSec: 7200 });
    let expired = 0;
    store.onChange(({ events }) => {
      expired += events.filter(({ kind }) => kind === 'expired').length;
    });
    const register = (aor: number, cseq: number) =>
      registrar.register(
        incoming({
          aor,
          cseq,
          contacts: [{ uri: 1, expires: 600 + (aor % 3000) }],
          isWildcard: false,
          expires: undefined,
          callId: 0,
          waitSec: 0,
        }),
      );
    for (let aor = 0; aor < 10_000; aor++) expect((await register(aor, 1)).status).toBe(200);
    expect([await store.count(), clock.pending]).toEqual([{ aors: 10_000, bindings: 10_000 }, 1]);
    const listed = new Set<string>();
    for await (const { aor, bindings } of store.all()) if (bindings.length === 1) listed.add(aor);
    expect(listed.size).toBe(10_000);
    clock.advance(500_000);
    for (let aor = 0; aor < 10_000; aor += 2) await register(aor, 2);
    clock.advance(3_100_000);
    // The odd ones are over; of the even ones those with more than 3,100 s are left.
    expect(await store.count()).toEqual({ aors: 10_000 - expired, bindings: 10_000 - expired });
    expect(expired).toBe(5000 + countEvenUpTo(2500));
    clock.runAll(7_200_000);
    expect([expired, clock.pending]).toEqual([10_000, 0]);
  });
});

/** Even users whose time of 600 + (n mod 3000) s is over after 3,100 s. */
function countEvenUpTo(longest: number): number {
  let count = 0;
  for (let n = 0; n < 10_000; n += 2) if (n % 3000 <= longest) count++;
  return count;
}
