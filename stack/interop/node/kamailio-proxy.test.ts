import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { missing, onPath } from '../../../e2e/fixtures/programs.ts';
import type { Session } from '../../agent/session.ts';
import { createUserAgent, type UserAgent } from '../../agent/user-agent.ts';
import { createRandomIds } from '../../core/node/random-ids.ts';
import { createSystemClock, type SystemClock } from '../../core/node/system-clock.ts';
import { routes as routesOf } from '../../message/headers/name-addr.ts';
import { recordRoutes } from '../../message/headers/name-addr.ts';
import type { SipMessage } from '../../message/message.ts';
import { parseMessage } from '../../message/parse.ts';
import { makeOffer } from '../../sdp/offer-answer.ts';
import { compose } from '../../server/handler.ts';
import { call } from '../../server/handlers/call.ts';
import { bindTcp } from '../../transport/node/tcp.ts';
import { bindUdp } from '../../transport/node/udp.ts';
import type { Transport } from '../../transport/transport.ts';
import { startKamailio, type Kamailio } from '../../../e2e/fixtures/kamailio.ts';
import { RELAY_SCRIPT } from '../../../e2e/fixtures/kamailio-scripts.ts';

/* Verified: Kamailio relays our calls with Record-Route and with double Record-Route, and both our sides keep to it. */

const hasKamailio = onPath('kamailio') !== undefined;
const why = hasKamailio ? '' : `, skipped: ${missing('kamailio')}`;
const HOST = '127.0.0.1';

let kamailio: Kamailio;
let clock: SystemClock;

beforeAll(async () => {
  if (!hasKamailio) return;
  clock = createSystemClock();
  kamailio = await startKamailio({ params: [['rr', 'enable_full_lr', 0]], routes: () => RELAY_SCRIPT });
}, 30_000);

afterAll(async () => {
  if (!hasKamailio) return;
  await kamailio.stop();
  clock.dispose();
});

/** An agent on UDP and TCP, and every message it has got. */
interface Phone {
  readonly agent: UserAgent;
  readonly heard: SipMessage[];
  uri(protocol: 'udp' | 'tcp'): string;
}

const open: { readonly agent: UserAgent; readonly transports: readonly Transport[] }[] = [];

const phone = async (): Promise<Phone> => {
  const agent = createUserAgent({
    clock,
    ids: createRandomIds(),
    identity: { product: 'Siphon', contactUser: 'phone' },
  });
  const address = { host: HOST, port: 0 };
  const [udp, tcp] = [await bindUdp(address, { clock }), await bindTcp(address, { clock })];
  const heard: SipMessage[] = [];
  for (const transport of [udp, tcp]) {
    transport.onReceived(({ bytes }) => heard.push(parseMessage(new Uint8Array(bytes))));
    agent.addTransport(transport);
  }
  agent.serve(compose([call({ isAccepting: true, ringMs: 50, sdpProfile: 'audio-only' })]));
  open.push({ agent, transports: [udp, tcp] });
  return {
    agent,
    heard,
    uri: (protocol) =>
      protocol === 'udp'
        ? `sip:phone@${HOST}:${udp.local.port}`
        : `sip:phone@${HOST}:${tcp.local.port};transport=tcp`,
  };
};

let alice: Phone;
let bob: Phone;

beforeEach(async () => {
  if (!hasKamailio) return;
  [alice, bob] = [await phone(), await phone()];
});

afterEach(async () => {
  for (const { agent, transports } of open.splice(0)) {
    agent.dispose();
    await Promise.all(transports.map((transport) => transport.close()));
  }
});

const OFFER = makeOffer({ host: HOST, port: 4000, sessionId: '1', version: 1 });

const answered = (from: 'udp' | 'tcp', to: 'udp' | 'tcp'): Promise<Session> =>
  new Promise((resolve, reject) => {
    const made = alice.agent.call({
      target: bob.uri(to),
      nextHop: `sip:${HOST}:${kamailio.port};transport=${from}`,
      sdp: OFFER,
    });
    made.onAnswered(resolve);
    made.onFailed((result) => {
      reject(new Error(`${JSON.stringify(result)}\n${kamailio.log()}`));
    });
  });

const requests = ({ heard }: Phone, method: string): readonly SipMessage[] =>
  heard.filter(({ startLine }) => startLine.kind === 'request' && startLine.method === method);

/** The session of the callee ends with the caller's, whoever hangs up. */
const end = async (session: Session, side: 'caller' | 'callee'): Promise<void> => {
  const callee = bob.agent.sessions.find(({ dialog }) => dialog.callId === session.dialog.callId);
  if (callee === undefined) throw new Error('the callee has no session');
  const over = Promise.all(
    [session, callee].map((one) => new Promise<void>((resolve) => one.onEnded(() => resolve()))),
  );
  (side === 'caller' ? session : callee).hangUp();
  await over;
};

describe('Kamailio as proxy between our caller and our callee (RFC 3261 §12.2, §16.12)', () => {
  const cases = [
    ['udp', 'udp', 1],
    ['tcp', 'tcp', 1],
    // Double Record-Route.
    ['udp', 'tcp', 2],
    ['tcp', 'udp', 2],
  ] as const;

  it.skipIf(!hasKamailio).each(cases)(
    `%s to %s: sends ACK and BYE of either side along %i recorded routes${why}`,
    { timeout: 30_000 },
    async (from, to, count) => {
      for (const side of ['caller', 'callee'] as const) {
        const session = await answered(from, to);
        const [invite] = requests(bob, 'INVITE').slice(-1);
        expect(invite && recordRoutes(invite)).toHaveLength(count);
        await end(session, side);
        const bye = requests(side === 'caller' ? bob : alice, 'BYE').at(-1);
        // Kamailio has taken off its own routes.
        expect(bye && routesOf(bye)).toEqual([]);
        expect(bye?.all('Via')).toHaveLength(2);
      }
      const passed = await kamailio.heard(new RegExp(`LOOSE (ACK|BYE) over (?:${from}|${to})`), 4);
      expect(passed.filter((method) => method === 'BYE').length, kamailio.log()).toBeGreaterThanOrEqual(2);
      expect(passed.filter((method) => method === 'ACK').length, kamailio.log()).toBeGreaterThanOrEqual(2);
    },
  );
});
