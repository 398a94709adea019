import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBaresip, type Baresip } from '../fixtures/baresip.ts';
import { type Kamailio, startKamailio } from '../fixtures/kamailio.ts';
import {
  EDGE_OPTIONS,
  edgeScript,
  REGISTRAR_OPTIONS,
  REGISTRAR_SCRIPT,
} from '../fixtures/kamailio-scripts.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { type AskedSiphond, startAskedSiphond } from '../fixtures/siphond-api.ts';

/*
 * Verified: siphond and Kamailio between baresip phones, in both orders. Phone, siphond as proxy, Kamailio as registrar: calls and what is in
 * them pass both, there and back. Phone, Kamailio as edge proxy, siphond as registrar, call-server and B2BUA: with digest and Path.
 */

const hasPeers = onPath('baresip') !== undefined && onPath('kamailio') !== undefined;
const why = hasPeers ? '' : `, skipped: ${missing('baresip or kamailio')}`;
const PROTOCOLS = ['udp', 'tcp'] as const;
type Protocol = (typeof PROTOCOLS)[number];
const DOMAIN = 'lab.example';

let dir: string;
let digest: readonly string[];
let kamailio: Kamailio | undefined;
let server: AskedSiphond | undefined;
const phones: Baresip[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-kamailio-'));
  const users = join(dir, 'users.json');
  await writeFile(users, JSON.stringify({ alice: 'secret', bob: 'secret' }), { mode: 0o600 });
  digest = ['--auth', '--auth-users', users, '--auth-algorithms', 'MD5'];
});

afterAll(() => rm(dir, { recursive: true }));

afterEach(async () => {
  for (const phone of phones.splice(0)) await phone.stop();
  await server?.siphond.stop();
  await kamailio?.stop();
  [server, kamailio] = [undefined, undefined];
});

/** Where a phone belongs, and where it sends everything. */
interface Way {
  readonly domain?: string;
  readonly outbound: string;
}

const open = async (
  user: string,
  protocol: Protocol,
  { domain = DOMAIN, outbound }: Way,
  registersEverySec: number,
): Promise<Baresip> => {
  const account = [
    `<sip:${user}@${domain};transport=${protocol}>`,
    `outbound="sip:${outbound};transport=${protocol}"`,
    `auth_user=${user};auth_pass=secret;answermode=auto;regint=${registersEverySec}`,
  ];
  const made = await startBaresip({ accounts: [account.join(';')] });
  phones.push(made);
  return made;
};

/** A phone that has registered. It answers by itself. */
const phone = async (user: string, protocol: Protocol, way: Way): Promise<Baresip> => {
  const made = await open(user, protocol, way, 60);
  await made.says(/200 OK .*\[1 binding\]/);
  return made;
};

/** How many hops the last request of a method has come over. */
const hopsOf = ({ output }: Baresip, method: string): number => {
  const [request = ''] = output.slice(output.lastIndexOf(`\n${method} sip:`)).split('\r\n\r\n');
  return request.match(/^Via:/gm)?.length ?? 0;
};

/** The first calls the second; both hold and resume; each hangs up once. @param hops - of a request from one to the other. */
const talk = async (alice: Baresip, bob: Baresip, callee: string, hops: number): Promise<void> => {
  for (const [from, to] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    alice.forget();
    bob.forget();
    alice.command('dial', callee);
    await Promise.all([alice.event('CALL_ESTABLISHED'), bob.event('CALL_ESTABLISHED')]);
    await alice.holdsAndResumes(bob);
    expect(hopsOf(bob, 'INVITE')).toBe(hops);
    await bob.holdsAndResumes(alice);
    expect(hopsOf(alice, 'INVITE')).toBe(hops);
    from.command('hangup');
    await Promise.all([alice.event('CALL_CLOSED'), bob.event('CALL_CLOSED')]);
    await to.says(/\nBYE sip:/);
    expect(hopsOf(to, 'BYE')).toBe(hops);
  }
};

describe.skipIf(!hasPeers).each(PROTOCOLS)(
  `siphond between phones and Kamailio, %s${why}`,
  { timeout: 60_000 },
  (protocol) => {
    it('proxy: registrations and calls go to Kamailio, which finds the phones by Path (RFC 3327, RFC 3261 §16.12)', async () => {
      kamailio = await startKamailio({ ...REGISTRAR_OPTIONS, routes: () => REGISTRAR_SCRIPT });
      server = await startAskedSiphond(['--mode', 'proxy', '--add-path', '--other-domains', 'relay']);
      const way = { domain: `127.0.0.1:${kamailio.port}`, outbound: server.target };
      const [alice, bob] = [await phone('alice', protocol, way), await phone('bob', protocol, way)];
      expect((await server.registrations()).total).toBe(0);
      // The other phone, siphond, Kamailio, siphond.
      await talk(alice, bob, `sip:bob@${way.domain}`, 4);
      expect((await kamailio.heard(/LOOSE (BYE)/, 2)).length, kamailio.log()).toBeGreaterThanOrEqual(2);
    });
  },
);

describe.skipIf(!hasPeers).each(PROTOCOLS)(
  `Kamailio between phones and siphond, %s${why}`,
  { timeout: 60_000 },
  (protocol) => {
    const start = async (...options: readonly string[]) => {
      const started = await startAskedSiphond(options);
      server = started;
      kamailio = await startKamailio({ ...EDGE_OPTIONS, routes: () => edgeScript(DOMAIN, started.target) });
      return { server: started, kamailio, way: { outbound: `127.0.0.1:${kamailio.port}` } };
    };

    it('registrar: phones register with digest through Kamailio, and are reached by its Path (RFC 3327)', async () => {
      const { server: registrar, way } = await start('--mode', 'registrar', '--domain', DOMAIN, ...digest);
      const alice = await phone('alice', protocol, way);
      expect(await registrar.registrations()).toMatchObject({
        total: 1,
        rows: [
          { aor: `sip:alice@${DOMAIN}`, path: [expect.stringContaining(`<sip:${way.outbound}`) as string] },
        ],
      });
      alice.command('quit');
      await expect.poll(registrar.registrations, { timeout: 10_000 }).toMatchObject({ total: 0 });
    });

    it('call-server: is called through Kamailio, held, resumed, and hung up by either side (RFC 3261 §12.2, §16.12)', async () => {
      const { server: callee, way, kamailio: proxy } = await start('--mode', 'call-server');
      const alice = await open('alice', protocol, way, 0);
      for (const isOurs of [true, false]) {
        alice.forget();
        alice.command('dial', `sip:echo@${DOMAIN}`);
        await alice.event('CALL_ESTABLISHED');
        alice.command('hold');
        await alice.says(/a=sendonly[^]*SIP\/2\.0 200 OK[^]*a=recvonly[^]*\nACK /);
        alice.command('resume');
        await alice.says(/call: resume[^]*SIP\/2\.0 200 OK[^]*a=sendrecv[^]*\nACK /);
        await expect.poll(callee.calls).toHaveLength(1);
        if (isOurs) {
          await callee.endCalls();
          await alice.event('CALL_CLOSED');
          // siphond, Kamailio.
          expect(hopsOf(alice, 'BYE')).toBe(2);
        } else alice.command('hangup');
        await expect.poll(callee.calls).toEqual([]);
      }
      // Two a call to hold and resume; a BYE from either side.
      expect((await proxy.heard(/LOOSE (INVITE)/, 4)).length, proxy.log()).toBeGreaterThanOrEqual(4);
      expect((await proxy.heard(/LOOSE (BYE)/, 2)).length, proxy.log()).toBeGreaterThanOrEqual(2);
    });

    it('b2bua: phones call each other through Kamailio, siphond and Kamailio (RFC 7092 §3.2)', async () => {
      const {
        server: b2bua,
        way,
        kamailio: proxy,
      } = await start('--mode', 'b2bua', '--domain', DOMAIN, ...digest);
      const [alice, bob] = [await phone('alice', protocol, way), await phone('bob', protocol, way)];
      // siphond, Kamailio: it is a request of siphond.
      await talk(alice, bob, `sip:bob@${DOMAIN}`, 2);
      // Each side of both calls.
      expect((await proxy.heard(/LOOSE (BYE)/, 4)).length, proxy.log()).toBeGreaterThanOrEqual(4);
      await expect.poll(b2bua.calls).toEqual([]);
    });
  },
);
