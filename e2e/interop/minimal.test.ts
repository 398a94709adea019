import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askByOpenssl } from '../fixtures/openssl.ts';
import { freePort } from '../fixtures/peers.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { DEVELOPMENT_CA, type Ended, type Siphond, startSiphond } from '../fixtures/siphond.ts';
import { runSipp } from '../fixtures/sipp-run.ts';

/* Verified: siphond in its mode `minimal`: sipp, sipsak and openssl get their OPTIONS answered over UDP, TCP and TLS, and all else refused as RFC 3261 says. */

const hasSipp = onPath('sipp') !== undefined;
const sipsak = onPath('sipsak');
const openssl = onPath('openssl');
const whySipp = hasSipp ? '' : `, skipped: ${missing('sipp')}`;
const whySipsak = sipsak === undefined ? `, skipped: ${missing('sipsak')}` : '';
const whyOpenssl = openssl === undefined ? `, skipped: ${missing('openssl')}` : '';
const runFile = promisify(execFile);

let siphond: Siphond;
let target: string;

beforeAll(async () => {
  target = `127.0.0.1:${await freePort()}`;
  const binds = ['--udp-bind', target, '--tcp-bind', target, '--sips-bind', 'none'];
  siphond = await startSiphond(['--mode', 'minimal', ...binds], 2);
}, 60_000);

afterAll(async () => {
  expect((await siphond.stop()).exitCode).toBe(0);
});

describe.skipIf(!hasSipp).each(['udp', 'tcp'] as const)(
  `siphond --mode minimal and sipp over %s (RFC 3261 §11.2, §8.2.1)${whySipp}`,
  { timeout: 70_000 },
  (protocol) => {
    const calls = 5;

    const request = async (keys: Readonly<Record<string, string>>) =>
      runSipp({ scenario: 'uac-request', protocol, target, localPort: await freePort(), calls, keys });

    it.each([
      ['OPTIONS', '200'],
      // What is specified, but not served here.
      ['REGISTER', '405'],
      ['SUBSCRIBE', '405'],
      ['MESSAGE', '405'],
      ['PUBLISH', '405'],
      // What nobody has specified.
      ['FROBNICATE', '501'],
    ])('answers %s with %s and Allow: OPTIONS alone', async (method, status) => {
      const outcome = await request({ method, status, header: 'Allow', says: '^ *OPTIONS$' });
      expect(outcome).toEqual({ exitCode: 0, errors: '' });
    });

    it('refuses a call with 405, and takes the ACK', async () => {
      const localPort = await freePort();
      const keys = { status: '405' };
      expect(await runSipp({ scenario: 'uac-refused', protocol, target, localPort, calls, keys })).toEqual({
        exitCode: 0,
        errors: '',
      });
    });
  },
);

describe.skipIf(sipsak === undefined)(`siphond --mode minimal and sipsak${whySipsak}`, () => {
  // Its TLS takes the port for a part of the name that the certificate has to have.
  it.each(['udp', 'tcp'])('%s: is pinged', { timeout: 30_000 }, async (protocol) => {
    const args = ['-vv', '-E', protocol, '-s', `sip:${target}`];
    const { stdout } = await runFile(sipsak ?? 'sipsak', args, { timeout: 20_000 });
    expect(stdout).toMatch(/SIP\/2\.0 200 OK\s+final received/);
  });
});

describe.skipIf(openssl === undefined)(`siphond --mode minimal and openssl s_client${whyOpenssl}`, () => {
  it.each(['-tls1_2', '-tls1_3'])(
    '%s: trusts the development CA, is answered, and told close_notify at the end',
    { timeout: 60_000 },
    async (version) => {
      const own = await startSiphond(
        ['--udp-bind', 'none', '--tcp-bind', 'none', '--sips-bind', '127.0.0.1:0'],
        1,
      );
      let ended: Promise<Ended> | undefined;
      const { exitCode, output } = await askByOpenssl({
        port: own.port,
        name: 'sip.example.com',
        caFile: DEVELOPMENT_CA,
        options: [version],
        onAnswered: () => {
          ended = own.stop();
        },
      });
      expect((await (ended ?? own.stop())).exitCode).toBe(0);
      expect(output).toMatch(/SIP\/2\.0 200 OK[^]*\r\nAllow: OPTIONS\r\n/);
      expect(output).toContain('Verification: OK');
      expect(output).toMatch(/<<< TLS [\d.]+, Alert \[length 0002\], warning close_notify/);
      expect(exitCode).toBe(0);
    },
  );
});
