import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { ROOT } from '../fixtures/programs.ts';
import { command, type Siphond, startSiphond } from '../fixtures/siphond.ts';

/* Scenarios of ours as XML, run by sipp: those of the library against siphond, and one that is called. */

let dir: string;
const servers = new Map<string, Siphond>();
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-sipp-export-'));
});
afterAll(async () => {
  await Promise.all([...servers.values()].map((server) => server.stop()));
  await rm(dir, { recursive: true });
});

/** The port of siphond in a mode; each is started once. */
async function portOf(mode: string): Promise<number> {
  const running = servers.get(mode);
  if (running !== undefined) return running.port;
  const port = await freePort();
  const binds = ['--udp-bind', `127.0.0.1:${port}`, '--tcp-bind', `127.0.0.1:${port}`, '--sips-bind', 'none'];
  const rings = mode === 'call-server' ? ['--ring-ms', '30000'] : [];
  servers.set(mode, await startSiphond(['--mode', mode, ...binds, ...rings], 2));
  return port;
}

async function exported(name: string, file: string): Promise<string> {
  const output = join(dir, `${name.replace('/', '-')}.xml`);
  const { exitCode, stderr } = await command('sipctl', ['export', file, '-o', output]);
  expect(exitCode, stderr).toBe(0);
  return output;
}

describe.skipIf(peer('sipp') === undefined)('exported scenarios, run by sipp', () => {
  it.each([
    ['options/ping', 'minimal', 'u1'],
    ['calls/basic', 'full-uas', 'u1'],
    ['calls/basic', 'full-uas', 't1'],
    ['calls/over-tcp', 'full-uas', 't1'],
    ['calls/hang-up-at-once', 'full-uas', 'u1'],
    ['calls/cancel', 'call-server', 'u1'],
    ['calls/not-answered-in-time', 'call-server', 'u1'],
    ['midcall/reinvite', 'full-uas', 'u1'],
    ['midcall/update', 'full-uas', 'u1'],
    ['midcall/dtmf-by-info', 'full-uas', 'u1'],
    ['messages/message', 'full-uas', 'u1'],
    ['registration/register', 'registrar', 'u1'],
  ])(
    '%s against siphond --mode %s, %s',
    async (name, mode, transport) => {
      const xml = await exported(name, join(ROOT, 'scenarios', 'library', `${name}.yaml`));
      const result = await sippCalls(`127.0.0.1:${await portOf(mode)}`, 2, [
        '-sf',
        xml,
        '-t',
        transport,
        '-l',
        '1',
      ]);
      expect(result, result.output).toMatchObject({ successful: 2, failed: 0 });
    },
    60_000,
  );

  it('one that is called and hangs up, by a scenario of ours that calls', async () => {
    const write = async (name: string, steps: string): Promise<string> => {
      const file = join(dir, `${name}.yaml`);
      await writeFile(file, `version: 1\nname: ${name}\nactors:\n  ${name}:\n    steps: ${steps}\n`);
      return file;
    };
    const callee = await write('bob', '[{ ring: {} }, { answer: {} }, { wait: 100 ms }, { bye: {} }]');
    const caller = await write('alice', '[{ invite: {} }, { expect: BYE }, { send: 200 }]');
    const xml = await exported('bob', callee);
    const port = await freePort();
    const sipp = spawn(
      peer('sipp') ?? 'sipp',
      [
        '-sf',
        xml,
        '-i',
        '127.0.0.1',
        '-p',
        String(port),
        '-m',
        '1',
        '-nostdin',
        '-timeout',
        '45',
        '-timeout_error',
      ],
      { cwd: dir, stdio: 'ignore' },
    );
    const ended = once(sipp, 'exit');
    try {
      const ran = await command('sipctl', ['run', caller, '--target', `sip:bob@127.0.0.1:${port}`]);
      expect(ran.stdout).toContain('Passed in');
      expect(await ended).toEqual([0, null]);
    } finally {
      sipp.kill('SIGKILL');
    }
  }, 60_000);
});
