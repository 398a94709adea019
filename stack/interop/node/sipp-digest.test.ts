import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../e2e/fixtures/peers.ts';
import { missing, onPath } from '../../../e2e/fixtures/programs.ts';
import type { AuthKind } from '../../auth/account.ts';
import { singleAccount } from '../../auth/account.ts';
import { CredentialStore } from '../../auth/credential-store.ts';
import { createDigestServer } from '../../auth/digest-server.ts';
import { nodeHashes } from '../../auth/node/hashes.ts';
import { createUserAgent, type UserAgent } from '../../agent/user-agent.ts';
import { createSystemClock, type SystemClock } from '../../core/node/system-clock.ts';
import { createRandomIds } from '../../core/node/random-ids.ts';
import { makeOffer } from '../../sdp/offer-answer.ts';
import { compose } from '../../server/handler.ts';
import { authenticate } from '../../server/handlers/authenticate.ts';
import { call } from '../../server/handlers/call.ts';
import { bindTcp } from '../../transport/node/tcp.ts';
import { bindUdp } from '../../transport/node/udp.ts';
import type { Transport } from '../../transport/transport.ts';
import { runSipp } from '../../../e2e/fixtures/sipp-run.ts';

/* Verified: sipp's digest against ours for calls, as caller and as callee, over UDP and TCP. REGISTER is in sipp-register.test.ts. */

const hasSipp = onPath('sipp') !== undefined;
const why = hasSipp ? '' : `, skipped: ${missing('sipp')}`;
const CALLS = 5;
const PROTOCOLS = ['udp', 'tcp'] as const;

let clock: SystemClock;
let agent: UserAgent;
let transports: readonly Transport[];
let port: number;
let sippPort: number;

const start = async (password: string): Promise<void> => {
  clock = createSystemClock();
  port = await freePort();
  sippPort = await freePort();
  const at = { host: '127.0.0.1', port };
  const ids = createRandomIds();
  transports = await Promise.all([bindUdp(at, { clock }), bindTcp(at, { clock })]);
  agent = createUserAgent({
    clock,
    ids,
    identity: { product: 'Siphon', contactUser: 'us' },
    credentials: new CredentialStore({ hashes: nodeHashes, ids, accounts: singleAccount('alice', password) }),
  });
  for (const transport of transports) agent.addTransport(transport);
};

beforeEach(() => start('secret'));

const end = async (): Promise<void> => {
  agent.dispose();
  for (const transport of transports) await transport.close();
  clock.dispose();
};

afterEach(end);

const serve = (kind: AuthKind): void => {
  const server = createDigestServer({
    clock,
    ids: createRandomIds(),
    hashes: nodeHashes,
    realm: 'siphon.test',
    users: (username) => (username === 'alice' ? 'secret' : undefined),
    // sipp 3.6 knows no other.
    algorithms: ['MD5'],
  });
  const answering = call({ isAccepting: true, ringMs: 0, sdpProfile: 'audio-only' });
  agent.serve(compose([authenticate({ server, methods: ['INVITE'], kind }), answering]));
};

describe.skipIf(!hasSipp)(
  `sipp calls us with digest (RFC 3261 §22.2, §22.3)${why}`,
  { timeout: 70_000 },
  () => {
    it.each(
      PROTOCOLS.flatMap((protocol) => [
        [protocol, 'www', 'uac-digest-401'] as const,
        [protocol, 'proxy', 'uac-digest-407'] as const,
      ]),
    )('%s, %s: its answer to our challenge is right', async (protocol, kind, scenario) => {
      serve(kind);
      const target = `127.0.0.1:${port}`;
      const run = await runSipp({ scenario, protocol, target, localPort: sippPort, calls: CALLS });
      expect(run).toEqual({ exitCode: 0, errors: '' });
    });
  },
);

describe.skipIf(!hasSipp)(
  `we call sipp, which verifies our digest (RFC 3261 §22.2)${why}`,
  { timeout: 70_000 },
  () => {
    /** How a call to sipp ended. */
    const callSipp = (protocol: 'udp' | 'tcp'): Promise<string> =>
      new Promise((resolve) => {
        const sdp = makeOffer({ host: '127.0.0.1', port: 40_000, sessionId: '1', version: 1 });
        const made = agent.call({ target: `sip:sipp@127.0.0.1:${sippPort};transport=${protocol}`, sdp });
        made.onFailed((result) => resolve(result.kind === 'response' ? String(result.status) : result.kind));
        made.onAnswered((session) => session.hangUp());
        made.onEnded(() => resolve('ended'));
      });

    const against = async (protocol: 'udp' | 'tcp', calls: number) => {
      const sipp = runSipp({ scenario: 'uas-digest', protocol, localPort: sippPort, calls });
      const ends: string[] = [];
      while (ends.length < calls) {
        const how = await callSipp(protocol);
        // sipp needs a moment before it listens.
        if (how === 'transport-failure') continue;
        ends.push(how);
      }
      return { ends, run: await sipp };
    };

    it.each(PROTOCOLS)(
      '%s: every call is answered, and the ACK repeats the credentials',
      async (protocol) => {
        const { ends, run } = await against(protocol, CALLS);
        expect(run).toEqual({ exitCode: 0, errors: '' });
        expect(ends).toEqual(Array.from({ length: CALLS }, () => 'ended'));
      },
    );

    it('with a wrong password sipp refuses the call', async () => {
      await end();
      await start('wrong');
      expect((await against('udp', 1)).ends).toEqual(['403']);
    });
  },
);
