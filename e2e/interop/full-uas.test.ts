import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PRESENCE } from '../fixtures/event-packages.ts';
import { freePort } from '../fixtures/peers.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { type AskedSiphond, startAskedSiphond } from '../fixtures/siphond-api.ts';
import { runSipp, type SippRun } from '../fixtures/sipp-run.ts';

/*
 * Verified: siphond as full-uas serves sipp every method over UDP and TCP: calls with PRACK, UPDATE, INFO and re-INVITE, messages, registrations,
 * subscriptions and publications. Many calls at once are in siphond.test.ts, the operator's answers in siphond-api.test.ts.
 */

const hasSipp = onPath('sipp') !== undefined;
const why = hasSipp ? '' : `, skipped: ${missing('sipp')}`;
const CALLS = 5;

let server: AskedSiphond;

beforeAll(async () => {
  if (hasSipp) server = await startAskedSiphond(['--mode', 'full-uas']);
}, 60_000);

afterAll(async () => {
  if (hasSipp) expect((await server.siphond.stop()).exitCode).toBe(0);
});

afterEach(async () => {
  if (!hasSipp) return;
  await server.endCalls();
  await server.ask('dials.change', {
    id: server.id,
    changes: { earlyMedia: false, ringMs: 0, requirePrack: false },
  });
});

/** What scenarios are about, in [words]. */
const presence = { user: 'room', event: PRESENCE.event, accept: PRESENCE.accept };
const [first, second, last] = PRESENCE.says;
const FIELDS = Array.from({ length: CALLS }, (_, n) => `user${n}`);

const RUNS: readonly (readonly [scenario: string, what: string, run: Pick<SippRun, 'keys' | 'fields'>])[] = [
  ['uac-change', 'RFC 3311 §5.2: hold by UPDATE, resume by re-INVITE', {}],
  ['uac-late-offer', 'RFC 3261 §13.3.1.1: no offer in the INVITE', {}],
  ['uac-info', 'RFC 6086 §4.2.2: INFO in a call', {}],
  ['uac-message', 'RFC 3428 §7: MESSAGE', {}],
  ['uac-register', 'RFC 3261 §10.3: REGISTER', { keys: { expires: '600' }, fields: FIELDS }],
  ['uac-subscribe', 'RFC 6665 §4.2: SUBSCRIBE', { keys: { ...presence, first, second, last } }],
  [
    'uac-publish',
    'RFC 3903 §6: PUBLISH',
    { keys: { ...presence, expires: '600', first: PRESENCE.document(1), second: PRESENCE.document(2) } },
  ],
];

/** What needs a call or a subscription, outside of one. @rfc 3261 §12.2.2 */
const OUTSIDE = ['BYE', 'INFO', 'UPDATE', 'PRACK', 'NOTIFY'];

describe.skipIf(!hasSipp).each(['udp', 'tcp'] as const)(
  `siphond as full-uas of sipp over %s${why}`,
  { timeout: 70_000 },
  (protocol) => {
    const sipp = async (scenario: string, run: Pick<SippRun, 'keys' | 'fields'>) => {
      const localPort = await freePort();
      const { target } = server;
      expect(await runSipp({ scenario, protocol, target, localPort, calls: CALLS, ...run })).toEqual({
        exitCode: 0,
        errors: '',
      });
    };

    it.each(RUNS)('%s (%s)', async (scenario, _what, run) => {
      await sipp(scenario, run);
      await expect.poll(server.calls).toEqual([]);
    });

    it('uac-early-media-prack (RFC 3262 §5): PRACK for a reliable 183', async () => {
      const changes = { earlyMedia: true, ringMs: 100, requirePrack: true };
      await server.ask('dials.change', { id: server.id, changes });
      await sipp('uac-early-media-prack', {});
      await expect.poll(server.calls).toEqual([]);
    });

    it.each(OUTSIDE)('uac-request: %s outside of a dialog gets 481', async (method) => {
      await sipp('uac-request', { keys: { method, status: '481', header: 'CSeq', says: `1 ${method}` } });
    });
  },
);
