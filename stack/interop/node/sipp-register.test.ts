import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../e2e/fixtures/peers.ts';
import { missing, onPath } from '../../../e2e/fixtures/programs.ts';
import { runSipp } from '../../../e2e/fixtures/sipp-run.ts';
import { createUserAgent, type UserAgent } from '../../agent/user-agent.ts';
import { createDigestServer } from '../../auth/digest-server.ts';
import { nodeHashes } from '../../auth/node/hashes.ts';
import { createRandomIds } from '../../core/node/random-ids.ts';
import { createSystemClock, type SystemClock } from '../../core/node/system-clock.ts';
import { createMemoryLocations, type MemoryLocations } from '../../registrar/memory-locations.ts';
import { createRegistrar } from '../../registrar/registrar.ts';
import { authenticate } from '../../server/handlers/authenticate.ts';
import { register } from '../../server/handlers/register.ts';
import { compose } from '../../server/handler.ts';
import { bindTcp } from '../../transport/node/tcp.ts';
import { bindUdp } from '../../transport/node/udp.ts';
import type { Transport } from '../../transport/transport.ts';

/* Verified: sipp and sipsak register at our registrar, with digest, refresh and remove. */

const hasSipp = onPath('sipp') !== undefined;
const hasSipsak = onPath('sipsak') !== undefined;
const whySipp = hasSipp ? '' : `, skipped: ${missing('sipp')}`;
const whySipsak = hasSipsak ? '' : `, skipped: ${missing('sipsak')}`;
const runFile = promisify(execFile);

let clock: SystemClock;
let ua: UserAgent;
let store: MemoryLocations;
let transports: readonly Transport[];
let port: number;
const events: string[] = [];

beforeEach(async () => {
  clock = createSystemClock();
  store = createMemoryLocations({ clock });
  events.length = 0;
  store.onChange((change) => {
    events.push(...change.events.map(({ kind }) => kind));
  });
  const ids = createRandomIds();
  ua = createUserAgent({ clock, ids, identity: { product: 'Siphon', contactUser: 'siphon' } });
  port = await freePort();
  const at = { host: '127.0.0.1', port };
  transports = [await bindUdp(at, { clock }), await bindTcp(at, { clock })];
  for (const transport of transports) ua.addTransport(transport);
  const server = createDigestServer({
    realm: 'siphon.test',
    clock,
    ids,
    hashes: nodeHashes,
    algorithms: ['MD5'],
    users: (username) => (username.startsWith('user') ? { password: 's3cret' } : undefined),
  });
  ua.serve(
    compose([
      authenticate({ server, methods: ['REGISTER'] }),
      register(createRegistrar({ clock, ids, store, minExpiresSec: 10 })),
    ]),
  );
});

afterEach(async () => {
  ua.dispose();
  store.dispose();
  await Promise.all(transports.map((transport) => transport.close()));
  clock.dispose();
});

describe('our registrar with foreign clients (RFC 3261 §10.3, §22.1)', () => {
  it.skipIf(!hasSipp).each(['udp', 'tcp'] as const)(
    `sipp over %s: 200 users register with digest, refresh, remove a contact, and all of them${whySipp}`,
    { timeout: 70_000 },
    async (protocol) => {
      const users = 200;
      const run = await runSipp({
        scenario: 'uac-register-life',
        protocol,
        target: `127.0.0.1:${port}`,
        localPort: await freePort(),
        calls: users,
        ratePerSec: 200,
        fields: Array.from(
          { length: users },
          (_, n) => `user${n};[authentication username=user${n} password=s3cret]`,
        ),
      });
      expect(run).toEqual({ exitCode: 0, errors: '' });
      const count = (kind: string): number => events.filter((event) => event === kind).length;
      expect([count('created'), count('refreshed'), count('unregistered')]).toEqual([
        2 * users,
        users,
        2 * users,
      ]);
      expect(await store.count()).toEqual({ aors: 0, bindings: 0 });
    },
  );

  it.skipIf(!hasSipsak)(`sipsak registers a contact with digest${whySipsak}`, async () => {
    const aor = `sip:user7@127.0.0.1:${port}`;
    const args = [
      '-U',
      '-H',
      '127.0.0.1',
      '-x',
      '60',
      '-C',
      'sip:me@127.0.0.1:4711',
      '-u',
      'user7',
      '-a',
      's3cret',
      '-s',
      aor,
    ];
    const { stdout } = await runFile(onPath('sipsak') ?? 'sipsak', [...args, '-vv'], { timeout: 20_000 });
    expect(stdout).toMatch(/All usrloc tests completed successful/);
    // Its To loses the last digit of a port with five.
    const found: string[] = [];
    for await (const { bindings } of store.all()) found.push(...bindings.map(({ contactUri }) => contactUri));
    expect(found).toEqual(['sip:me@127.0.0.1:4711']);
  });
});
