import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../fixtures/peers.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { contactUri, startRouter, type Router } from '../fixtures/routed.ts';
import { runSipp, type SippOutcome } from '../fixtures/sipp-run.ts';
import { startSippScenario, startSippUas } from '../fixtures/sipp-uas.ts';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/*
 * Verified: what siphond --mode proxy does with several contacts of a user: sipp calls through it, three of sipp are called. A sipp that is not
 * cancelled, refused or acknowledged as its scenario says fails.
 */

const hasSipp = onPath('sipp') !== undefined;
const why = hasSipp ? '' : `, skipped: ${missing('sipp')}`;
const PROTOCOLS = ['udp', 'tcp'] as const;
type Protocol = (typeof PROTOCOLS)[number];
const HOST = '127.0.0.1';
const BY_SCENARIO: SippOutcome = { exitCode: 0, errors: '' };

let parallel: Router;
let sequential: Router;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  if (!hasSipp) return;
  [parallel, sequential] = await Promise.all([
    startRouter(await freePort(), ['--mode', 'proxy']),
    // Timer B is 64 times T1: a contact that says nothing has 2.6 s.
    startRouter(await freePort(), [
      '--mode',
      'proxy',
      '--fork',
      'sequential',
      '--fork-time-ms',
      '500',
      '--t1-ms',
      '40',
    ]),
  ]);
}, 60_000);

afterAll(async () => {
  if (!hasSipp) return;
  for (const { siphond } of [parallel, sequential]) expect((await siphond.stop()).exitCode).toBe(0);
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** One that rings until it is cancelled. */
const ringing = (protocol: Protocol) =>
  startSippScenario({ scenario: 'uas-cancel', protocol, calls: 1 }, closing);

/** One that refuses. */
const refusing = (protocol: Protocol, status: number, reason: string) =>
  startSippScenario(
    { scenario: 'uas-refuse', protocol, calls: 1, keys: { status: String(status), reason } },
    closing,
  );

const calls = async (
  { at }: Router,
  protocol: Protocol,
  scenario: string,
  status = 200,
): Promise<SippOutcome> =>
  runSipp({
    scenario,
    protocol,
    target: at,
    localPort: await freePort(),
    calls: 1,
    keys: { status: String(status) },
  });

describe.skipIf(!hasSipp)(
  `siphond --mode proxy between sipp and three of sipp${why}`,
  { timeout: 60_000 },
  () => {
    describe.each(PROTOCOLS)('over %s', (protocol) => {
      it('in parallel: the first to answer has the call, the others are cancelled (RFC 3261 §16.7 step 10)', async () => {
        const others = [await ringing(protocol), await ringing(protocol)];
        const uas = await startSippUas(protocol, closing);
        await parallel.register(
          'us',
          [...others.map(({ port }) => port), uas].map((port) => contactUri(port, protocol)),
        );
        expect(await calls(parallel, protocol, 'uac-call')).toEqual(BY_SCENARIO);
        for (const { outcome } of others) expect(await outcome).toEqual(BY_SCENARIO);
      });

      it('in parallel: all are busy, and the caller hears that (RFC 3261 §16.7 step 6)', async () => {
        const busy = await Promise.all(
          [486, 486, 486].map((status) => refusing(protocol, status, 'Busy Here')),
        );
        await parallel.register(
          'us',
          busy.map(({ port }) => contactUri(port, protocol)),
        );
        expect(await calls(parallel, protocol, 'uac-refused', 486)).toEqual(BY_SCENARIO);
        for (const { outcome } of busy) expect(await outcome).toEqual(BY_SCENARIO);
      });

      it('in parallel: a 6xx of one ends it for all (RFC 3261 §16.7 step 5)', async () => {
        const phones = [
          await ringing(protocol),
          await refusing(protocol, 603, 'Decline'),
          await ringing(protocol),
        ];
        await parallel.register(
          'us',
          phones.map(({ port }) => contactUri(port, protocol)),
        );
        expect(await calls(parallel, protocol, 'uac-refused', 603)).toEqual(BY_SCENARIO);
        for (const { outcome } of phones) expect(await outcome).toEqual(BY_SCENARIO);
      });

      it('in parallel: the caller gives up, and nobody rings any more (RFC 3261 §16.10)', async () => {
        const phones = [await ringing(protocol), await ringing(protocol), await ringing(protocol)];
        await parallel.register(
          'us',
          phones.map(({ port }) => contactUri(port, protocol)),
        );
        expect(await calls(parallel, protocol, 'uac-cancel-three')).toEqual(BY_SCENARIO);
        for (const { outcome } of phones) expect(await outcome).toEqual(BY_SCENARIO);
      });

      it('in sequence: busy, then no answer, then the third has the call (RFC 3261 §16.6 step 7)', async () => {
        const busy = await refusing(protocol, 486, 'Busy Here');
        const silent = await ringing(protocol);
        const uas = await startSippUas(protocol, closing);
        await sequential.register(
          'us',
          [busy.port, silent.port, uas].map((port) => contactUri(port, protocol)),
        );
        expect(await calls(sequential, protocol, 'uac-call')).toEqual(BY_SCENARIO);
        for (const { outcome } of [busy, silent]) expect(await outcome).toEqual(BY_SCENARIO);
      });

      it('in sequence: a closed port and one that never says a word, then the third has the call (RFC 3261 §16.9)', async () => {
        const dumb = createSocket('udp4').bind(0, HOST);
        await once(dumb, 'listening');
        closing.push(async () => {
          dumb.close();
          await once(dumb, 'close');
        });
        const uas = await startSippUas(protocol, closing);
        const contacts = [
          contactUri(await freePort(), protocol),
          contactUri(dumb.address().port, 'udp'),
          contactUri(uas, protocol),
        ];
        await sequential.register('us', contacts);
        expect(await calls(sequential, protocol, 'uac-call')).toEqual(BY_SCENARIO);
      });

      it('in sequence: all are busy or decline, and the caller hears of the 6xx (RFC 3261 §16.7 step 6)', async () => {
        const busy = await refusing(protocol, 486, 'Busy Here');
        const declines = await refusing(protocol, 603, 'Decline');
        const never = await startSippUas(protocol, closing);
        await sequential.register(
          'us',
          [busy.port, declines.port, never].map((port) => contactUri(port, protocol)),
        );
        expect(await calls(sequential, protocol, 'uac-refused', 603)).toEqual(BY_SCENARIO);
        for (const { outcome } of [busy, declines]) expect(await outcome).toEqual(BY_SCENARIO);
      });
    });
  },
);
