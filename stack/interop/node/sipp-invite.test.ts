import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../e2e/fixtures/peers.ts';
import { missing, onPath } from '../../../e2e/fixtures/programs.ts';
import type { CallOptions } from '../../agent/call-options.ts';
import type { ServerRequest } from '../../agent/handler.ts';
import type { Session } from '../../agent/session.ts';
import { createUserAgent, type UserAgent } from '../../agent/user-agent.ts';
import type { Clock } from '../../core/clock.ts';
import { createSystemClock } from '../../core/node/system-clock.ts';
import { createIds } from '../../core/seeded-ids.ts';
import { hold, resume } from '../../sdp/hold.ts';
import { answerOffer, makeOffer } from '../../sdp/offer-answer.ts';
import { compose, type Handler } from '../../server/handler.ts';
import { call } from '../../server/handlers/call.ts';
import { update } from '../../server/handlers/update.ts';
import { mediaReply } from '../../server/media.ts';
import { bindTcp } from '../../transport/node/tcp.ts';
import { bindUdp } from '../../transport/node/udp.ts';
import type { Transport } from '../../transport/transport.ts';
import { runSipp, type SippOutcome } from '../../../e2e/fixtures/sipp-run.ts';

/*
 * Verified: calls with sipp as caller and as callee, by scenarios of our own, over UDP and TCP. Every run ends with nothing left.
 * Our clock runs 20 times as fast as sipp's, so that half a session interval passes in two seconds.
 */

const hasSipp = onPath('sipp') !== undefined;
const why = hasSipp ? '' : `, skipped: ${missing('sipp')}`;
const CALLS = 5;
const SPEED = 20;
const PROTOCOLS = ['udp', 'tcp'] as const;

const system = createSystemClock();

/** Time that passes {@link SPEED} times as fast. */
const fast: Clock = {
  now: () => system.now() * SPEED,
  wallMs: () => system.wallMs(),
  after: (delayMs, fire) => system.after(delayMs / SPEED, fire),
};

/** T1 stays what it is on the wire. */
const TIMING = { t1Ms: 500 * SPEED, t2Ms: 4000 * SPEED, t4Ms: 5000 * SPEED };

let agent: UserAgent;
let transports: readonly Transport[];
let port: number;
let sippPort: number;

beforeEach(async () => {
  port = await freePort();
  sippPort = await freePort();
  const at = { host: '127.0.0.1', port };
  transports = await Promise.all([bindUdp(at, { clock: fast }), bindTcp(at, { clock: fast })]);
  agent = createUserAgent({
    clock: fast,
    ids: createIds(String(port)),
    timing: TIMING,
    identity: { product: 'Siphon', contactUser: 'us' },
  });
  for (const transport of transports) agent.addTransport(transport);
});

afterEach(async () => {
  const { activeCalls } = agent.stats;
  await agent.stop(1000 * SPEED);
  for (const transport of transports) await transport.close();
  expect(activeCalls).toBe(0);
});

const takes = { isAccepting: true, ringMs: 0, sdpProfile: 'audio-only' } as const;
const serving = compose([call(takes), update(takes)]);
/** Rings until it is cancelled. */
const patient = compose([call({ ...takes, ringMs: 60_000 * SPEED })]);

/** Two reliable provisional responses; the 200 waits for both, because both have a description. */
const twice: Handler = {
  ...call(takes),
  handle: (request: ServerRequest) => {
    if (request.method === 'PRACK') {
      request.respond(200);
      return;
    }
    const { reply } = mediaReply(request, 'audio-only');
    request.respond(183, { ...reply, isReliable: true });
    request.respond(180, { ...reply, isReliable: true });
    request.respond(200, {});
  },
};

const sippCalls = (scenario: string, protocol: 'udp' | 'tcp'): Promise<SippOutcome> =>
  runSipp({ scenario, protocol, target: `127.0.0.1:${port}`, localPort: sippPort, calls: CALLS });

describe.skipIf(!hasSipp)(`sipp calls us${why}`, { timeout: 70_000 }, () => {
  describe.each(PROTOCOLS)('over %s', (protocol) => {
    it.each([
      ['uac-prack', 'RFC 3262 §3: two reliable provisional responses', twice],
      ['uac-change', 'RFC 3311 §5.2, RFC 3264 §8.4: hold by UPDATE, resume by re-INVITE', serving],
      ['uac-timer', 'RFC 4028 §10: we refresh the session', serving],
      ['uac-late-offer', 'RFC 3261 §13.3.1: we make the offer', serving],
      ['uac-cancel', 'RFC 3261 §9.2: CANCEL while ringing', patient],
    ])('%s (%s)', async (scenario, _what, handler) => {
      agent.serve(handler);
      const { exitCode, errors } = await sippCalls(scenario, protocol);
      expect(exitCode, errors).toBe(0);
    });
  });
});

describe.skipIf(!hasSipp)(`we call sipp${why}`, { timeout: 70_000 }, () => {
  const offer = makeOffer({ host: '127.0.0.1', port: 40_000, sessionId: '7', version: 1 });

  /** Calls side by side; `talk` says what is done in each. */
  const dial = async (
    scenario: string,
    protocol: 'udp' | 'tcp',
    options: Partial<CallOptions>,
    talk: (session: Session) => Promise<void>,
  ): Promise<void> => {
    agent.serve(serving);
    const run = runSipp({ scenario, protocol, localPort: sippPort, calls: CALLS });
    await new Promise<void>((resolve) => system.after(300, resolve));
    const target = `sip:sipp@127.0.0.1:${sippPort}${protocol === 'tcp' ? ';transport=tcp' : ''}`;
    const one = (): Promise<void> =>
      new Promise<void>((resolve, reject) => {
        const made = agent.call({ target, ...options });
        made.onAnswered((session) => {
          talk(session).catch(reject);
        });
        made.onEnded(() => {
          resolve();
        });
        made.onFailed(() => {
          resolve();
        });
        if (scenario === 'uas-cancel')
          made.onProvisional(() => {
            made.cancel();
          });
      });
    await Promise.all(Array.from({ length: CALLS }, one));
    const { exitCode, errors } = await run;
    expect(exitCode, errors).toBe(0);
  };

  describe.each(PROTOCOLS)('over %s', (protocol) => {
    it('uas-prack (RFC 3262 §4: PRACK for two reliable provisional responses)', async () => {
      const heard: number[] = [];
      const onReliable: CallOptions['onReliable'] = ({ status }) => {
        heard.push(status);
        return undefined;
      };
      await dial('uas-prack', protocol, { sdp: offer, onReliable }, (session) => {
        expect(session.offers.findings).toEqual([]);
        session.hangUp();
        return Promise.resolve();
      });
      expect(heard.sort((a, b) => a - b)).toEqual(
        [180, 183].flatMap((status) => Array.from({ length: CALLS }, () => status)),
      );
    });

    it('uas-change (RFC 3264 §8.4, RFC 3311 §5.1: hold by re-INVITE, resume by UPDATE)', async () => {
      await dial('uas-change', protocol, { sdp: offer }, async (session) => {
        const held = hold(offer);
        expect(await session.request('INVITE', { body: held })).toMatchObject({ status: 200 });
        expect(await session.request('UPDATE', { body: resume(held) })).toMatchObject({ status: 200 });
        session.hangUp();
      });
    });

    it('uas-timer (RFC 4028 §7.3, §10: a longer interval after 422, refreshed by UPDATE and re-INVITE)', async () => {
      const sessionTimer = { intervalSec: 50, refresher: 'uac' } as const;
      await dial('uas-timer', protocol, { sdp: offer, sessionTimer }, (session) => {
        expect(session.timer).toMatchObject({ intervalSec: 90, isOurs: true });
        return new Promise<void>((resolve) => {
          // Refreshes at 45 s and 90 s of our time.
          fast.after(100_000, () => {
            session.hangUp();
            resolve();
          });
        });
      });
    });

    it('uas-late-offer (RFC 3261 §13.2.2.4: the answer in the ACK)', async () => {
      const local = { host: '127.0.0.1', port: 40_000, sessionId: '7', version: 1 };
      const answer = (theirs: string): string | undefined => {
        const outcome = answerOffer(theirs, local);
        return outcome.kind === 'answer' ? outcome.sdp : undefined;
      };
      await dial('uas-late-offer', protocol, { answer }, (session) => {
        expect(session.offers.state).toBe('stable');
        session.hangUp();
        return Promise.resolve();
      });
    });

    it('uas-cancel (RFC 3261 §9.1: given up while it rings)', async () => {
      await dial('uas-cancel', protocol, { sdp: offer }, () => Promise.resolve());
    });
  });
});
