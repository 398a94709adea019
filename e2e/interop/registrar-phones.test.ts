import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Baresip, startBaresip } from '../fixtures/baresip.ts';
import {
  type BrowserPhone,
  type PhoneBrowser,
  type PhoneLibrary,
  startPhoneBrowser,
} from '../fixtures/phone-browser.ts';
import { CHROMIUM, missing, onPath } from '../fixtures/programs.ts';
import { DEVELOPMENT_CA } from '../fixtures/siphond.ts';
import { type AskedSiphond, startAskedSiphond } from '../fixtures/siphond-api.ts';

/*
 * Verified: phones that nobody here wrote register at siphond with digest, and take themselves out: baresip over UDP, TCP and TLS,
 * JsSIP and SIP.js in Chromium over WSS.
 */

const hasBaresip = onPath('baresip') !== undefined;
const whyBaresip = hasBaresip ? '' : `, skipped: ${missing('baresip')}`;
const hasChromium = CHROMIUM !== undefined;
const whyChromium = hasChromium ? '' : `, skipped: ${missing('chromium')}`;
const PASSWORD = 'secret';

let dir: string;
let digest: readonly string[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-phones-'));
  const file = join(dir, 'users.json');
  await writeFile(file, JSON.stringify({ alice: PASSWORD }), { mode: 0o600 });
  // baresip gives up where SHA-256 is offered at all.
  digest = ['--auth', '--auth-users', file, '--auth-algorithms', 'MD5'];
});

afterAll(() => rm(dir, { recursive: true }));

describe.skipIf(!hasBaresip)(`siphond as registrar of baresip${whyBaresip}`, { timeout: 60_000 }, () => {
  let server: AskedSiphond;
  let phone: Baresip | undefined;

  beforeAll(async () => {
    server = await startAskedSiphond(['--mode', 'registrar', ...digest, '--sips-bind', '127.0.0.1:0'], 1);
  }, 60_000);

  afterAll(() => server.siphond.stop());

  afterEach(async () => {
    await phone?.stop();
    phone = undefined;
  });

  const startPhone = async (protocol: 'udp' | 'tcp' | 'tls', password: string) => {
    const { port } =
      server.siphond.listeners.find((listener) => listener.protocol === protocol) ?? server.siphond;
    const aor = `sip:alice@127.0.0.1:${port}`;
    const account = `<${aor};transport=${protocol}>;auth_user=alice;auth_pass=${password};regint=60`;
    const ca = protocol === 'tls' ? { ca: await readFile(DEVELOPMENT_CA, 'utf8') } : {};
    phone = await startBaresip({ accounts: [account], ...ca });
    return { aor, phone };
  };

  it.each(['udp', 'tcp', 'tls'] as const)(
    '%s: registers with digest, and takes itself out',
    async (protocol) => {
      const { aor, phone: baresip } = await startPhone(protocol, PASSWORD);
      await baresip.says(/200 OK .*\[1 binding\]/);
      const userAgent = expect.stringContaining('baresip') as string;
      expect(await server.registrations()).toMatchObject({ total: 1, rows: [{ aor, protocol, userAgent }] });
      baresip.command('quit');
      await expect.poll(() => server.registrations(), { timeout: 10_000 }).toMatchObject({ total: 0 });
    },
  );

  it('with a wrong password it does not get in', async () => {
    const { phone: baresip } = await startPhone('udp', 'guessed');
    await baresip.says(/reg: .*401 Unauthorized/);
    expect((await server.registrations()).total).toBe(0);
  });
});

describe.skipIf(!hasChromium)(
  `siphond as registrar of browsers (RFC 7118)${whyChromium}`,
  { timeout: 60_000 },
  () => {
    let server: AskedSiphond;
    let browser: PhoneBrowser;

    beforeAll(async () => {
      browser = await startPhoneBrowser();
      server = await startAskedSiphond(['--mode', 'registrar', ...digest, '--wss-bind', '127.0.0.1:0'], 1);
    }, 60_000);

    afterAll(async () => {
      await browser.stop();
      await server.siphond.stop();
    });

    afterEach(() => browser.closePhones());

    const phone = (library: PhoneLibrary, password: string): Promise<BrowserPhone> => {
      const port = server.siphond.listeners.find(({ protocol }) => protocol === 'wss')?.port ?? 0;
      const uri = 'sip:alice@siphon.test';
      return browser.phone(library, { uri, server: `wss://127.0.0.1:${port}`, password });
    };

    it.each(['jssip', 'sipjs'] as const)(
      '%s: registers with digest over WSS, and takes itself out',
      async (library) => {
        const alice = await phone(library, PASSWORD);
        await alice.until('registered');
        const aor = 'sip:alice@siphon.test';
        expect(await server.registrations()).toMatchObject({ total: 1, rows: [{ aor, protocol: 'wss' }] });
        await alice.does('unregister()');
        await alice.until('unregistered');
        expect((await server.registrations()).total).toBe(0);
      },
    );

    it.each([
      ['jssip', 'not registered: Authentication Error'],
      ['sipjs', 'not registered: 401'],
    ] as const)('%s: does not get in with a wrong password', async (library, event) => {
      const mallory = await phone(library, 'guessed');
      await mallory.until(event);
      expect((await server.registrations()).total).toBe(0);
    });
  },
);
