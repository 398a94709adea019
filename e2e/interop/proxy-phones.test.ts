import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBaresip, type Baresip } from '../fixtures/baresip.ts';
import { freePort, tsharkField } from '../fixtures/peers.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { startRouter, type Router } from '../fixtures/routed.ts';
import { DEVELOPMENT_CA } from '../fixtures/siphond.ts';

/*
 * Verified: two baresip registered with digest at siphond --mode proxy call each other through it: each holds and resumes inside the dialog, each
 * hangs up once. What crossed siphond is read from its capture.
 */

const hasPeers = onPath('baresip') !== undefined && onPath('tshark') !== undefined;
const why = hasPeers ? '' : `, skipped: ${missing('baresip or tshark')}`;
const PROTOCOLS = ['udp', 'tcp', 'tls'] as const;
type Protocol = (typeof PROTOCOLS)[number];

let dir: string;
let router: Router;
let phones: Baresip[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-proxy-'));
});

afterAll(async () => {
  await rm(dir, { recursive: true });
});

afterEach(async () => {
  for (const phone of phones) await phone.stop();
  phones = [];
  await router.siphond.stop();
});

/** A phone that has registered. @param answers - `auto`: by itself; `manual`: it rings. */
const phone = async (user: string, protocol: Protocol, answers = 'auto'): Promise<Baresip> => {
  const port = router.siphond.listeners.find((listener) => listener.protocol === protocol)?.port ?? 0;
  const account = `<sip:${user}@127.0.0.1:${port};transport=${protocol}>;auth_user=${user};auth_pass=secret;regint=60;answermode=${answers}`;
  const made = await startBaresip({
    accounts: [account],
    ...(protocol === 'tls' ? { ca: await readFile(DEVELOPMENT_CA, 'utf8') } : {}),
  });
  phones.push(made);
  await made.says(/200 OK .*\[1 binding\]/);
  return made;
};

describe.skipIf(!hasPeers)(`two baresip at siphond --mode proxy${why}`, { timeout: 60_000 }, () => {
  it.each(PROTOCOLS)(
    '%s: call, hold and resume both ways, hang up both ways (RFC 3261 §16.12, §22.3)',
    async (protocol) => {
      const users = join(dir, 'users.json');
      const capture = join(dir, `${protocol}.pcapng`);
      await writeFile(users, JSON.stringify({ alice: 'secret', bob: 'secret' }), { mode: 0o600 });
      router = await startRouter(await freePort(), [
        ...['--mode', 'proxy', '--auth', '--auth-users', users, '--auth-algorithms', 'MD5'],
        ...['--sips-bind', '127.0.0.1:0', '--capture', capture],
      ]);
      const [alice, bob] = [await phone('alice', protocol), await phone('bob', protocol)];
      const port = router.siphond.listeners.find((listener) => listener.protocol === protocol)?.port ?? 0;
      for (const who of [alice, bob]) {
        alice.forget();
        bob.forget();
        alice.command('dial', `sip:bob@127.0.0.1:${port}`);
        await Promise.all([alice.event('CALL_ESTABLISHED'), bob.event('CALL_ESTABLISHED')]);
        await alice.holdsAndResumes(bob);
        await bob.holdsAndResumes(alice);
        who.command('hangup');
        await Promise.all([alice.event('CALL_CLOSED'), bob.event('CALL_CLOSED')]);
      }
      expect((await router.siphond.stop()).exitCode).toBe(0);
      // Two calls, each re-INVITE four times: in and out again.
      // A request that had to be sent again has the same branch.
      const sent = async (method: string): Promise<number> =>
        new Set(await tsharkField(capture, 'sip.Via.branch', `sip.to.tag && sip.Method == "${method}"`)).size;
      expect([await sent('INVITE'), await sent('BYE')]).toEqual([16, 4]);
      expect(await tsharkField(capture, 'frame.number', '_ws.malformed')).toEqual([]);
    },
  );

  it('stopped while one rings: it rings no more, and the caller hears 503 (RFC 3261 §21.5.4)', async () => {
    router = await startRouter(await freePort(), ['--mode', 'proxy']);
    const [alice, bob] = [await phone('alice', 'udp'), await phone('bob', 'udp', 'manual')];
    alice.command('dial', `sip:bob@${router.at}`);
    await bob.event('CALL_INCOMING');
    const stopped = router.siphond.stop();
    await Promise.all([alice.event('CALL_CLOSED'), bob.event('CALL_CLOSED')]);
    expect((await stopped).exitCode).toBe(0);
    expect([alice.output, bob.output]).toEqual([
      expect.stringContaining('SIP/2.0 503 Service Unavailable'),
      expect.stringMatching(/\nCANCEL sip:bob/),
    ]);
  });
});
