import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { command, startSiphond } from '../fixtures/siphond.ts';
import { startSippUas } from '../fixtures/sipp-uas.ts';

/* A call that sipp made is played again by one command: against the server it called, against one that has changed, and against sipp. */

const sipp = peer('sipp');

let dir: string;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-replay-'));
});
afterAll(async () => {
  for (const close of closing) await close();
  await rm(dir, { recursive: true });
});

/** What came of each row: its mark. */
const marksIn = (stdout: string): readonly unknown[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; difference?: string })
    .filter(({ event }) => event === 'row')
    .map(({ difference }) => difference);

describe.skipIf(sipp === undefined)('a replay of a call of sipp', () => {
  it.each([
    ['u1', 'udp'],
    ['t1', 'tcp'],
  ] as const)(
    'has no difference against the same siphond, and names each against a busy one, %s',
    async (transport, protocol) => {
      const capture = join(dir, `${transport}.pcapng`);
      const port = await freePort();
      const listeners = ['--mode', 'full-uas', `--${protocol}-bind`, `127.0.0.1:${port}`];
      const recording = await startSiphond([...listeners, '--capture', capture], 1);
      expect(await sippCalls(`127.0.0.1:${port}`, 1, ['-t', transport])).toMatchObject({ successful: 1 });
      await recording.stop();
      const replay = ['replay', capture, '--target', `127.0.0.1:${port}`];

      const same = await startSiphond(listeners, 1);
      const green = await command('sipctl', replay);
      await same.stop();
      expect(green.stdout).toContain('No differences.');
      expect(green.exitCode).toBe(0);

      const busy = await startSiphond([...listeners, '--override', 'INVITE=486'], 1);
      const red = await command('sipctl', replay);
      await busy.stop();
      expect(red.stdout).toMatch(
        /sipp gets 486 Busy Here \(INVITE\) .* where it got 200 OK \(INVITE\) before/,
      );
      expect(red.stdout).toMatch(/target gets no BYE from sipp any more/);
      expect(red.exitCode).toBe(1);

      const nobody = await command('sipctl', [...replay, '--timeout', '1']);
      expect(nobody.exitCode).not.toBe(0);
    },
    120_000,
  );

  it('goes to its end against sipp, whose own recording has no difference against sipp again', async () => {
    const capture = join(dir, 'siphond.pcapng');
    const again = join(dir, 'sipp.pcapng');
    const port = await freePort();
    const server = await startSiphond(
      ['--mode', 'full-uas', '--udp-bind', `127.0.0.1:${port}`, '--capture', capture],
      1,
    );
    expect(await sippCalls(`127.0.0.1:${port}`, 1)).toMatchObject({ successful: 1 });
    await server.stop();
    const uas = await startSippUas('udp', closing);

    const other = await command('sipctl', [
      ...['replay', capture, '--target', `127.0.0.1:${uas}`, '--pace', 'fast'],
      ...['--pcap', again, '--json'],
    ]);
    // Another product says other things of itself, and every message of the call comes.
    expect(other.exitCode).toBe(1);
    expect(marksIn(other.stdout)).not.toContain('removed');

    const same = await command('sipctl', ['replay', again, '--target', `127.0.0.1:${uas}`]);
    expect(same.stdout).toContain('No differences.');
    expect(same.exitCode).toBe(0);
  }, 120_000);
});
