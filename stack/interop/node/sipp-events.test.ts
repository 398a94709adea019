import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../e2e/fixtures/peers.ts';
import { missing, onPath } from '../../../e2e/fixtures/programs.ts';
import { createUserAgent, type UserAgent } from '../../agent/user-agent.ts';
import { createSystemClock } from '../../core/node/system-clock.ts';
import { createIds } from '../../core/seeded-ids.ts';
import { Notifier } from '../../events/notifier/notifier.ts';
import { conferencePackage, type ConferenceState } from '../../events/packages/conference.ts';
import { referPackage } from '../../events/packages/refer.ts';
import { StateTable } from '../../events/packages/state-table.ts';
import { Transferee } from '../../events/refer/transferee.ts';
import { subscribe, type AttemptEnd } from '../../events/subscriber/outgoing-subscription.ts';
import { compose, type Handler } from '../../server/handler.ts';
import { call } from '../../server/handlers/call.ts';
import { refer } from '../../server/handlers/refer.ts';
import { subscribe as subscribeHandler } from '../../server/handlers/subscribe.ts';
import { bindTcp } from '../../transport/node/tcp.ts';
import { bindUdp } from '../../transport/node/udp.ts';
import type { Transport } from '../../transport/transport.ts';
import { runSipp } from '../../../e2e/fixtures/sipp-run.ts';

/*
 * Verified: subscriptions with sipp as subscriber and as notifier, and transfers that sipp asks for, by scenarios of our own, over UDP and TCP.
 * Every run ends with nothing left.
 */

const hasSipp = onPath('sipp') !== undefined;
const why = hasSipp ? '' : `, skipped: ${missing('sipp')}`;
const CALLS = 5;
const PROTOCOLS = ['udp', 'tcp'] as const;

const clock = createSystemClock();

/** An agent on UDP and TCP of a port of its own. */
interface Node {
  readonly agent: UserAgent;
  readonly transports: readonly Transport[];
  readonly port: number;
}

let us: Node;
let target: Node;
let sippPort: number;

const open = async (): Promise<Node> => {
  const port = await freePort();
  const at = { host: '127.0.0.1', port };
  const transports = await Promise.all([bindUdp(at, { clock }), bindTcp(at, { clock })]);
  const agent = createUserAgent({
    clock,
    ids: createIds(String(port)),
    identity: { product: 'Siphon', contactUser: 'us' },
  });
  for (const transport of transports) agent.addTransport(transport);
  return { agent, transports, port };
};

beforeEach(async () => {
  us = await open();
  target = await open();
  sippPort = await freePort();
});

afterEach(async () => {
  for (const { agent, transports } of [us, target]) {
    const { activeCalls } = agent.stats;
    const usages = agent.context.usages.size;
    await agent.stop(1000);
    for (const transport of transports) await transport.close();
    expect([activeCalls, usages]).toEqual([0, 0]);
  }
});

/** Answers at once, without ringing. */
const atOnce: Handler = {
  ...call({ isAccepting: true, ringMs: 0, sdpProfile: 'none' }),
  handle: (request) => {
    request.respond(200);
  },
};

/** `sip:user@127.0.0.1:5060;transport=tcp` */
const uriOf = (port: number, protocol: 'udp' | 'tcp'): string =>
  `127.0.0.1:${port}${protocol === 'tcp' ? ';transport=tcp' : ''}`;

describe.skipIf(!hasSipp)(`events with sipp${why}`, { timeout: 70_000 }, () => {
  describe.each(PROTOCOLS)('over %s', (protocol) => {
    it('uac-subscribe (RFC 6665 §4.2): sipp subscribes, refreshes and unsubscribes', async () => {
      const rooms = new StateTable<ConferenceState>();
      rooms.set(`sip:room@127.0.0.1:${us.port}`, { userCount: 3, users: [] });
      const notifier = new Notifier(us.agent.context, [conferencePackage(rooms)]);
      us.agent.serve(subscribeHandler(notifier));
      const { exitCode, errors } = await runSipp({
        scenario: 'uac-subscribe',
        protocol,
        target: `127.0.0.1:${us.port}`,
        localPort: sippPort,
        calls: CALLS,
        keys: {
          user: 'room',
          event: 'conference',
          accept: 'application/conference-info+xml',
          first: 'version=.1.',
          second: 'version=.2.',
          last: 'version=.3.',
        },
      });
      expect(exitCode, errors).toBe(0);
      expect(notifier.subscriptions).toEqual([]);
    });

    it.each(['uas-subscribe', 'uas-subscribe-early'])(
      '%s (RFC 6665 §4.1, mistake 30): we subscribe to sipp and unsubscribe',
      async (scenario) => {
        const run = runSipp({ scenario, protocol, localPort: sippPort, calls: CALLS });
        await new Promise<void>((resolve) => clock.after(300, resolve));
        const one = (): Promise<AttemptEnd> =>
          new Promise((resolve) => {
            const subscription = subscribe(us.agent, {
              target: `sip:room@${uriOf(sippPort, protocol)}`,
              event: 'conference',
              accept: ['application/conference-info+xml'],
              expiresSec: 600,
            });
            subscription.onNotify(() => {
              subscription.unsubscribe();
            });
            subscription.onEnded(resolve);
          });
        const ends = await Promise.all(Array.from({ length: CALLS }, one));
        const { exitCode, errors } = await run;
        expect(exitCode, errors).toBe(0);
        expect(ends).toEqual(
          Array.from({ length: CALLS }, () => ({
            kind: 'terminated',
            reason: 'timeout',
            retryAfterSec: undefined,
          })),
        );
      },
    );

    it('uac-refer (RFC 3515 §2.4, E4, mistake 23): sipp transfers us, hears of it twice and hangs up', async () => {
      const progress = referPackage();
      const notifier = new Notifier(us.agent.context, [progress]);
      const transferee = new Transferee({ agent: us.agent, notifier, progress, allows: () => true });
      us.agent.serve(
        compose([
          call({ isAccepting: true, ringMs: 0, sdpProfile: 'none' }),
          subscribeHandler(notifier),
          refer(transferee),
        ]),
      );
      target.agent.serve(atOnce);
      const { exitCode, errors } = await runSipp({
        scenario: 'uac-refer',
        protocol,
        target: `127.0.0.1:${us.port}`,
        localPort: sippPort,
        calls: CALLS,
        keys: { target: uriOf(target.port, protocol) },
      });
      expect(exitCode, errors).toBe(0);
      // The calls of sipp are over, those it asked for are not.
      expect([us.agent.stats.activeCalls, target.agent.stats.activeCalls]).toEqual([CALLS, CALLS]);
      const over = us.agent.sessions.map(
        (session) =>
          new Promise<void>((resolve) => {
            session.onEnded(() => {
              resolve();
            });
            session.hangUp();
          }),
      );
      await Promise.all(over);
    });
  });
});
