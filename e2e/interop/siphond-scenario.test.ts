import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../fixtures/programs.ts';
import { command, type Ended, startSiphond } from '../fixtures/siphond.ts';

/* Verified: the built siphond runs scenarios against the server that it starts, and ends with their verdict. */

const LIMIT_MS = 60_000;
const PORTS = ['--udp-bind', '127.0.0.1:0', '--tcp-bind', '127.0.0.1:0', '--sips-bind', 'none'];
const library = (name: string): string => join(ROOT, 'scenarios', 'library', `${name}.yaml`);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-served-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const siphond = (...args: readonly string[]): Promise<Ended> => command('siphond', [...PORTS, ...args]);

async function file(name: string, steps: readonly string[], actor = ''): Promise<string> {
  const path = join(dir, name);
  const lines = steps.map((step) => `      - ${step}\n`).join('');
  await writeFile(path, `version: 1\nname: ${name}\nactors:\n  alice:\n${actor}    steps:\n${lines}`);
  return path;
}

describe('siphond --scenario', { timeout: LIMIT_MS }, () => {
  it('runs each file against its server, by the transport of the actor, reports and ends with 0', async () => {
    const report = join(dir, 'report.xml');
    const files = ['options/ping', 'calls/hang-up-at-once', 'calls/over-tcp'].flatMap((name) => [
      '--scenario',
      library(name),
    ]);
    const { exitCode, stdout, stderr } = await siphond('--mode', 'full-uas', ...files, '--junit', report);
    expect(exitCode, stderr).toBe(0);
    expect(stdout.match(/^Passed in /gm)).toHaveLength(3);
    expect(stdout).toMatch(/listening on tcp 127\.0\.0\.1:\d+\n[^]*✓ .*: send OPTIONS/);
    expect(await readFile(report, 'utf8')).toContain('tests="3" failures="0" errors="0"');
  });

  it('ends with 1 when the server does otherwise than the scenario says', async () => {
    const { exitCode, stdout } = await siphond('--mode', 'minimal', '--scenario', library('calls/basic'));
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^Failed in .*: expected 180, got 405 Method Not Allowed/m);
  });

  it('starts nothing when a file is no scenario, and refuses options of runs where there are none', async () => {
    const bad = await file('bad.yaml', ['send: OPTIONS', 'expct: 200']);
    const wrong = await siphond('--scenario', bad);
    expect([wrong.exitCode, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toMatch(/bad\.yaml:7:9: error: unknown .*expct.*did you mean expect/);
    const stray = await siphond('--junit', join(dir, 'report.xml'));
    expect([stray.exitCode, stray.stderr]).toEqual([
      2,
      'siphond: --junit is about scenarios: give the file of one with --scenario\n',
    ]);
  });

  it('ends with 3 when an actor cannot be bound, and leaves no server behind', async () => {
    const path = await file('taken.yaml', ['send: OPTIONS'], '    listen: 192.0.2.1:0\n');
    const { exitCode, stdout } = await siphond('--scenario', path);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('listening on udp');
  });

  it('takes variables and the address to call from the command line or its file', async () => {
    const path = await file('who.yaml', [
      "send: { method: OPTIONS, uri: '${target}' }",
      "log: 'asked ${target} for ${who}'",
      'expect: 200',
    ]);
    const config = join(dir, 'siphond.yaml');
    await writeFile(config, `mode: full-uas\nscenario: ${path}\n`);
    const asked = await siphond('--config', config, '--set', 'who=carol');
    expect(asked.exitCode, asked.stderr).toBe(0);
    expect(asked.stdout).toMatch(/asked sip:127\.0\.0\.1:\d+ for carol/);
    const elsewhere = await siphond(
      '--config',
      config,
      '--set',
      'who=bob',
      '--set',
      'target=sip:127.0.0.1:9',
    );
    expect(elsewhere.exitCode).toBe(1);
    expect(elsewhere.stdout).toContain('asked sip:127.0.0.1:9 for bob');
  });

  it('calls the first server of a list, with the API on', async () => {
    const config = join(dir, 'lab.yaml');
    const servers = ['- name: uas', '  mode: full-uas', '- name: desk', '  mode: registrar'];
    await writeFile(config, ['apiBind: 127.0.0.1:0', 'servers:', ...servers, ''].join('\n'));
    const scenario = library('calls/hang-up-at-once');
    const { exitCode, stdout, stderr } = await siphond('--config', config, '--scenario', scenario);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/siphond api on [^]*Passed in /);
  });

  it('hangs up and ends with 130 when it is stopped, and serves others meanwhile', async () => {
    const path = await file('long.yaml', ['invite: {}', 'wait: 10 min']);
    const running = await startSiphond([...PORTS, '--mode', 'full-uas', '--scenario', path], 2);
    await running.said(/✓ alice: invite: expect 2xx/);
    expect((await command('sipctl', ['options', `sip:127.0.0.1:${running.port}`])).exitCode).toBe(0);
    const { exitCode, stdout } = await running.stop();
    expect(exitCode).toBe(130);
    expect(stdout).toMatch(/^Stopped in /m);
  });
});

describe('a JSON scenario of siphon-rs', { timeout: LIMIT_MS }, () => {
  it('runs as it is, by sipctl run and by siphond, and as what sipctl import makes of it', async () => {
    const server = await startSiphond([...PORTS, '--mode', 'full-uas'], 2);
    const [udp, tcp] = server.listeners.map(({ port }) => `sip:bob@127.0.0.1:${port}`);
    const seed = join(dir, 'calls.json');
    const steps = [
      { type: 'send', method: 'OPTIONS', uri: udp },
      { type: 'send', method: 'SUBSCRIBE', uri: udp, headers: [{ name: 'Event', value: 'presence' }] },
      { type: 'sleep', ms: 50 },
      { type: 'send', method: 'INVITE', uri: tcp, transport: 'tcp' },
      { type: 'send', method: 'BYE', uri: tcp, transport: 'tcp' },
    ];
    await writeFile(seed, JSON.stringify({ local_uri: 'sip:alice@example.com', steps }, null, 2));
    const direct = await command('sipctl', ['run', seed]);
    expect(direct.exitCode, direct.stdout).toBe(0);
    expect(direct.stdout).toMatch(/tcp: send BYE\n[^]*Passed in /);
    const served = await siphond('--mode', 'full-uas', '--scenario', seed);
    expect(served.exitCode, served.stdout).toBe(0);
    const load = await command('sipctl', ['load', seed, '--calls', '3', '--rate', '20', '--json']);
    expect(load.exitCode, load.stdout).toBe(0);
    const yaml = join(dir, 'calls.yaml');
    expect(await command('sipctl', ['import', seed, '-o', yaml])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await readFile(yaml, 'utf8')).toContain('name: calls\n');
    const imported = await command('sipctl', ['run', yaml]);
    expect(imported.exitCode, imported.stdout).toBe(0);
    await server.stop();
  });
});
