import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, isBound, peer } from '../fixtures/peers.ts';
import { command } from '../fixtures/siphond.ts';
import { embeddedXml, importedXml, sippOnce } from '../fixtures/sipp-embedded.ts';

/*
 * Third party call control (RFC 3725) of sipp: two sipps are the controller and talk to each other, two are the ends of the call. Each pair,
 * imported, against the other pair run by sipp itself.
 */

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-3pcc-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

const bound = (transport: 'udp' | 'tcp', ports: readonly number[]): Promise<void> =>
  expect
    .poll(async () => (await Promise.all(ports.map((port) => isBound(transport, port)))).every(Boolean), {
      timeout: 20_000,
      interval: 100,
    })
    .toBe(true);

describe.skipIf(peer('sipp') === undefined).each([
  ['udp', 'u1'],
  ['tcp', 't1'],
] as const)('3PCC with sipp, %s', { timeout: 60_000 }, (transport, mode) => {
  it('both sides of the controller are one scenario, which connects two sipps', async () => {
    const [a, b] = [await freePort(), await freePort()];
    const [xml, other] = [await embeddedXml(dir, '3pcc-C-A'), await embeddedXml(dir, '3pcc-C-B')];
    const file = await importedXml(xml, transport, ['--peer', other, '--transport', transport]);
    const ends = [
      sippOnce(dir, ['-sn', '3pcc-A', '-p', String(a)], mode),
      sippOnce(dir, ['-sn', '3pcc-B', '-p', String(b)], mode),
    ];
    try {
      await bound(transport, [a, b]);
      const { exitCode, stdout } = await command('sipctl', [
        ...['run', file, '--target', `sip:service@127.0.0.1:${a}`, '--set', `peer_target_port=${b}`],
      ]);
      expect(exitCode, stdout).toBe(0);
      expect(stdout).toMatch(/peer: send INVITE/);
      expect(await Promise.all(ends.map(({ ended }) => ended))).toEqual([0, 0]);
    } finally {
      for (const end of ends) end.stop();
    }
  });

  it('two scenarios are the ends that two sipps connect', async () => {
    const [a, b, commands] = [await freePort(), await freePort(), await freePort()];
    const listening = await Promise.all(
      [['3pcc-A', a] as const, ['3pcc-B', b] as const].map(async ([name, port]) =>
        importedXml(await embeddedXml(dir, name), transport, [
          ...['--transport', transport, '--listen', `127.0.0.1:${port}`],
        ]),
      ),
    );
    const answering = listening.map((file) => command('sipctl', ['run', file]));
    await bound(transport, [a, b]);
    const link = ['-3pcc', `127.0.0.1:${commands}`];
    // B waits for the connection of A: it has to be there first.
    const controllers = [sippOnce(dir, ['-sn', '3pcc-C-B', ...link, `127.0.0.1:${b}`], mode)];
    try {
      await bound('tcp', [commands]);
      controllers.push(sippOnce(dir, ['-sn', '3pcc-C-A', ...link, `127.0.0.1:${a}`], mode));
      expect(await Promise.all(controllers.map(({ ended }) => ended))).toEqual([0, 0]);
      for (const { exitCode, stdout } of await Promise.all(answering)) expect(exitCode, stdout).toBe(0);
    } finally {
      for (const controller of controllers) controller.stop();
    }
  });
});
