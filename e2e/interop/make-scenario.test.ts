import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { command, startSiphond } from '../fixtures/siphond.ts';

/* A call that sipp made becomes a scenario by one command, which passes against the server it called and fails against one that has changed. */

const sipp = peer('sipp');
const onLoopback = (port: number): readonly string[] => [
  ...['--udp-bind', `127.0.0.1:${port}`],
  ...['--tcp-bind', `127.0.0.1:${port}`],
];

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-made-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

describe.skipIf(sipp === undefined)('a scenario of a call of sipp', () => {
  it.each(['u1', 't1'])(
    'passes against the same siphond and fails against a busy one, %s',
    async (transport) => {
      const capture = join(dir, `${transport}.pcapng`);
      const file = join(dir, `${transport}.yaml`);
      const port = await freePort();
      const listeners = ['--mode', 'full-uas', ...onLoopback(port)];

      const recording = await startSiphond([...listeners, '--capture', capture], 2);
      expect(await sippCalls(`127.0.0.1:${port}`, 1, ['-t', transport])).toMatchObject({ successful: 1 });
      await recording.stop();
      const made = await command('sipctl', ['scenario-from', capture, '-o', file]);
      expect(made).toMatchObject({ exitCode: 0, stdout: '' });
      const yaml = await readFile(file, 'utf8');
      expect(yaml).toContain('send: { method: INVITE, headers: { Subject: Performance Test } }');
      expect(yaml).toContain('expect: { status: 200, method: BYE }');

      const same = await startSiphond(listeners, 2);
      const green = await command('sipctl', ['run', file]);
      await same.stop();
      expect(green.stdout).toContain('Passed in');
      expect(green.exitCode).toBe(0);

      const busy = await startSiphond([...listeners, '--override', 'INVITE=486'], 2);
      const red = await command('sipctl', ['run', file]);
      await busy.stop();
      expect(red.stdout).toMatch(/expected 180 \(INVITE\), got 486 Busy Here \(INVITE\)/);
      expect(red.exitCode).toBe(1);
    },
    90_000,
  );

  it('refuses what is no capture and what is not in it, with a sentence', async () => {
    const text = await command('sipctl', ['scenario-from', '-'], 'INVITE sip:a@b SIP/2.0\r\n\r\n');
    expect(text).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('it is no pcapng or pcap file') as string,
    });
  });
});

/** Several beside each other: the usual port for TLS can be had once. */
const withoutTls = (port: number): readonly string[] => [...onLoopback(port), '--sips-bind', 'none'];

describe.each(['udp', 'tcp'])('a scenario of a transfer that siphond carried out, %s', (transport) => {
  it('passes however often it tells how that goes, and says that the transfer failed', async () => {
    const capture = join(dir, `transfer-${transport}.pcapng`);
    const file = join(dir, `transfer-${transport}.yaml`);
    const [port, carol] = [await freePort(), await freePort()];
    const bob = ['--mode', 'full-uas', '--allow-private-refer-targets', ...withoutTls(port)];
    const target = await startSiphond(['--mode', 'full-uas', ...withoutTls(carol)], 2);
    const aim = `sip:carol@127.0.0.1:${carol}`;

    const recording = await startSiphond([...bob, '--capture', capture], 2);
    const called = await command('sipctl', [
      ...['call', `sip:bob@127.0.0.1:${port}`, '--transport', transport],
      ...['--duration', '400', '--transfer', aim],
    ]);
    expect(called, called.stdout).toMatchObject({ exitCode: 0 });
    await recording.stop();
    expect(await command('sipctl', ['scenario-from', capture, '-o', file])).toMatchObject({ exitCode: 0 });

    const same = await startSiphond(bob, 2);
    for (let round = 0; round < 3; round++) {
      const green = await command('sipctl', ['run', file]);
      expect(green, green.stdout).toMatchObject({ exitCode: 0 });
    }
    await target.stop();
    const busy = await startSiphond(
      ['--mode', 'full-uas', '--override', 'INVITE=486', ...withoutTls(carol)],
      2,
    );
    const red = await command('sipctl', ['run', file]);
    expect(red.stdout).toContain('expected a body that matches ^SIP/2\\.0 200, got "SIP/2.0 486');
    expect(red.exitCode).toBe(1);
    await busy.stop();
    await same.stop();
  }, 90_000);
});
