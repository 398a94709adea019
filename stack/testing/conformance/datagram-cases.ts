import { message, type Case } from './bench.ts';

/** What only datagrams do. */
export const DATAGRAM_CASES: readonly Case[] = [
  [
    'is unreliable and sends from the bound address',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      alice.send('no SIP at all\x00', bob);
      await world.until(() => bob.texts.length === 1);
      const [received] = bob.received;
      expect([received?.from, received?.connectionId, alice.transport.isReliable]).toEqual([
        alice.address,
        undefined,
        false,
      ]);
      expect(alice.events).toEqual([]);
    },
  ],
  [
    "reports 'too-large' for what no datagram holds",
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      alice.send('x'.repeat(65_536), bob);
      await world.until(() => alice.failures.length > 0);
      alice.send(message(1), bob);
      await world.until(() => bob.texts.length === 1);
      expect([alice.failures, bob.texts]).toEqual([['too-large'], [message(1)]]);
    },
  ],
];
