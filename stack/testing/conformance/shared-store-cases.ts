import { ALICE, fullBinding, listed, MAX_BINDINGS, type StoreCase } from './store-bench.ts';

/** What a store does for several processes. */
export const SHARED_STORE_CASES: readonly StoreCase[] = [
  [
    'show each other what one of them has answered 200 to, at once',
    async ({ expect, process }) => {
      const [a, b] = [await process(), await process()];
      for (let cseq = 1; cseq <= 10; cseq++) {
        const [here, there] = cseq % 2 === 0 ? [a, b] : [b, a];
        const contact = `sip:a${cseq}@10.0.0.2`;
        const answer = await here.register({ contacts: [`<${contact}>`], callId: 'one', cseq });
        expect([answer.status, (await there.contacts()).includes(contact)]).toEqual([200, true]);
        await here.registrar.remove(ALICE, 'deactivated', contact);
        expect((await there.contacts()).includes(contact)).toEqual(false);
      }
    },
  ],
  [
    'keep the order of requests wherever they come in (RFC 3261 §10.3 step 7)',
    async ({ expect, process }) => {
      const [a, b] = [await process(), await process()];
      expect((await a.register({ callId: 'one', cseq: 5 })).status).toEqual(200);
      expect((await b.register({ callId: 'one', cseq: 5 })).status).toEqual(500);
      expect((await b.register({ callId: 'one', cseq: 6 })).status).toEqual(200);
      expect((await a.register({ callId: 'one', cseq: 6 })).status).toEqual(500);
    },
  ],
  [
    'hear of the changes of each other in one order, with their reasons (RFC 3680 §3.3)',
    async ({ world, expect, process }) => {
      const [a, b] = [await process(), await process()];
      await a.register({ contacts: ['<sip:a@10.0.0.2>;expires=600'], callId: 'a', cseq: 1 });
      await b.register({ contacts: ['<sip:b@10.0.0.3>;expires=600'], callId: 'b', cseq: 1 });
      await a.register({ contacts: ['<sip:b@10.0.0.3>;expires=100'], callId: 'b', cseq: 2 });
      await b.registrar.remove(ALICE, 'rejected', 'sip:a@10.0.0.2');
      await a.register({ contacts: ['*'], lines: ['Expires: 0'], callId: 'c', cseq: 1 });
      const expected = [
        'created sip:a@10.0.0.2',
        'created sip:b@10.0.0.3',
        'shortened sip:b@10.0.0.3',
        'rejected sip:a@10.0.0.2',
        'unregistered sip:b@10.0.0.3',
      ];
      await world.until(() => a.log.length === expected.length && b.log.length === expected.length);
      expect([a.log, b.log]).toEqual([expected, expected]);
      expect(a.changes.map(({ bindings }) => bindings.map(({ id }) => id))).toEqual(
        b.changes.map(({ bindings }) => bindings.map(({ id }) => id)),
      );
    },
  ],
  [
    'never lose an update, and stay within the limit of a user, when both change one at the same time',
    async ({ expect, process }) => {
      const both = [await process(), await process()];
      const statuses = await Promise.all(
        both.flatMap(({ register }, place) =>
          Array.from({ length: 6 }, async (_, n) => {
            const name = `${place}-${n}`;
            return (await register({ contacts: [`<sip:${name}@10.0.0.2>`], callId: name })).status;
          }),
        ),
      );
      const taken = statuses.filter((status) => status === 200).length;
      expect([taken, statuses.filter((status) => status === 403).length]).toEqual([
        MAX_BINDINGS,
        12 - MAX_BINDINGS,
      ]);
      for (const { contacts } of both) expect((await contacts()).length).toEqual(MAX_BINDINGS);
    },
  ],
  [
    'both hear of an expiry, once, and the next request begins anew',
    async ({ world, expect, process }) => {
      const [a, b] = [await process(), await process()];
      const wallMs = world.clock.wallMs();
      await a.store.update(ALICE, () => ({
        bindings: [fullBinding(wallMs, { contactUri: 'sip:a@10.0.0.2', expiresAtMs: wallMs + 700 })],
        result: undefined,
      }));
      await world.until(() => a.log.length === 2 && b.log.length === 2);
      expect([a.log, b.log]).toEqual(
        Array<string[]>(2).fill(['created sip:a@10.0.0.2', 'expired sip:a@10.0.0.2']),
      );
      expect((await b.register({ callId: 'new', cseq: 1 })).status).toEqual(200);
      await world.until(() => a.log.length === 3 && b.log.length === 3);
      expect([a.log.at(-1), b.log.at(-1)]).toEqual(Array<string>(2).fill('created sip:a@10.0.0.2'));
    },
  ],
  [
    'know whose connection a binding came over, also after another one has changed its neighbour (RFC 5626 §5.3)',
    async ({ expect, process }) => {
      const [a, b] = [await process(), await process()];
      await a.register({ contacts: ['<sip:a@x.invalid>'], callId: 'a' });
      await b.register({ contacts: ['<sip:b@x.invalid>'], callId: 'b' });
      const holders = async (of: typeof a): Promise<unknown> =>
        Object.fromEntries(
          (await of.store.bindings(ALICE)).map(({ contactUri, flow }) => [
            contactUri,
            [flow?.connectionId, flow?.holder === undefined],
          ]),
        );
      expect(await holders(a)).toEqual({
        'sip:a@x.invalid': ['tcp-1', true],
        'sip:b@x.invalid': ['tcp-1', false],
      });
      expect(await holders(b)).toEqual({
        'sip:a@x.invalid': ['tcp-1', false],
        'sip:b@x.invalid': ['tcp-1', true],
      });
    },
  ],
  [
    'take a contact over with the refresh that comes in here',
    async ({ expect, process }) => {
      const [a, b] = [await process(), await process()];
      await a.register({ contacts: ['<sip:a@x.invalid>'], cseq: 1 });
      await b.register({ contacts: ['<sip:a@x.invalid>'], cseq: 2 });
      const isElsewhere = async (of: typeof a): Promise<boolean> =>
        (await of.store.bindings(ALICE))[0]?.flow?.holder !== undefined;
      expect([await isElsewhere(a), await isElsewhere(b)]).toEqual([true, false]);
    },
  ],
  [
    'give a latecomer everything that is there, without telling it as news',
    async ({ world, expect, process }) => {
      const a = await process();
      for (let n = 0; n < 10; n++)
        await a.register({
          aor: `sip:user${n}@example.com`,
          contacts: [`<sip:${n}@10.0.0.2>`],
          callId: `${n}`,
        });
      const late = await process();
      const found: string[] = [];
      for await (const { aor } of late.store.all()) found.push(aor);
      expect([found.length, await late.store.count(), late.log]).toEqual([
        10,
        { aors: 10, bindings: 10 },
        [],
      ]);
      await a.register({
        aor: 'sip:user3@example.com',
        contacts: ['<sip:3@10.0.0.2>'],
        callId: '3',
        cseq: 2,
      });
      await world.until(() => late.log.length > 0);
      expect(late.log).toEqual(['refreshed sip:3@10.0.0.2']);
    },
  ],
  [
    'list the contacts of both in the answer of either (RFC 3261 §10.3 step 8)',
    async ({ expect, process }) => {
      const [a, b] = [await process(), await process()];
      await a.register({ contacts: ['<sip:a@10.0.0.2>;q=0.1'], callId: 'a' });
      const answer = await b.register({ contacts: ['<sip:b@10.0.0.3>;q=0.9'], callId: 'b' });
      expect(listed(answer)).toEqual(['<sip:b@10.0.0.3>;q=0.9', '<sip:a@10.0.0.2>;q=0.1']);
    },
  ],
];
