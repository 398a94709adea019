import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../fixtures/peers.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { contactUri, startRouter, type Router } from '../fixtures/routed.ts';
import { runSipp, type SippOutcome } from '../fixtures/sipp-run.ts';
import { startSippScenario } from '../fixtures/sipp-uas.ts';

/*
 * Verified: siphond --mode b2bua between sipp and sipp, from each of UDP and TCP to each: what one side does in the call the other one sees, and
 * its answer comes back. Both sides check what they get by their scenarios.
 */

const hasSipp = onPath('sipp') !== undefined;
const why = hasSipp ? '' : `, skipped: ${missing('sipp')}`;
const BY_SCENARIO: SippOutcome = { exitCode: 0, errors: '' };
const LEGS = [
  ['udp', 'tcp'],
  ['tcp', 'udp'],
  ['udp', 'udp'],
  ['tcp', 'tcp'],
] as const;
const CALLS = 5;

let router: Router;
let timed: Router;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  if (!hasSipp) return;
  [router, timed] = await Promise.all([
    startRouter(await freePort(), ['--mode', 'b2bua']),
    startRouter(await freePort(), ['--mode', 'b2bua', '--enable-session-timers', '--session-expires', '90']),
  ]);
}, 60_000);

afterAll(async () => {
  if (!hasSipp) return;
  for (const { siphond } of [router, timed]) expect((await siphond.stop()).exitCode).toBe(0);
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe.skipIf(!hasSipp)(`siphond --mode b2bua between sipp and sipp${why}`, { timeout: 60_000 }, () => {
  it.each(LEGS)(
    'carries a transfer out where the other phone knows no REFER: %s to %s (RFC 3515, RFC 3725 §4.1)',
    async (from, to) => {
      const stays = await startSippScenario(
        { scenario: 'uas-no-refer', protocol: to, calls: CALLS },
        closing,
      );
      const fresh = await startSippScenario({ scenario: 'uas-offer', protocol: from, calls: CALLS }, closing);
      await router.register('us', [contactUri(stays.port, to)]);
      await router.register('target', [contactUri(fresh.port, from)]);
      const keys = { target: router.at };
      const run = { scenario: 'uac-refer', protocol: from, target: router.at, calls: CALLS, keys };
      expect(await runSipp({ ...run, localPort: await freePort() })).toEqual(BY_SCENARIO);
      for (const { outcome } of [stays, fresh]) expect(await outcome).toEqual(BY_SCENARIO);
    },
  );

  it.each(LEGS)(
    'keeps a session timer on each leg: 422, then agreed and refreshed, %s to %s (RFC 4028)',
    async (from, to) => {
      const called = await startSippScenario(
        { scenario: 'uas-refreshed', protocol: to, calls: CALLS },
        closing,
      );
      await timed.register('us', [contactUri(called.port, to)]);
      const run = { scenario: 'uac-refresh', protocol: from, target: timed.at, calls: CALLS };
      expect(await runSipp({ ...run, localPort: await freePort() })).toEqual(BY_SCENARIO);
      expect(await called.outcome).toEqual(BY_SCENARIO);
    },
  );

  describe.each(LEGS)('%s to %s', (from, to) => {
    it.each([
      [
        'hold, UPDATE, re-INVITE and INFO both ways (RFC 3261 §14, RFC 3311, RFC 6086)',
        'uac-talk',
        'uas-talk',
      ],
      ['two reliable provisional responses, each with its PRACK (RFC 3262)', 'uac-prack', 'uas-prack'],
      [
        'an offer in the 200 and its answer in the ACK (RFC 3261 §13.2.2.4)',
        'uac-late-offer',
        'uas-late-offer',
      ],
      ['CANCEL while it rings (RFC 3261 §9)', 'uac-cancel', 'uas-cancel'],
    ])('%s', async (_what, caller, callee) => {
      const called = await startSippScenario({ scenario: callee, protocol: to, calls: CALLS }, closing);
      await router.register('us', [contactUri(called.port, to)]);
      const run = {
        scenario: caller,
        protocol: from,
        target: router.at,
        localPort: await freePort(),
        calls: CALLS,
      };
      expect(await runSipp(run)).toEqual(BY_SCENARIO);
      expect(await called.outcome).toEqual(BY_SCENARIO);
    });
  });
});
