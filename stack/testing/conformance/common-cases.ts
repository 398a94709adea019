import { octetText, toBytes } from '../../message/octets.ts';
import type { CapturedMessage } from '../../transport/capture.ts';
import { tapped } from '../../transport/tapped.ts';
import { EVERY_OCTET, message, type Case } from './bench.ts';

/** What every transport does. */
export const COMMON_CASES: readonly Case[] = [
  [
    'carries octets there and back, and tells where they came from and went',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      alice.send(message(1, EVERY_OCTET), bob);
      await world.until(() => bob.received.length === 1);
      const [request] = bob.received;
      if (request === undefined) return;
      expect(request.to).toEqual(bob.address);
      bob.send(message(2), request);
      await world.until(() => alice.received.length === 1);
      const [response] = alice.received;
      expect([bob.texts, alice.texts]).toEqual([[message(1, EVERY_OCTET)], [message(2)]]);
      expect([response?.from, response?.to]).toEqual([bob.address, request.from]);
      expect([alice.failures, bob.failures]).toEqual([[], []]);
    },
  ],
  [
    'keeps a burst in order, and messages of 60,000 octets whole',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      const texts = Array.from({ length: 200 }, (_, i) => message(i, i % 50 === 7 ? 'x'.repeat(60_000) : ''));
      for (const text of texts) alice.send(text, bob);
      await world.until(() => bob.texts.length === texts.length);
      expect(bob.texts).toEqual(texts);
    },
  ],
  [
    'lets two transports talk crosswise at the same time',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      alice.send(message('a'), bob);
      bob.send(message('b'), alice);
      await world.until(() => alice.texts.length === 1 && bob.texts.length === 1);
      expect([alice.texts, bob.texts]).toEqual([[message('b')], [message('a')]]);
    },
  ],
  [
    'calls nobody from inside send or close',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      let isInside = true;
      const early: string[] = [];
      const note = (what: string) => (): void => {
        if (isInside) early.push(what);
      };
      for (const { transport } of [alice, bob]) {
        transport.onReceived(note('received'));
        transport.onConnection(note('connection'));
        transport.onStateChanged(note('state'));
      }
      alice.send(message(1), bob);
      alice.transport.send(
        toBytes(message(2)),
        { address: { host: world.otherHost, port: 9 } },
        note('failed'),
      );
      isInside = false;
      await world.until(() => bob.texts.length === 1);
      isInside = true;
      const closed = alice.transport.close();
      alice.transport.send(toBytes(message(3)), { address: bob.address }, note('failed'));
      isInside = false;
      await closed;
      expect([early, alice.states]).toEqual([[], ['closing', 'closed']]);
    },
  ],
  [
    'tells a listener nothing after it left',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      const heard: string[] = [];
      const leave = bob.transport.onReceived(({ bytes }) => heard.push(octetText(bytes)));
      alice.send(message(1), bob);
      await world.until(() => bob.texts.length === 1);
      leave();
      leave();
      alice.send(message(2), bob);
      await world.until(() => bob.texts.length === 2);
      expect(heard).toEqual([message(1)]);
    },
  ],
  [
    "fails a send after close with 'closed', once, and closes once",
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      const closed = alice.transport.close();
      alice.send(message(1), bob);
      await closed;
      await alice.transport.close();
      alice.send(message(2), bob);
      alice.transport.send(toBytes(message(3)), { address: bob.address });
      await world.until(() => alice.failures.length === 2);
      expect([alice.failures, alice.states, bob.texts]).toEqual([
        ['closed', 'closed'],
        ['closing', 'closed'],
        [],
      ]);
    },
  ],
  [
    "reports 'unreachable' for an address of the other IP version and for one that is none",
    async ({ world, expect, bind }) => {
      const alice = await bind();
      for (const address of [
        { host: world.otherHost, port: 5060 },
        { host: world.host, port: 0 },
        { host: world.host, port: 70_000 },
        { host: '', port: 5060 },
        { host: 'no.name.is.looked.up', port: 5060 },
      ]) {
        alice.failures.length = 0;
        alice.transport.send(toBytes(message(1)), { address }, (error) => alice.failures.push(error.code));
        await world.until(() => alice.failures.length > 0);
        expect([address, alice.failures]).toEqual([address, ['unreachable']]);
      }
    },
  ],
  [
    "refuses a taken address with 'in-use' and gives it back when closed, at once",
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      const failure = await bind(bob.address.port).then(
        () => 'bound',
        (error: unknown) =>
          error instanceof Error ? [error.name, 'code' in error ? error.code : ''] : error,
      );
      expect(failure).toEqual(['TransportError', 'in-use']);
      alice.send(message(1), bob);
      await world.until(() => bob.texts.length === 1);
      await bob.transport.close();
      const again = await bind(bob.address.port);
      // The peer must have noticed before it sends: what goes over a dying connection is lost.
      await world.until(
        () => alice.events.every(({ kind }) => kind === 'opened') === !alice.transport.isReliable,
      );
      alice.send(message(2), again);
      await world.until(() => again.texts.length === 1);
      expect(again.texts).toEqual([message(2)]);
    },
  ],
  [
    'shows a tap at each end the same octets with mirrored addresses',
    async ({ world, expect, bind }) => {
      const [alice, bob] = [await bind(), await bind()];
      const records: Record<'alice' | 'bob', string[]> = { alice: [], bob: [] };
      const record = (name: 'alice' | 'bob') => (captured: CapturedMessage) => {
        const { direction, protocol, local, remote, bytes } = captured;
        const [from, to] = direction === 'out' ? [local, remote] : [remote, local];
        records[name].push(`${protocol} ${from.port} > ${to.port} ${octetText(bytes)}`);
      };
      tapped(alice.transport, world.clock, record('alice'));
      tapped(bob.transport, world.clock, record('bob'));
      alice.send(message(1), bob);
      await world.until(() => bob.received.length === 1);
      const [request] = bob.received;
      if (request !== undefined) bob.send(message(2), request);
      await world.until(() => alice.received.length === 1);
      expect(records.alice).toEqual(records.bob);
      const { protocol } = alice.transport;
      expect(records.bob).toEqual([
        `${protocol} ${request?.from.port} > ${bob.address.port} ${message(1)}`,
        `${protocol} ${bob.address.port} > ${request?.from.port} ${message(2)}`,
      ]);
    },
  ],
];
