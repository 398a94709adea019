import { listed, MAX_BINDINGS, type StoreCase } from './store-bench.ts';

const INSTANCE = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>"';

/** What a registrar does with any store. */
export const REGISTRAR_CASES: readonly StoreCase[] = [
  [
    'refuses a request that a later one of its Call-ID has overtaken, and takes another Call-ID (RFC 3261 §10.3 step 7)',
    async ({ expect, process }) => {
      const it = await process();
      const statuses: number[] = [];
      for (const [callId, cseq] of [
        ['one', 5],
        ['one', 5],
        ['one', 4],
        ['two', 1],
        ['two', 2],
      ] as const)
        statuses.push((await it.register({ callId, cseq })).status);
      expect(statuses).toEqual([200, 500, 500, 200, 200]);
    },
  ],
  [
    'changes all contacts of a request or none (RFC 3261 §10.3 step 7)',
    async ({ expect, process }) => {
      const it = await process();
      await it.register({ contacts: ['<sip:a@10.0.0.2>'], callId: 'one', cseq: 9 });
      const late = { contacts: ['<sip:b@10.0.0.2>, <sip:a@10.0.0.2>;expires=0'], callId: 'one', cseq: 9 };
      expect((await it.register(late)).status).toEqual(500);
      expect(await it.contacts()).toEqual(['sip:a@10.0.0.2']);
      expect((await it.register({ ...late, cseq: 10 })).status).toEqual(200);
      expect(await it.contacts()).toEqual(['sip:b@10.0.0.2']);
    },
  ],
  [
    'removes everything with *, and nothing when it comes late (RFC 3261 §10.3 step 6)',
    async ({ expect, process }) => {
      const it = await process();
      const all = { contacts: ['*'], lines: ['Expires: 0'], callId: 'one' };
      await it.register({ contacts: ['<sip:a@10.0.0.2>, <sip:b@10.0.0.2>'], callId: 'one', cseq: 2 });
      expect((await it.register({ ...all, cseq: 1 })).status).toEqual(500);
      expect((await it.contacts()).length).toEqual(2);
      const answer = await it.register({ ...all, cseq: 3 });
      expect([answer.status, listed(answer), await it.contacts()]).toEqual([200, [], []]);
    },
  ],
  [
    'lists contacts with q, display parameters and GRUU, best first (RFC 3261 §10.3 step 8, RFC 5627 §5.3)',
    async ({ expect, process }) => {
      const it = await process();
      await it.register({ contacts: ['<sip:a@10.0.0.2>;q=0.2;methods="INVITE,BYE"'], callId: 'a' });
      const answer = await it.register({
        contacts: [`<sip:b@10.0.0.3>;q=0.7;${INSTANCE}`],
        callId: 'b',
        lines: ['Supported: gruu'],
      });
      const values = listed(answer).map((value) => value.replace(/;temp-gruu="[^"]+"/, ';temp'));
      expect(values).toEqual([
        `<sip:b@10.0.0.3>;q=0.7;${INSTANCE};pub-gruu="sip:alice@example.com;gr=urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF";temp`,
        '<sip:a@10.0.0.2>;q=0.2;methods="INVITE,BYE"',
      ]);
    },
  ],
  [
    'keeps Path and the flows of an instance (RFC 3327 §5.3, RFC 5626 §6)',
    async ({ expect, process }) => {
      const it = await process();
      const lines = ['Supported: path, outbound', 'Path: <sip:edge@10.0.0.7;lr;ob>'];
      for (const regId of [1, 2, 1])
        await it.register({
          contacts: [`<sip:a${regId}@10.0.0.2>;${INSTANCE};reg-id=${regId}`],
          callId: `call-${regId}`,
          cseq: (await it.contacts()).length + 1,
          lines,
        });
      const bindings = await it.registrar.bindings('sip:alice@example.com');
      expect(bindings.map(({ regId, path }) => [regId, path]).sort()).toEqual([
        [1, ['<sip:edge@10.0.0.7;lr;ob>']],
        [2, ['<sip:edge@10.0.0.7;lr;ob>']],
      ]);
    },
  ],
  [
    'finds the instance that a GRUU names (RFC 5627 §5.5)',
    async ({ expect, process }) => {
      const it = await process();
      await it.register({ contacts: ['<sip:other@10.0.0.9>'], callId: 'other' });
      const answer = await it.register({
        contacts: [`<sip:a@10.0.0.2>;${INSTANCE}`],
        lines: ['Supported: gruu'],
      });
      for (const name of ['pub-gruu', 'temp-gruu']) {
        const gruu = new RegExp(`${name}="([^"]+)"`).exec(listed(answer).join())?.[1] ?? '';
        const { kind, bindings } = await it.registrar.locate(gruu);
        expect([kind, bindings.map(({ contactUri }) => contactUri)]).toEqual(['gruu', ['sip:a@10.0.0.2']]);
      }
    },
  ],
  [
    'takes no more contacts of a user than it may',
    async ({ expect, process }) => {
      const it = await process();
      const statuses = await Promise.all(
        Array.from({ length: MAX_BINDINGS + 3 }, async (_, n) => {
          const answer = await it.register({ contacts: [`<sip:${n}@10.0.0.2>`], callId: `call-${n}` });
          return answer.status;
        }),
      );
      expect(statuses.sort()).toEqual([...Array<number>(MAX_BINDINGS).fill(200), 403, 403, 403]);
      expect((await it.contacts()).length).toEqual(MAX_BINDINGS);
    },
  ],
];
