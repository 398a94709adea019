import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort, sippCalls } from '../fixtures/peers.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { startSiphond } from '../fixtures/siphond.ts';
import { type AskedSiphond, startAskedSiphond } from '../fixtures/siphond-api.ts';
import { runSipp, type SippRun } from '../fixtures/sipp-run.ts';
import { startSippUas } from '../fixtures/sipp-uas.ts';

/*
 * Verified: siphond as call-server of sipp, over UDP and TCP: early media, late offers, hold, session timers, transfers. Each scenario checks
 * what it is answered; nothing is left afterwards. Phones are in calling-phones.test.ts.
 */

const hasSipp = onPath('sipp') !== undefined;
const why = hasSipp ? '' : `, skipped: ${missing('sipp')}`;
const CALLS = 5;
const OPTIONS = ['--mode', 'call-server', '--enable-session-timers', '--allow-private-refer-targets'];
const USUAL = { earlyMedia: false, ringMs: 0, requirePrack: false, hangUpAfterMs: 0 };

/** T1, T2 and T4 stay what they are on the wire when time passes 20 times as fast. */
const SLOW_TIMERS = ['--t1-ms', '10000', '--t2-ms', '60000', '--t4-ms', '60000'];
const FAST_CLOCK = {
  env: { NODE_OPTIONS: `--import ${new URL('../fixtures/fast-clock-hook.mjs', import.meta.url).href}` },
};

let server: AskedSiphond;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  if (hasSipp) server = await startAskedSiphond(OPTIONS);
}, 60_000);

afterAll(async () => {
  if (hasSipp) expect((await server.siphond.stop()).exitCode).toBe(0);
});

afterEach(async () => {
  if (hasSipp) await server.endCalls();
  for (const close of closing.splice(0).reverse()) await close();
});

const sipp = async (run: Pick<SippRun, 'scenario' | 'protocol' | 'keys'>, target = server.target) =>
  runSipp({ ...run, target, localPort: await freePort(), calls: CALLS });

describe.skipIf(!hasSipp).each(['udp', 'tcp'] as const)(
  `siphond as call-server of sipp over %s${why}`,
  { timeout: 70_000 },
  (protocol) => {
    it.each([
      ['uac-early-media', 'RFC 3261 §13.3.1.1: 183 with the answer', { earlyMedia: true, ringMs: 100 }],
      [
        'uac-early-media-prack',
        'RFC 3262 §5: a reliable 183',
        { earlyMedia: true, ringMs: 100, requirePrack: true },
      ],
      ['uac-late-offer', 'RFC 3261 §13.3.1.1: the offer in the 200, the answer in the ACK', {}],
      [
        'uac-late-offer-prack',
        'RFC 3262 §5: the offer in a reliable 183, the answer in its PRACK',
        { earlyMedia: true, ringMs: 100 },
      ],
      ['uac-hold', 'RFC 3264 §8.4: hold by re-INVITE', {}],
      ['uac-change', 'RFC 3311 §5.2: hold by UPDATE, resume by re-INVITE', {}],
      ['uac-refresh', 'RFC 4028 §9: 422, and refreshes by the caller', {}],
      ['uac-cancel', 'RFC 3261 §9.2: given up while it rings', { ringMs: 60_000 }],
      ['uac-hung-up', 'RFC 3261 §15.1.1: BYE after a while', { hangUpAfterMs: 100 }],
    ])('%s (%s)', async (scenario, _what, dials) => {
      await server.ask('dials.change', { id: server.id, changes: { ...USUAL, ...dials } });
      expect(await sipp({ scenario, protocol })).toEqual({ exitCode: 0, errors: '' });
      await expect.poll(server.calls).toEqual([]);
    });

    it('uac-refer-ringing (RFC 3515 §2.4): calls whom sipp transfers it to, and tells how it went', async () => {
      await server.ask('dials.change', { id: server.id, changes: USUAL });
      const port = await startSippUas(protocol, closing);
      const target = `127.0.0.1:${port}${protocol === 'tcp' ? ';transport=tcp' : ''}`;
      expect(await sipp({ scenario: 'uac-refer-ringing', protocol, keys: { target } })).toEqual({
        exitCode: 0,
        errors: '',
      });
      expect(await server.calls()).toHaveLength(CALLS);
      await server.endCalls();
      await expect.poll(server.calls).toEqual([]);
    });

    it('uac-timer (RFC 4028 §10): refreshes a call by itself', async () => {
      const target = `127.0.0.1:${await freePort()}`;
      const binds = ['--udp-bind', target, '--tcp-bind', target, '--sips-bind', 'none'];
      const fast = await startSiphond([...OPTIONS, ...SLOW_TIMERS, ...binds], 2, FAST_CLOCK);
      closing.push(async () => {
        expect((await fast.stop()).exitCode).toBe(0);
      });
      expect(await sipp({ scenario: 'uac-timer', protocol }, target)).toEqual({ exitCode: 0, errors: '' });
    });

    it('takes 200 calls of the scenario that sipp brings along', async () => {
      await server.ask('dials.change', { id: server.id, changes: USUAL });
      const mode = protocol === 'udp' ? 'u1' : 't1';
      const run = await sippCalls(server.target, 200, ['-r', '100', '-t', mode]);
      expect(run).toMatchObject({ exitCode: 0, successful: 200, failed: 0 });
    });
  },
);
