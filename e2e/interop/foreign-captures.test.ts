import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canCapture, startDumpcap } from '../fixtures/dumpcap.ts';
import { freePort, peer, sippCalls, tsharkField } from '../fixtures/peers.ts';
import { missing } from '../fixtures/programs.ts';
import { command, startSiphond, type Siphond } from '../fixtures/siphond.ts';

/* A call of sipp that dumpcap has captured on the loopback is read, and becomes a scenario that runs. */

const hasPeers = canCapture && peer('sipp') !== undefined;
const why = hasPeers ? '' : `, skipped: ${missing('dumpcap (as root) or sipp')}`;

describe.skipIf(!hasPeers)(`a capture of dumpcap${why}`, () => {
  let dir: string;
  let server: Siphond;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'siphon-foreign-'));
  });
  afterAll(async () => {
    await rm(dir, { recursive: true });
  });

  it('of a call is traced whole and becomes a scenario that passes', async () => {
    const port = await freePort();
    const at = `127.0.0.1:${port}`;
    const file = join(dir, 'call.pcapng');
    server = await startSiphond(['--mode', 'full-uas', '--udp-bind', at, '--tcp-bind', at], 2);
    const capture = await startDumpcap(file, [port]);
    expect(await sippCalls(at, 1, ['-t', 'u1'])).toMatchObject({ successful: 1 });
    // The last octets of the call are on the disk when tshark sees them.
    await expect
      .poll(
        async () =>
          (await tsharkField(file, 'sip.Method').catch((): readonly string[] => [])).includes('BYE'),
        {
          timeout: 20_000,
        },
      )
      .toBe(true);
    await capture.stop();

    const traced = await command('sipctl', ['trace', file, '--json']);
    const messages = traced.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { event: string; method?: string; status?: number })
      .filter(({ event }) => event === 'message');
    expect(messages.map(({ status, method }) => status ?? method)).toEqual(
      expect.arrayContaining(['INVITE', 180, 200, 'ACK', 'BYE']),
    );
    // A segment may hold several messages.
    const callIds = (await tsharkField(file, 'sip.Call-ID')).flatMap((field) => field.split(','));
    expect(messages).toHaveLength(callIds.length);

    const packed = join(dir, 'call.pcapng.gz');
    await writeFile(packed, gzipSync(await readFile(file)));
    const scenario = join(dir, 'call.yaml');
    const made = await command('sipctl', ['scenario-from', packed, '-o', scenario]);
    expect(made.stderr).not.toContain('left out');
    expect(made.exitCode).toBe(0);
    const ran = await command('sipctl', ['run', scenario]);
    expect(ran.stdout).toContain('Passed in');
    await server.stop();
  }, 120_000);

  it('that is damaged, or none, is refused in a sentence', async () => {
    const junk = join(dir, 'junk.pcap');
    await writeFile(junk, 'no capture');
    expect(await command('sipctl', ['trace', junk])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('it is no pcapng or pcap file') as string,
    });
    await writeFile(junk, Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.from('junk')]));
    expect((await command('sipctl', ['scenario-from', junk])).stderr).toContain('the packing is damaged');
  }, 60_000);
});
