import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Baresip, startBaresip } from '../fixtures/baresip.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { DEVELOPMENT_CA } from '../fixtures/siphond.ts';
import { type AskedSiphond, startAskedSiphond } from '../fixtures/siphond-api.ts';
import { startSippUas } from '../fixtures/sipp-uas.ts';

/*
 * Verified: baresip calls siphond as call-server and as full-uas over UDP, TCP and TLS: it hears early media, holds, resumes, hangs up, is hung up, and
 * transfers siphond to sipp.
 */

const hasPeers = onPath('baresip') !== undefined && onPath('sipp') !== undefined;
const why = hasPeers ? '' : `, skipped: ${missing('baresip or sipp')}`;
const OPTIONS = ['--early-media', '--ring-ms', '100', '--allow-private-refer-targets'];

const MODES = ['call-server', 'full-uas'] as const;
const CASES = MODES.flatMap((mode) =>
  (['udp', 'tcp', 'tls'] as const).map((protocol) => [mode, protocol] as const),
);

const servers = new Map<string, AskedSiphond>();
let phone: Baresip | undefined;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  if (!hasPeers) return;
  for (const mode of MODES)
    servers.set(mode, await startAskedSiphond([...OPTIONS, '--mode', mode, '--sips-bind', '127.0.0.1:0'], 1));
}, 60_000);

afterAll(async () => {
  for (const { siphond } of servers.values()) expect((await siphond.stop()).exitCode).toBe(0);
});

afterEach(async () => {
  await phone?.stop();
  phone = undefined;
  for (const server of servers.values()) await server.endCalls();
  for (const close of closing.splice(0).reverse()) await close();
});

const serverOf = (mode: string): AskedSiphond => {
  const server = servers.get(mode);
  if (server === undefined) throw new Error(`${mode} was not started`);
  return server;
};

type Protocol = 'udp' | 'tcp' | 'tls';

/** Calls, and waits until both sides have the call. */
const call = async (server: AskedSiphond, protocol: Protocol): Promise<Baresip> => {
  const { port } = server.siphond.listeners.find((one) => one.protocol === protocol) ?? server.siphond;
  const account = `<sip:alice@127.0.0.1:${port};transport=${protocol}>;regint=0`;
  const ca = protocol === 'tls' ? { ca: await readFile(DEVELOPMENT_CA, 'utf8') } : {};
  phone = await startBaresip({ accounts: [account], ...ca });
  phone.command('dial', `sip:bob@127.0.0.1:${port}`);
  await phone.event('CALL_ESTABLISHED');
  await expect.poll(server.calls).toHaveLength(1);
  return phone;
};

describe.skipIf(!hasPeers).each(CASES)(
  `siphond as %s of baresip over %s${why}`,
  { timeout: 60_000 },
  (mode, protocol) => {
    it('is heard early, put on hold, resumed and hung up (RFC 3261 §13.3.1.1, RFC 3264 §8.4)', async () => {
      const server = serverOf(mode);
      const alice = await call(server, protocol);
      expect(alice.output).toMatch(/SIP Progress: 183 Session Progress \(application\/sdp\)/);
      alice.command('hold');
      await alice.says(/a=sendonly[^]*SIP\/2\.0 200 OK[^]*a=recvonly[^]*\nACK /);
      alice.command('resume');
      await alice.says(/call: resume[^]*a=sendrecv[^]*SIP\/2\.0 200 OK[^]*a=sendrecv[^]*\nACK /);
      alice.command('hangup');
      await expect.poll(server.calls).toEqual([]);
    });

    it('hangs up (RFC 3261 §15.1.1)', async () => {
      const server = serverOf(mode);
      const alice = await call(server, protocol);
      await server.endCalls();
      await alice.event('CALL_CLOSED');
      await expect.poll(server.calls).toEqual([]);
    });

    it('is transferred to somebody else, whom it calls (RFC 3515 §2.4)', async () => {
      const server = serverOf(mode);
      const port = await startSippUas('udp', closing);
      const alice = await call(server, protocol);
      alice.command('transfer', `sip:carol@127.0.0.1:${port}`);
      // It hangs up once it is told of the 200.
      await alice.says(/NOTIFY [^]*SIP\/2\.0 100 Trying[^]*NOTIFY [^]*SIP\/2\.0 200 OK[^]*\nBYE /);
      await expect.poll(server.calls).toMatchObject([{ remoteUri: `sip:carol@127.0.0.1:${port}` }]);
      await server.endCalls();
      await expect.poll(server.calls).toEqual([]);
    });
  },
);
