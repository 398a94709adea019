import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { missing, onPath } from '../../../e2e/fixtures/programs.ts';
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

let dir: string;
let clock: SystemClock;
let ua: UserAgent;
let store: MemoryLocations;
let transports: readonly Transport[];
let port: number;
const events: string[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-register-'));
  clock = createSystemClock();
  store = createMemoryLocations({ clock });
  events.length = 0;
  store.onChange((change) => {
    events.push(...change.events.map(({ kind }) => kind));
  });
  const ids = createRandomIds();
  ua = createUserAgent({ clock, ids, identity: { product: 'Siphon', contactUser: 'siphon' } });
  const udp = await bindUdp({ host: '127.0.0.1', port: 0 }, { clock });
  ({ port } = udp.local);
  transports = [udp, await bindTcp({ host: '127.0.0.1', port }, { clock })];
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
  await rm(dir, { recursive: true });
});

const request = (cseq: number, expires: number, auth: string): string => `
  <send retrans="500"><![CDATA[
    REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    Max-Forwards: 70
    From: <sip:[field0]@[remote_ip]:[remote_port]>;tag=[pid]-[call_number]-${cseq}
    To: <sip:[field0]@[remote_ip]:[remote_port]>
    Call-ID: [call_id]
    CSeq: ${cseq} REGISTER
    Contact: <sip:[field0]@[local_ip]:[local_port]>
    Expires: ${expires}${auth}
    Content-Length: 0

  ]]></send>`;
const AUTH = '\n    [field1]';

/** Challenge, registration, refresh, removal; each answered as it should. */
const SCENARIO = `<?xml version="1.0" encoding="ISO-8859-1"?>
<scenario name="register">
  ${request(1, 600, '')}
  <recv response="401" auth="true"></recv>
  ${request(2, 600, AUTH)}
  <recv response="200"></recv>
  ${request(3, 600, AUTH)}
  <recv response="200"></recv>
  ${request(4, 0, AUTH)}
  <recv response="200"></recv>
</scenario>
`;

describe('our registrar with foreign clients (RFC 3261 §10.3, §22.1)', () => {
  it.skipIf(!hasSipp).each(['u1', 't1'] as const)(
    `sipp -t %s: 200 users register with digest, refresh and remove${whySipp}`,
    { timeout: 30_000 },
    async (mode) => {
      const file = join(dir, 'register.xml');
      await writeFile(file, SCENARIO);
      const users = 200;
      const accounts = join(dir, 'users.csv');
      const lines = Array.from(
        { length: users },
        (_, n) => `user${n};[authentication username=user${n} password=s3cret]`,
      );
      await writeFile(accounts, ['SEQUENTIAL', ...lines, ''].join('\n'));
      const args = [
        '-sf',
        file,
        '-inf',
        accounts,
        `127.0.0.1:${port}`,
        '-i',
        '127.0.0.1',
        '-t',
        mode,
        '-m',
        String(users),
        '-r',
        '200',
      ];
      const ended = await runFile(onPath('sipp') ?? 'sipp', [...args, '-nostdin'], {
        cwd: dir,
        timeout: 25_000,
        maxBuffer: 1 << 24,
      }).then(
        () => 0,
        (error: { code?: number; stdout?: string }) => `${error.code} ${error.stdout?.slice(-1500)}`,
      );
      expect(ended).toBe(0);
      const count = (kind: string): number => events.filter((event) => event === kind).length;
      expect([count('created'), count('refreshed'), count('unregistered')]).toEqual([users, users, users]);
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
