import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDigestServer } from '../../../stack/auth/digest-server.ts';
import { nodeHashes } from '../../../stack/auth/node/hashes.ts';
import { createMemoryLocations, type MemoryLocations } from '../../../stack/registrar/memory-locations.ts';
import { createRegistrar } from '../../../stack/registrar/registrar.ts';
import { authenticate } from '../../../stack/server/handlers/authenticate.ts';
import { register } from '../../../stack/server/handlers/register.ts';
import { startLabPeer, type LabPeer } from '../testing/lab-peer.ts';
import { runSipctl } from '../testing/run-sipctl.ts';

const PASSWORD = 's3cret-of-alice';

let peer: LabPeer;
let store: MemoryLocations;
let aor: string;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-register-'));
  peer = await startLabPeer(({ context: { ids } }, clock) => {
    store = createMemoryLocations({ clock });
    const server = createDigestServer({
      realm: 'lab.example',
      clock,
      ids,
      hashes: nodeHashes,
      users: (username) => (username === 'alice' ? { password: PASSWORD } : undefined),
    });
    const registrar = createRegistrar({
      clock,
      ids,
      store,
      minExpiresSec: 1,
      gruu: { hmac: nodeHashes.hmac('x') },
    });
    return [authenticate({ server, methods: ['REGISTER'] }), register(registrar)];
  });
  aor = `sip:alice@127.0.0.1:${peer.port}`;
});

afterEach(async () => {
  await peer.close();
  store.dispose();
  await rm(dir, { recursive: true });
});

const credentials = ['--user', 'alice', '--password', PASSWORD];

describe('sipctl register (RFC 3261 §10.2, RFC 7616)', { timeout: 30_000 }, () => {
  it('registers with digest, and leaves the binding where it is', async () => {
    const run = await runSipctl(['register', aor, ...credentials, '--expires', '600', '--json']);
    expect(run.stderr).toBe('');
    expect(run.json()).toEqual([expect.objectContaining({ event: 'registered', n: 1, isOutbound: false })]);
    expect([run.exitCode, peer.requests]).toEqual([0, ['REGISTER 600', 'REGISTER 600']]);
    const query = await runSipctl(['query', aor, ...credentials]);
    expect(query.stdout).toMatch(
      /bindings {2}200 OK, 1 binding\n {2}contact +expires\n {2}sip:alice@127\.0\.0\.1:\d+ +\d+ s\n$/,
    );
    expect(query.exitCode).toBe(0);
  });

  it('finds the password in the variable, in a file or by asking, and never shows it', async () => {
    const file = join(dir, 'password');
    await writeFile(file, `${PASSWORD}\nsomething else\n`);
    const asked: string[] = [];
    const runs = [
      await runSipctl(['register', aor, '--user', 'alice'], { env: { SIPCTL_PASSWORD: PASSWORD } }),
      await runSipctl(['register', aor, '--user', 'alice', '--password-file', file]),
      await runSipctl(['register', aor, '--user', 'alice', '--json'], {
        askSecret: (question) => {
          asked.push(question);
          return Promise.resolve(PASSWORD);
        },
      }),
    ];
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(asked).toEqual(['Password of alice: ']);
    expect(runs.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain(PASSWORD);
  });

  it('says 401 for a wrong password, with 1, and does not try again', async () => {
    const run = await runSipctl(['register', aor, '--user', 'alice', '--password', 'wrong', '--json']);
    expect(run.json()).toEqual([expect.objectContaining({ event: 'failed', status: 401 })]);
    expect(run.exitCode).toBe(1);
  });

  it('keeps the registration refreshed as often as asked, and removes it at the end (§10.2.4)', async () => {
    const run = await runSipctl([
      'register',
      aor,
      ...credentials,
      ...['--expires', '2', '--count', '2', '--unregister', '--json'],
    ]);
    expect(run.json().map(({ event, n }) => [event, n])).toEqual([
      ['registered', 1],
      ['registered', 2],
      ['unregistered', undefined],
    ]);
    expect([run.exitCode, peer.requests.at(-1)]).toEqual([0, 'REGISTER 0']);
  });

  it('removes what it has registered when it is interrupted, with 130 (§10.2.2)', async () => {
    const run = await runSipctl(['register', aor, ...credentials, '--count', '0'], {
      interruptAt: /registered/,
    });
    expect(run.stdout).toMatch(/registered .*\n.*unregistered\n$/);
    expect([run.exitCode, peer.requests.at(-1)]).toEqual([130, 'REGISTER 0']);
    const query = await runSipctl(['query', aor, ...credentials, '--json']);
    expect(query.json()).toEqual([expect.objectContaining({ event: 'bindings', bindings: [] })]);
  });

  it('registers the contacts it is told, with q and a GRUU for an instance (RFC 5627 §4)', async () => {
    const run = await runSipctl([
      'register',
      aor,
      ...credentials,
      ...['--contact', 'sip:alice@192.0.2.7:5070', '--q', '0.5', '--gruu', '--instance'],
      'urn:uuid:00000000-0000-1000-8000-000a95a0e128',
      '--json',
    ]);
    const [line] = run.json();
    expect(line).toMatchObject({ contacts: ['sip:alice@192.0.2.7:5070'] });
    expect(line?.['publicGruu']).toMatch(/^sip:alice@127\.0\.0\.1.*;gr=/);
    const query = await runSipctl(['query', aor, ...credentials, '--json']);
    expect(query.json()).toMatchObject([
      {
        bindings: [
          {
            contact: 'sip:alice@192.0.2.7:5070',
            q: '0.5',
            instance: 'urn:uuid:00000000-0000-1000-8000-000a95a0e128',
          },
        ],
      },
    ]);
  });
});

describe('sipctl unregister (RFC 3261 §10.2.2)', { timeout: 30_000 }, () => {
  it('removes one contact, or every one, and shows what is left', async () => {
    const [first, second] = ['sip:alice@192.0.2.7:5070', 'sip:alice@192.0.2.8:5070'];
    await runSipctl(['register', aor, ...credentials, '--contact', first, '--contact', second]);
    const one = await runSipctl(['unregister', aor, ...credentials, '--contact', first, '--json']);
    expect(one.json()).toMatchObject([{ event: 'bindings', bindings: [{ contact: second }] }]);
    const all = await runSipctl(['unregister', aor, ...credentials]);
    expect(all.stdout).toContain('200 OK, no bindings');
    expect([one.exitCode, all.exitCode]).toEqual([0, 0]);
  });
});

describe('sipctl register refuses in one line', () => {
  it.each([
    [
      ['register', 'sip:a@127.0.0.1', '--password', 'x'],
      /a password needs the name it belongs to: add --user/,
    ],
    [['register', 'sip:a@127.0.0.1', '--user', 'a'], /the password of a is missing: set SIPCTL_PASSWORD/],
    [['register', 'sip:a@127.0.0.1', '--user', 'a', '--password-file', '/no/such'], /there is no such file/],
    [['register', 'sip:a@127.0.0.1', '--gruu'], /--outbound and --gruu need --instance/],
    [['register', 'sip:a@127.0.0.1', '--q', '2'], /--q: expected 0 to 1/],
    [['query', 'tel:+123'], /is no SIP URI/],
    [['register', 'sip:a@127.0.0.1', '--header', 'A: b\r\nC: d'], /expected one header line/],
  ] as const)('%j', async (argv, line) => {
    const run = await runSipctl(argv);
    expect(run.stderr).toMatch(line);
    expect([run.exitCode, run.stderr.trim().split('\n').length]).toEqual([2, 1]);
  });
});
