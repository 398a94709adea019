import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { missing, onPath } from '../../../e2e/fixtures/programs.ts';
import { createRegistration, type Registration } from '../../agent/registration/registration.ts';
import type { RegistrationOptions, RegistrationState } from '../../agent/registration/registration-types.ts';
import { createUserAgent, type UserAgent } from '../../agent/user-agent.ts';
import { singleAccount } from '../../auth/account.ts';
import { CredentialStore } from '../../auth/credential-store.ts';
import { nodeHashes } from '../../auth/node/hashes.ts';
import { createRandomIds } from '../../core/node/random-ids.ts';
import { createSystemClock, type SystemClock } from '../../core/node/system-clock.ts';
import { bindTcp } from '../../transport/node/tcp.ts';
import { bindUdp } from '../../transport/node/udp.ts';
import type { Transport } from '../../transport/transport.ts';
import { startKamailio, type Kamailio } from '../../../e2e/fixtures/kamailio.ts';

/* Verified: Kamailio as registrar with digest accepts our REGISTER client, and sees refresh and removal. */

const hasKamailio = onPath('kamailio') !== undefined;
const why = hasKamailio ? '' : `, skipped: ${missing('kamailio')}`;

const routes = (port: number): string => `
request_route {
  if (!is_method("REGISTER")) { sl_send_reply("200", "OK"); exit; }
  if (!pv_www_authenticate("siphon.test", "s3cret", "0")) { www_challenge("siphon.test", "1"); exit; }
  if ($au != $tU) { sl_send_reply("403", "Forbidden"); exit; }
  consume_credentials();
  xlog("L_NOTICE", "REGISTERED $tU $ct $hdr(Expires) over $proto on ${port}\\n");
  save("location");
  exit;
}`;

let kamailio: Kamailio;
let clock: SystemClock;
let ua: UserAgent;
let transports: readonly Transport[];

beforeAll(async () => {
  if (!hasKamailio) return;
  kamailio = await startKamailio({
    modules: ['usrloc', 'registrar', 'auth'],
    params: [
      ['usrloc', 'db_mode', 0],
      ['registrar', 'min_expires', 20],
      ['registrar', 'max_expires', 3600],
      ['registrar', 'gruu_enabled', 1],
      ['registrar', 'use_path', 1],
    ],
    routes,
  });
  clock = createSystemClock();
}, 30_000);

afterAll(async () => {
  if (!hasKamailio) return;
  await kamailio.stop();
  clock.dispose();
});

async function start(password: string): Promise<void> {
  const ids = createRandomIds();
  ua = createUserAgent({
    clock,
    ids,
    identity: { product: 'Siphon', contactUser: 'phone' },
    credentials: new CredentialStore({ hashes: nodeHashes, ids, accounts: singleAccount('alice', password) }),
  });
  const address = { host: '127.0.0.1', port: 0 };
  transports = [await bindUdp(address, { clock }), await bindTcp(address, { clock })];
  for (const transport of transports) ua.addTransport(transport);
}

function register(protocol: 'udp' | 'tcp', options: Partial<RegistrationOptions> = {}): Registration {
  const at = `127.0.0.1:${kamailio.port};transport=${protocol}`;
  return createRegistration(ua, {
    registrar: `sip:${at}`,
    aor: `sip:alice@127.0.0.1:${kamailio.port}`,
    expiresSec: 600,
    ...options,
  });
}

/** The next state that says how a request ended. */
function settled(of: Registration): Promise<RegistrationState> {
  return new Promise((resolve) => {
    const stop = of.onChange(({ state }) => {
      if (!['registered', 'failed', 'unregistered'].includes(state.kind)) return;
      stop();
      resolve(state);
    });
  });
}

afterEach(async () => {
  if (!hasKamailio) return;
  ua.dispose();
  await Promise.all(transports.map((transport) => transport.close()));
});

describe('our REGISTER client with Kamailio as registrar (RFC 3261 §10.2, §22.1)', () => {
  it.skipIf(!hasKamailio).each(['udp', 'tcp'] as const)(
    `%s: registers with digest, refreshes and unregisters${why}`,
    async (protocol) => {
      await start('s3cret');
      const ours = register(protocol);
      const first = settled(ours);
      ours.start();
      expect(await first, kamailio.log()).toMatchObject({
        kind: 'registered',
        grant: { expiresSec: 600, isOutbound: false },
      });
      const again = settled(ours);
      ours.refresh();
      expect((await again).kind).toBe('registered');
      expect(await ours.unregister()).toMatchObject({ kind: 'unregistered', result: { status: 200 } });
      const saved = await kamailio.heard(new RegExp(`REGISTERED alice .* (\\d+) over ${protocol}`), 3);
      expect(saved, kamailio.log()).toEqual(['600', '600', '0']);
    },
  );

  it.skipIf(!hasKamailio)(`asks for what Kamailio takes at least after its 423${why}`, async () => {
    await start('s3cret');
    const ours = register('udp', { expiresSec: 5 });
    const first = settled(ours);
    ours.start();
    expect(await first, kamailio.log()).toMatchObject({ kind: 'registered', grant: { expiresSec: 20 } });
    await ours.unregister();
  });

  it.skipIf(!hasKamailio)(`gets a GRUU for its instance${why}`, async () => {
    await start('s3cret');
    const instanceId = 'urn:uuid:00000000-0000-1000-8000-aabbccddeeff';
    const ours = register('udp', { instanceId, gruu: true });
    const first = settled(ours);
    ours.start();
    await first;
    expect(ours.grant?.publicGruu, kamailio.log()).toMatch(/;gr=urn:uuid:00000000/);
    await ours.unregister();
  });

  it.skipIf(!hasKamailio)(`gives up with a wrong password and does not go on asking${why}`, async () => {
    await start('wrong');
    const ours = register('udp');
    const first = settled(ours);
    ours.start();
    expect(await first).toMatchObject({ kind: 'failed', retryAtMs: undefined, result: { status: 401 } });
  });
});
