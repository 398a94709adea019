import { octetText, toBytes } from '../../message/octets.ts';
import { tapped } from '../../transport/tapped.ts';
import { EVERY_OCTET, kinds, message, type Case } from './bench.ts';

/** What all connections do, whether they carry octets or messages. */
export const STREAM_CASES: readonly Case[] = [
  [
    'opens one connection for many messages and answers over it (RFC 3261 §18.1.1, §18.2.2)',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      for (let i = 0; i < 5; i++) alice.send(message(i), bob);
      await world.until(() => bob.texts.length === 5);
      const [request] = bob.received;
      if (request === undefined) return;
      bob.send(message('by connection'), request);
      bob.transport.send(toBytes(message('by address')), { address: request.from });
      await world.until(() => alice.texts.length === 2);
      expect([kinds(alice), kinds(bob), alice.transport.isReliable]).toEqual([['opened'], ['opened'], true]);
      expect(alice.texts).toEqual([message('by connection'), message('by address')]);
      expect([alice.events[0]?.local, alice.events[0]?.remote]).toEqual([request.from, bob.address]);
      expect([bob.events[0]?.connectionId, bob.events[0]?.remote]).toEqual([
        request.connectionId,
        request.from,
      ]);
    },
  ],
  [
    "reports 'refused' for every message that waited for the connection",
    async ({ world, expect, bind }) => {
      const [alice, nobody] = [await bind(), await bind()];
      await nobody.transport.close();
      for (let i = 0; i < 3; i++) alice.send(message(i), nobody);
      await world.until(() => alice.failures.length === 3 && alice.events.length === 1);
      expect([alice.failures, kinds(alice)]).toEqual([['refused', 'refused', 'refused'], ['failed refused']]);
    },
  ],
  [
    'delivers what was sent before close',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      alice.send(message(1), bob);
      await world.until(() => bob.texts.length === 1);
      alice.send(message(2), bob);
      alice.send(message(3, 'x'.repeat(200_000)), bob);
      await alice.transport.close();
      await world.until(() => bob.texts.length === 3 && bob.events.length === 2);
      expect([bob.texts[1], bob.texts[2]?.length, alice.failures]).toEqual([
        message(2),
        message(3, 'x'.repeat(200_000)).length,
        [],
      ]);
      expect([kinds(alice), kinds(bob)]).toEqual([
        ['opened', 'closed'],
        ['opened', 'closed'],
      ]);
    },
  ],
  [
    "fails what waits for a connection with 'closed' when the transport closes",
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      alice.send(message(1), bob);
      await alice.transport.close();
      await world.until(() => alice.failures.length === 1);
      expect([alice.failures, alice.events.map(({ kind }) => kind)]).toEqual([['closed'], ['failed']]);
    },
  ],
  [
    'opens a new connection when the one it was meant for is gone',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      alice.send(message(1), bob);
      await world.until(() => bob.texts.length === 1);
      const connectionId = alice.events[0]?.connectionId;
      await bob.transport.close();
      await world.until(() => kinds(alice).includes('closed'));
      const again = await bind(bob.address.port);
      alice.transport.send(toBytes(message(2)), { address: again.address, connectionId });
      await world.until(() => again.texts.length === 1);
      expect([again.texts, kinds(alice)]).toEqual([[message(2)], ['opened', 'closed', 'opened']]);
    },
  ],
  [
    'takes keep-alives for what they are and stays silent about them (RFC 5626 §4.4.1)',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      const captured: string[] = [];
      tapped(bob.transport, world.clock, ({ bytes }) => captured.push(octetText(bytes)));
      alice.send('\r\n\r\n', bob);
      alice.send(message(1), bob);
      alice.send('\r\n\r\n', bob);
      alice.send(message(2), bob);
      await world.until(() => bob.texts.length === 2);
      bob.send(
        message(3),
        alice.events[0] === undefined ? alice : { ...alice, address: alice.events[0].local },
      );
      await world.until(() => alice.texts.length === 1);
      expect([alice.texts, captured]).toEqual([[message(3)], [message(1), message(2), message(3)]]);
    },
  ],
];

/** What only streams of octets do. */
export const OCTET_STREAM_CASES: readonly Case[] = [
  [
    'cuts what comes in one piece and joins what comes in many (RFC 3261 §18.3)',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      const texts = [message(1, 'one'), message(2), message(3, EVERY_OCTET)];
      alice.send(texts.join(''), bob);
      for (const octet of texts.join('')) alice.send(octet, bob);
      await world.until(() => bob.texts.length === 6);
      expect(bob.texts).toEqual([...texts, ...texts]);
    },
  ],
  [
    'shows octets that cannot be framed once, lets them be answered, and ends the connection',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      bob.transport.onReceived((received) => {
        bob.send(message('bad request'), received);
      });
      const broken = 'MESSAGE sip:bob@example.com SIP/2.0\r\nContent-Length: many\r\n\r\n';
      alice.send(broken, bob);
      await world.until(() => bob.events.length === 2 && alice.texts.length === 1);
      expect([bob.texts, kinds(bob)]).toEqual([[broken], ['opened', 'failed closed']]);
      expect(alice.texts).toEqual([message('bad request')]);
    },
  ],
  [
    'gives up a connection whose peer passes the limits',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      alice.send(`MESSAGE sip:a@b SIP/2.0\r\nSubject: ${'x'.repeat(70_000)}`, bob);
      await world.until(() => bob.events.length === 2);
      expect([bob.texts.map(({ length }) => length), kinds(bob)]).toEqual([
        [65_536],
        ['opened', 'failed too-large'],
      ]);
    },
  ],
];

/** What only streams of whole messages do. @rfc 7118 §5.1 */
export const MESSAGE_STREAM_CASES: readonly Case[] = [
  [
    'RFC 7118 §5.1: takes each WebSocket message for one SIP message, whatever its Content-Length',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      const texts = [
        'MESSAGE sip:a@b SIP/2.0\r\nCall-ID: 1\r\n\r\nno length',
        message(2, EVERY_OCTET),
        message(3),
      ];
      for (const text of texts) alice.send(text, bob);
      await world.until(() => bob.texts.length === 3);
      expect([bob.texts, kinds(bob)]).toEqual([texts, ['opened']]);
    },
  ],
];
