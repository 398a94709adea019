import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../e2e/fixtures/peers.ts';
import { missing, onPath } from '../../../e2e/fixtures/programs.ts';
import { createDigestServer } from '../../auth/digest-server.ts';
import { nodeHashes } from '../../auth/node/hashes.ts';
import { createUserAgent, type UserAgent } from '../../agent/user-agent.ts';
import type { Session } from '../../agent/session.ts';
import { createRandomIds } from '../../core/node/random-ids.ts';
import { createSystemClock, type SystemClock } from '../../core/node/system-clock.ts';
import { createMemoryLocations, type MemoryLocations } from '../../registrar/memory-locations.ts';
import { createRegistrar } from '../../registrar/registrar.ts';
import { compose } from '../../server/handler.ts';
import { authenticate } from '../../server/handlers/authenticate.ts';
import { call } from '../../server/handlers/call.ts';
import { register } from '../../server/handlers/register.ts';
import { createDevCa } from '../../transport/node/dev-ca.ts';
import { bindTcp } from '../../transport/node/tcp.ts';
import { bindTls } from '../../transport/node/tls.ts';
import { createTlsContext } from '../../transport/node/tls-context.ts';
import { bindUdp } from '../../transport/node/udp.ts';
import type { Transport } from '../../transport/transport.ts';
import { startBaresip, type Baresip } from '../../../e2e/fixtures/baresip.ts';

/* Verified: a phone that nobody here wrote registers with digest, is challenged for its call too, and is hung up by us: UDP, TCP and TLS. */

const hasBaresip = onPath('baresip') !== undefined;
const why = hasBaresip ? '' : `, skipped: ${missing('baresip')}`;
const PROTOCOLS = ['udp', 'tcp', 'tls'] as const;

let clock: SystemClock;
let agent: UserAgent;
let store: MemoryLocations;
let transports: readonly Transport[];
let ports: Readonly<Record<(typeof PROTOCOLS)[number], number>>;
let ca: string;
let phone: Baresip | undefined;

beforeEach(async () => {
  clock = createSystemClock();
  const ids = createRandomIds();
  const authority = await createDevCa();
  ca = authority.pem.certificate;
  const tls = createTlsContext({ certificates: [await authority.issue({ names: ['127.0.0.1'] })] });
  const host = '127.0.0.1';
  const port = await freePort();
  const secure = await bindTls({ host, port: 0 }, { clock, tls });
  transports = [await bindUdp({ host, port }, { clock }), await bindTcp({ host, port }, { clock }), secure];
  ports = { udp: port, tcp: port, tls: secure.local.port };
  agent = createUserAgent({ clock, ids, identity: { product: 'Siphon', contactUser: 'us' } });
  for (const transport of transports) agent.addTransport(transport);
  store = createMemoryLocations({ clock });
  const server = createDigestServer({
    clock,
    ids,
    hashes: nodeHashes,
    realm: 'siphon.test',
    users: (username) => (username === 'alice' ? 'secret' : undefined),
    // baresip 1.0 gives up when it meets an algorithm that it does not know, whatever else is offered.
    algorithms: ['MD5'],
  });
  agent.serve(
    compose([
      authenticate({ server, methods: ['REGISTER', 'INVITE'] }),
      register(createRegistrar({ clock, ids, store, minExpiresSec: 10 })),
      call({ isAccepting: true, ringMs: 20, sdpProfile: 'audio-only' }),
    ]),
  );
});

afterEach(async () => {
  await phone?.stop();
  phone = undefined;
  agent.dispose();
  store.dispose();
  await Promise.all(transports.map((transport) => transport.close()));
  clock.dispose();
});

const start = async (protocol: (typeof PROTOCOLS)[number], password: string) => {
  const at = `127.0.0.1:${ports[protocol]}`;
  const account = `<sip:alice@${at};transport=${protocol}>;auth_user=alice;auth_pass=${password};regint=60`;
  phone = await startBaresip({ accounts: [account], ...(protocol === 'tls' ? { ca } : {}) });
  return { at, phone };
};

describe.skipIf(!hasBaresip)(`baresip at our node${why}`, { timeout: 60_000 }, () => {
  it.each(PROTOCOLS)(
    '%s: registers with digest, calls with digest, and is hung up by us (RFC 3261 §10.3, §22.2, §15.1.1)',
    async (protocol) => {
      const answered = new Promise<Session>((resolve) => {
        agent.onSession(resolve);
      });
      const { at, phone: it_ } = await start(protocol, 'secret');
      await it_.says(/200 OK .*\[1 binding\]/);
      const bindings = await store.bindings(`sip:alice@${at}`);
      expect(bindings).toMatchObject([{ userAgent: expect.stringContaining('baresip') as string }]);

      // It adds the transport of its account by itself.
      it_.command('dial', `sip:echo@${at}`);
      await it_.event('CALL_ESTABLISHED');
      const session = await answered;
      expect(session.dialog.remoteUri).toContain('alice@');
      session.hangUp();
      await it_.event('CALL_CLOSED');
      expect(it_.output).toContain('401 Unauthorized');
    },
  );

  it('with a wrong password it does not get in', async () => {
    const { at, phone: it_ } = await start('udp', 'wrong');
    await it_.says(/reg: .*401 Unauthorized/);
    expect(await store.bindings(`sip:alice@${at}`)).toEqual([]);
  });
});
