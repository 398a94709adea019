import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, isBound, peer } from '../fixtures/peers.ts';
import { command } from '../fixtures/siphond.ts';
import { embeddedXml, importedXml, sippOnce } from '../fixtures/sipp-embedded.ts';

/* The scenarios that sipp carries, imported, against sipp itself on the other side, over real sockets. */

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-sipp-import-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

/** Imports one of them. @returns the path of the scenario. */
async function imported(name: string, port: number, transport: string, isServer: boolean): Promise<string> {
  const listen = isServer ? ['--listen', `127.0.0.1:${port}`] : [];
  return importedXml(await embeddedXml(dir, name), String(port), ['--transport', transport, ...listen]);
}

const TRANSPORTS = [
  ['udp', 'u1'],
  ['tcp', 't1'],
] as const;

describe.skipIf(peer('sipp') === undefined).each(TRANSPORTS)(
  'imported scenarios and sipp, %s',
  (transport, mode) => {
    it.each([
      ['uac', 'uas', []],
      ['regexp', 'uas', []],
      // Its second call is the one that branchs takes: the first is refused, and branchs waits for no ACK of that.
      ['branchc', 'branchs', ['--set', 'call_number=2']],
    ])(
      '%s calls %s of sipp',
      async (name, other, more) => {
        const port = await freePort();
        const file = await imported(name, port, transport, false);
        const server = sippOnce(dir, ['-sn', other, '-p', String(port)], mode);
        try {
          // sipp says nothing when it listens.
          await expect.poll(() => isBound(transport, port), { timeout: 20_000, interval: 100 }).toBe(true);
          const target = ['--target', `sip:service@127.0.0.1:${port}`];
          const { stdout } = await command('sipctl', ['run', file, ...target, ...more]);
          expect(stdout).toMatch(/Passed in/);
          expect(await server.ended).toBe(0);
        } finally {
          server.stop();
        }
      },
      60_000,
    );

    it.each([
      ['uas', 'uac'],
      ['branchs', 'branchc'],
    ])(
      '%s is called by %s of sipp',
      async (name, other) => {
        const port = await freePort();
        const file = await imported(name, port, transport, true);
        const answering = command('sipctl', ['run', file]);
        await expect.poll(() => isBound(transport, port), { timeout: 20_000, interval: 100 }).toBe(true);
        const caller = sippOnce(dir, ['-sn', other, `127.0.0.1:${port}`], mode);
        try {
          expect(await caller.ended).toBe(0);
          expect(await answering).toMatchObject({
            exitCode: 0,
            stdout: expect.stringContaining('Passed in') as string,
          });
        } finally {
          caller.stop();
        }
      },
      60_000,
    );
  },
);
