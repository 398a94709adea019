import type { LocationStore, StoredBinding } from '../../registrar/location-store.ts';
import { ALICE, fullBinding, type StoreCase } from './store-bench.ts';

const put = async (store: LocationStore, aor: string, bindings: readonly StoredBinding[]): Promise<void> =>
  store.update(aor, () => ({ bindings, result: undefined }));

/** What every location store does. */
export const STORE_CASES: readonly StoreCase[] = [
  [
    'gives back every member of a binding, whatever octets it has',
    async ({ world, expect, process }) => {
      const { store } = await process();
      const everything = fullBinding(world.clock.wallMs());
      const bare = fullBinding(world.clock.wallMs(), {
        id: 'id-2',
        contactUri: 'sip:b@10.0.0.2',
        q: 0,
        displayName: undefined,
        path: [],
        instanceId: undefined,
        regId: undefined,
        userAgent: undefined,
        flow: undefined,
      });
      await put(store, ALICE, [bare, everything]);
      expect(await store.bindings(ALICE)).toEqual([everything, bare]);
    },
  ],
  [
    'keeps users apart, also those with strange and with very long names',
    async ({ world, expect, process }) => {
      const { store } = await process();
      const aors = [
        ALICE,
        'sip:example.com',
        'sip:al%2Fice@example.com',
        'sip:J\xc3\xbcrgen@example.com',
        "sip:'; DROP TABLE x--@example.com",
        'sip:null\x00@example.com',
        `sip:${'x'.repeat(9000)}@example.com`,
        `sip:${'x'.repeat(9001)}@example.com`,
      ];
      for (const [place, aor] of aors.entries())
        await put(store, aor, [fullBinding(world.clock.wallMs(), { aor, id: `id-${place}` })]);
      for (const [place, aor] of aors.entries())
        expect((await store.bindings(aor)).map((b) => [b.aor, b.id])).toEqual([[aor, `id-${place}`]]);
      const found: string[] = [];
      for await (const { aor, bindings } of store.all()) if (bindings.length === 1) found.push(aor);
      expect(found.sort()).toEqual([...aors].sort());
      expect(await store.count()).toEqual({ aors: aors.length, bindings: aors.length });
      expect(await store.bindings('sip:bob@example.com')).toEqual([]);
    },
  ],
  [
    'has the best q first, and the latest first among equals (RFC 3261 §16.6)',
    async ({ world, expect, process }) => {
      const { store } = await process();
      const wallMs = world.clock.wallMs();
      const made = (id: string, q: number, ageMs: number): StoredBinding =>
        fullBinding(wallMs, { id, q, updatedAtMs: wallMs - ageMs });
      await put(store, ALICE, [made('a', 0.1, 0), made('b', 0.5, 20), made('c', 0.5, 10), made('d', 1, 30)]);
      expect((await store.bindings(ALICE)).map(({ id }) => id)).toEqual(['d', 'c', 'b', 'a']);
    },
  ],
  [
    'decides upon what is there, once, and leaves it alone when nothing is decided',
    async ({ world, expect, process }) => {
      const { store, log } = await process();
      const binding = fullBinding(world.clock.wallMs());
      await put(store, ALICE, [binding]);
      const seen = await store.update(ALICE, (live, wallMs) => ({
        result: [live, Math.abs(wallMs - world.clock.wallMs()) < 60_000],
      }));
      expect(seen).toEqual([[binding], true]);
      expect(await store.bindings(ALICE)).toEqual([binding]);
      expect(log).toEqual([`created ${binding.contactUri}`]);
    },
  ],
  [
    'changes all bindings of a user or none: 40 updates at once lose nothing',
    async ({ world, expect, process }) => {
      const { store } = await process();
      const wallMs = world.clock.wallMs();
      await Promise.all(
        Array.from({ length: 40 }, async (_, place) => {
          await store.update(ALICE, (live) => ({
            bindings: [...live, fullBinding(wallMs, { id: `id-${place}` })],
            result: undefined,
          }));
        }),
      );
      expect(new Set((await store.bindings(ALICE)).map(({ id }) => id)).size).toEqual(40);
    },
  ],
  [
    'tells what became of each binding, after it is stored (RFC 3680 §3.3)',
    async ({ world, expect, process }) => {
      const { store, log, changes } = await process();
      const wallMs = world.clock.wallMs();
      const [a, b] = ['a', 'b'].map((id) => fullBinding(wallMs, { id, contactUri: `sip:${id}@10.0.0.2` }));
      if (a === undefined || b === undefined) return;
      await put(store, ALICE, [a]);
      await store.update(ALICE, (live) => ({ bindings: [...live, b], result: undefined }));
      await store.update(ALICE, (live) => ({
        bindings: live.map((x) => (x.id === 'a' ? { ...x, expiresAtMs: x.expiresAtMs + 5000, cseq: 1 } : x)),
        result: undefined,
      }));
      await store.update(ALICE, (live) => ({
        bindings: live.map((x) => (x.id === 'b' ? { ...x, expiresAtMs: x.expiresAtMs - 5000 } : x)),
        result: undefined,
      }));
      await store.update(ALICE, (live) => ({
        bindings: live.filter(({ id }) => id === 'b'),
        removal: 'rejected',
        result: undefined,
      }));
      await put(store, ALICE, []);
      expect(log).toEqual([
        'created sip:a@10.0.0.2',
        'created sip:b@10.0.0.2',
        'refreshed sip:a@10.0.0.2',
        'shortened sip:b@10.0.0.2',
        'rejected sip:a@10.0.0.2',
        'unregistered sip:b@10.0.0.2',
      ]);
      expect(changes.map(({ aor, bindings }) => [aor, bindings.length])).toEqual(
        [1, 2, 2, 2, 1, 0].map((left) => [ALICE, left]),
      );
      expect(await store.count()).toEqual({ aors: 0, bindings: 0 });
    },
  ],
  [
    'tells a listener nothing after it left',
    async ({ world, expect, process }) => {
      const { store } = await process();
      let heard = 0;
      const leave = store.onChange(() => heard++);
      await put(store, ALICE, [fullBinding(world.clock.wallMs())]);
      leave();
      await put(store, ALICE, []);
      expect(heard).toEqual(1);
    },
  ],
  [
    'ends bindings by the wall clock, and tells of it (RFC 3261 §10.3, RFC 3680 §3.3)',
    async ({ world, expect, process }) => {
      const { store, log } = await process();
      const wallMs = world.clock.wallMs();
      const long = fullBinding(wallMs, { id: 'long', contactUri: 'sip:long@10.0.0.2' });
      const short = fullBinding(wallMs, {
        id: 'short',
        contactUri: 'sip:short@10.0.0.2',
        expiresAtMs: wallMs + 700,
      });
      await put(store, ALICE, [long, short]);
      await put(store, 'sip:bob@example.com', [{ ...short, id: 'bob', aor: 'sip:bob@example.com' }]);
      log.length = 0;
      await world.until(() => log.length === 2);
      expect(log).toEqual(['expired sip:short@10.0.0.2', 'expired sip:short@10.0.0.2']);
      expect((await store.bindings(ALICE)).map(({ id }) => id)).toEqual(['long']);
      expect(await store.bindings('sip:bob@example.com')).toEqual([]);
      expect(await store.count()).toEqual({ aors: 1, bindings: 1 });
    },
  ],
];
