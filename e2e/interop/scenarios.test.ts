import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { ROOT } from '../fixtures/programs.ts';
import { command, type Ended } from '../fixtures/siphond.ts';
import { startSippScenario, startSippUas } from '../fixtures/sipp-uas.ts';

/* Scenarios over real sockets against sipp on the other side: those of the library that its own scenarios can answer, and one that it calls. */

const sipp = peer('sipp');

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-scenarios-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** The scenario of the library as it is, or with actors that talk over TCP. */
async function libraryOver(protocol: 'udp' | 'tcp', name: string): Promise<string> {
  const file = join(ROOT, 'scenarios', 'library', `${name}.yaml`);
  if (protocol === 'udp') return file;
  const text = await readFile(file, 'utf8');
  const changed = join(dir, `${name.replace('/', '-')}-tcp.yaml`);
  await writeFile(changed, text.replace(/^ {2}alice:\n/m, '  alice:\n    transport: tcp\n'));
  return changed;
}

const runAgainst = async (file: string, port: number): Promise<Ended> =>
  command('sipctl', ['run', file, '--target', `sip:service@127.0.0.1:${port}`]);

describe.skipIf(sipp === undefined)('scenarios and sipp', () => {
  const protocols = ['udp', 'tcp'] as const;

  it.each(
    ['calls/basic', 'calls/hang-up-at-once'].flatMap((name) =>
      protocols.map((protocol) => [name, protocol] as const),
    ),
  )(
    '%s against the UAS scenario of sipp, %s',
    async (name, protocol) => {
      const port = await startSippUas(protocol, closing);
      const { stdout, exitCode } = await runAgainst(await libraryOver(protocol, name), port);
      expect(stdout).toContain('Passed in');
      expect(exitCode).toBe(0);
    },
    60_000,
  );

  const BESIDE = [
    ['calls/cancel', 'uas-cancel'],
    ['calls/late-offer', 'uas-late-offer'],
    ['calls/digest', 'uas-digest'],
    ['events/conference', 'uas-subscribe'],
  ] as const;
  it.each(BESIDE.flatMap(([name, scenario]) => protocols.map((one) => [name, scenario, one] as const)))(
    '%s against sipp with %s, %s: both are content',
    async (name, scenario, protocol) => {
      const { port, outcome } = await startSippScenario({ scenario, protocol, calls: 1 }, closing);
      const { stdout, exitCode } = await runAgainst(await libraryOver(protocol, name), port);
      expect(stdout).toContain('Passed in');
      expect(exitCode).toBe(0);
      expect(await outcome).toMatchObject({ exitCode: 0 });
    },
    90_000,
  );

  it.each([
    ['failures/answers-something-else', 486, 'Busy Here', 1],
    ['calls/basic', 503, 'Service Unavailable', 1],
  ] as const)(
    '%s fails for the reason that is said when sipp answers %i',
    async (name, status, reason, code) => {
      const keys = { status: String(status), reason };
      const { port } = await startSippScenario(
        { scenario: 'uas-refuse', protocol: 'udp', calls: 1, keys },
        closing,
      );
      const { stdout, exitCode } = await runAgainst(await libraryOver('udp', name), port);
      expect(stdout).toMatch(new RegExp(`Failed in .*, got ${status} ${reason} \\(INVITE\\)`));
      expect(exitCode).toBe(code);
    },
    60_000,
  );

  it('what sipp does not do fails for the reason that is said', async () => {
    const port = await startSippUas('udp', closing);
    const { stdout, exitCode } = await runAgainst(await libraryOver('udp', 'calls/prack'), port);
    expect(stdout).toMatch(/expected RSeq to match .*, got none/);
    expect(exitCode).toBe(1);
  }, 60_000);

  it.each([
    ['udp', 'u1'],
    ['tcp', 't1'],
  ])(
    'a scenario that answers is called by the UAC scenario of sipp, %s',
    async (transport, sippTransport) => {
      const port = await freePort();
      const file = join(dir, `answer-${transport}.yaml`);
      await writeFile(
        file,
        `version: 1
name: answers five calls
actors:
  bob:
    transport: ${transport}
    listen: 127.0.0.1:${port}
    steps:
      - repeat:
          times: 5
          steps:
            - ring: {}
            - wait: 50 ms
            - answer: {}
            - expect: BYE
            - send: 200
`,
      );
      const answering = command('sipctl', ['run', file]);
      await expect
        .poll(
          async () =>
            (await sippCalls(`127.0.0.1:${port}`, 1, ['-t', sippTransport, '-timeout', '5'])).successful,
          {
            timeout: 30_000,
          },
        )
        .toBe(1);
      expect(await sippCalls(`127.0.0.1:${port}`, 4, ['-t', sippTransport, '-l', '1'])).toMatchObject({
        successful: 4,
        failed: 0,
      });
      const { stdout, exitCode } = await answering;
      expect(stdout).toContain('Passed in');
      expect(exitCode).toBe(0);
    },
    60_000,
  );
});
