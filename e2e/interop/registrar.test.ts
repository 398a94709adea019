import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../fixtures/peers.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { command } from '../fixtures/siphond.ts';
import { type AskedSiphond, startAskedSiphond } from '../fixtures/siphond-api.ts';
import { runSipp, type SippRun } from '../fixtures/sipp-run.ts';

/* Verified: siphond as registrar of 10,000 users of sipp, with digest and without; they refresh, remove and run out. Phones are in registrar-phones.test.ts. */

const hasSipp = onPath('sipp') !== undefined;
const whySipp = hasSipp ? '' : `, skipped: ${missing('sipp')}`;

const USERS = 10_000;
/** They refresh and remove; others than those who stay. */
const GUESTS = 200;
const passwordOf = (user: string): string => `secret-${user}`;
const named = (name: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${name}${n}`);

let dir: string;
let open: AskedSiphond;
let guarded: AskedSiphond;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-registrar-'));
  if (!hasSipp) return;
  const file = join(dir, 'users.json');
  const users = [...named('user', USERS), ...named('guest', GUESTS)];
  const passwords = Object.fromEntries(users.map((user) => [user, passwordOf(user)]));
  await writeFile(file, JSON.stringify(passwords), { mode: 0o600 });
  // sipp ends where SHA-256 is offered at all.
  const digest = ['--auth', '--auth-users', file, '--auth-algorithms', 'MD5'];
  open = await startAskedSiphond(['--mode', 'registrar', '--reg-min-expiry', '1']);
  guarded = await startAskedSiphond(['--mode', 'registrar', ...digest]);
}, 60_000);

afterAll(async () => {
  await rm(dir, { recursive: true });
  if (!hasSipp) return;
  for (const { siphond } of [open, guarded]) expect((await siphond.stop()).exitCode).toBe(0);
});

/** Each user goes through the scenario, as fast as it is answered. */
const sipp = async (
  { target }: AskedSiphond,
  users: readonly string[],
  run: Pick<SippRun, 'scenario' | 'protocol' | 'keys'>,
): Promise<void> => {
  const fields = users.map(
    (user) => `${user};[authentication username=${user} password=${passwordOf(user)}]`,
  );
  const all = { ...run, fields, calls: users.length, ratePerSec: 5000, atATime: 100 };
  expect(await runSipp({ ...all, target, localPort: await freePort() })).toEqual({ exitCode: 0, errors: '' });
};

const bindings = async (server: AskedSiphond): Promise<number> => (await server.registrations()).total;

describe.skipIf(!hasSipp).each(['udp', 'tcp'] as const)(
  `siphond as registrar of sipp over %s (RFC 3261 §10.3)${whySipp}`,
  { timeout: 90_000 },
  (protocol) => {
    it.each(['uac-register', 'uac-register-digest'])(
      `%s: has all of ${USERS} users afterwards`,
      async (scenario) => {
        const server = scenario === 'uac-register' ? open : guarded;
        const before = await bindings(server);
        await sipp(server, named('user', USERS), { scenario, protocol, keys: { expires: '600' } });
        expect((await bindings(server)) - before).toBe(USERS);
        const user = `user${USERS - 1}`;
        const asked = await command('sipctl', [
          ...['query', `sip:${user}@${server.target}`, '--transport', protocol, '--json'],
          ...['--user', user, '--password', passwordOf(user)],
        ]);
        expect(asked.exitCode, asked.stderr).toBe(0);
        const contact = new RegExp(`sip:${user}@127.0.0.1:\\d+;transport=${protocol}`, 'i');
        expect(JSON.parse(asked.stdout)).toMatchObject({
          bindings: expect.arrayContaining([
            expect.objectContaining({ contact: expect.stringMatching(contact) as string }),
          ]) as unknown,
        });
      },
    );

    it(`uac-register-life: ${GUESTS} users with digest refresh, remove a contact, and all by *`, async () => {
      const before = await bindings(guarded);
      await sipp(guarded, named('guest', GUESTS), { scenario: 'uac-register-life', protocol });
      expect(await bindings(guarded)).toBe(before);
    });

    it('forgets whom it has not heard of again', async () => {
      const before = await bindings(open);
      await sipp(open, named('guest', 50), { scenario: 'uac-register', protocol, keys: { expires: '1' } });
      await expect.poll(() => bindings(open), { timeout: 10_000 }).toBe(before);
    });
  },
);
