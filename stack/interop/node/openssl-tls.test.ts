import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askByOpenssl, type OpensslOutcome } from '../../../e2e/fixtures/openssl.ts';
import { missing, onPath } from '../../../e2e/fixtures/programs.ts';
import { createUserAgent, type UserAgent } from '../../agent/user-agent.ts';
import { createSystemClock } from '../../core/node/system-clock.ts';
import { createIds } from '../../core/seeded-ids.ts';
import { options as answerOptions } from '../../server/handlers/options.ts';
import { createDevCa, type DevCa } from '../../transport/node/dev-ca.ts';
import { createTlsContext, type TlsOptions } from '../../transport/node/tls-context.ts';
import { bindTls } from '../../transport/node/tls.ts';
import type { StreamTransport } from '../../transport/stream-transport.ts';

const openssl = onPath('openssl');
const why = openssl === undefined ? `, skipped: ${missing('openssl')}` : '';
const NAME = 'sip.example.com';

const clock = createSystemClock();
let dir: string;
let ca: DevCa;
let agent: UserAgent;
let transport: StreamTransport;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-openssl-'));
  ca = await createDevCa();
  await writeFile(join(dir, 'ca.pem'), ca.pem.certificate);
});

afterEach(async () => {
  await transport.close();
  agent.dispose();
  await rm(dir, { recursive: true });
  expect(clock.pending).toBe(0);
});

/** A node that answers OPTIONS over TLS. */
async function serve(tls: Partial<TlsOptions> = {}): Promise<void> {
  agent = createUserAgent({
    clock,
    ids: createIds('openssl'),
    identity: { product: 'Siphon-Workbench', contactUser: 'node' },
  });
  transport = await bindTls(
    { host: '127.0.0.1', port: 0 },
    {
      clock,
      tls: createTlsContext({
        certificates: [await ca.issue({ names: [NAME] })],
        ca: [ca.pem.certificate],
        ...tls,
      }),
    },
  );
  agent.addTransport(transport);
  agent.serve(answerOptions());
}

/** Sends one OPTIONS with s_client, closes the listener once it is answered, and waits for the end of the program. */
const ask = (options: readonly string[]): Promise<OpensslOutcome> =>
  askByOpenssl({
    port: transport.local.port,
    name: NAME,
    caFile: join(dir, 'ca.pem'),
    options,
    onAnswered: () => void transport.close(),
  });

function expectAnswered({ exitCode, output }: OpensslOutcome, version: string): void {
  expect(output).toContain('SIP/2.0 200 OK');
  expect(output).toContain('Verification: OK');
  expect(output).toMatch(new RegExp(`New, ${version.replace('.', '\\.')}, Cipher is`));
  // Ours, then theirs: `<<<` is what the program reads.
  expect(output).toMatch(/<<< TLS [\d.]+, Alert \[length 0002\], warning close_notify/);
  expect(output).toMatch(/\nclosed\n/);
  expect(output).not.toMatch(/unexpected eof|errno/i);
  expect(exitCode).toBe(0);
}

describe.skipIf(openssl === undefined)(`openssl s_client against a TLS listener${why}`, () => {
  it.each([
    ['-tls1_2', 'TLSv1.2'],
    ['-tls1_3', 'TLSv1.3'],
  ])(
    'RFC 3261 §26.3.1: %s: verifies the certificate, is answered 200 and told close_notify',
    async (option, version) => {
      await serve();
      expectAnswered(await ask([option]), version);
    },
  );

  it('RFC 5922 §6: mutual TLS: a client certificate of the same authority is accepted', async () => {
    await serve({ clientAuth: 'require' });
    const client = await ca.issue({ names: ['client.example.com'] });
    await writeFile(join(dir, 'client.pem'), client.certificate + '\n' + client.key, { mode: 0o600 });
    const authorized = new Promise((resolve) => {
      transport.onConnection(({ tls }) => {
        resolve([tls?.isAuthorized, tls?.peer?.names.uris]);
      });
    });
    const run = await ask(['-cert', join(dir, 'client.pem'), '-key', join(dir, 'client.pem')]);
    expectAnswered(run, 'TLSv1.3');
    expect(await authorized).toEqual([true, ['sip:client.example.com']]);
  });

  it('RFC 5922 §6: mutual TLS: a client without a certificate gets no answer', async () => {
    await serve({ clientAuth: 'require' });
    const refused = new Promise((resolve) => {
      transport.onConnection(({ kind, error }) => {
        resolve([kind, error?.code, error?.message.replace(/^.*: /, '')]);
      });
    });
    const { output } = await ask([]);
    expect(output).not.toContain('SIP/2.0');
    expect(await refused).toEqual(['failed', 'tls', 'it shows no certificate']);
  });

  it('refuses TLS 1.2 where 1.3 is the least', async () => {
    await serve({ minVersion: 'TLSv1.3' });
    const { exitCode, output } = await ask(['-tls1_2']);
    expect(output).toMatch(/alert protocol version/);
    expect(exitCode).not.toBe(0);
  });
});
