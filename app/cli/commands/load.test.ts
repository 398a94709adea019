import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startAnsweringPeer, type LabPeer } from '../testing/lab-peer.ts';
import { runSipctl } from '../testing/run-sipctl.ts';

/* sipctl load over real sockets: what is printed, and the exit codes. */

let dir: string;
let peer: LabPeer;
let target: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-load-'));
  peer = await startAnsweringPeer();
  target = `sip:bob@127.0.0.1:${peer.port}`;
});
afterEach(async () => {
  await peer.close();
  await rm(dir, { recursive: true });
});

async function file(steps: string): Promise<string> {
  const path = join(dir, 'call.yaml');
  await writeFile(path, `version: 1\nname: call\nactors:\n  alice:\n    steps: [${steps}]\n`);
  return path;
}

const PING = '{ send: OPTIONS }, { expect: { status: 200, within: 10 s } }';

describe('sipctl load', { timeout: 40_000 }, () => {
  it('makes its calls, prints a line a second and a report, and ends with 0 when all passed', async () => {
    const { exitCode, stdout } = await runSipctl([
      'load',
      await file('{ invite: {} }, { bye: {} }'),
      ...['--target', target, '--rate', '50', '--calls', '60'],
    ]);
    expect(stdout).toMatch(/^ +1 s {2}\d+ calls \(50 wanted\)/);
    expect(stdout).toMatch(/60 calls in [\d.]+ s: 60 good, 0 failed, 0 skipped/);
    expect(exitCode).toBe(0);
  });

  it('ends with 1 when calls fail, and groups them by cause with the messages of one', async () => {
    const path = await file('{ send: OPTIONS }, { expect: 404 }');
    const args = ['--target', target, '--rate', '100', '--calls', '20', '--json'];
    const ran = await runSipctl(['load', path, ...args]);
    expect(ran.exitCode).toBe(1);
    const report = ran.json().at(-1);
    expect(report).toMatchObject({ event: 'report', attempts: 20, succeeded: 0, failed: 20 });
    expect(report?.['failures']).toMatchObject([
      {
        signature: '200 OK, not 404',
        step: 'alice, line 5, expect 404',
        calls: 20,
        example: [
          { direction: 'out', actor: 'alice', text: expect.stringMatching(/^OPTIONS /) as string },
          { direction: 'in', text: expect.stringMatching(/^SIP\/2.0 200 OK/) as string },
        ],
      },
    ]);
  });

  it('ends with 130 when it is interrupted, and hangs up first', async () => {
    const path = await file('{ invite: {} }, { wait: 1 h }');
    const { exitCode, stdout } = await runSipctl(['load', path, '--target', target, '--rate', '20'], {
      interruptAt: / 2 s /,
    });
    expect(exitCode).toBe(130);
    expect(stdout).toMatch(/calls in .* 0 failed/);
    expect(peer.agent.stats.activeCalls).toBe(0);
  });

  it('changes the rate and ends by the keys of SIPp', async () => {
    let press: (key: string) => void = () => undefined;
    const ran = await runSipctl(['load', await file(PING), '--target', target, '--rate', '20'], {
      keys: (onKey) => {
        press = onKey;
        return () => {
          press = () => undefined;
        };
      },
      onOut: (text) => {
        if (/ 1 s /.test(text)) for (const key of '**+') press(key);
        if (text.includes('(41 wanted)')) press('q');
      },
    });
    expect(ran.stdout).toContain('(41 wanted)');
    expect(ran.exitCode).toBe(0);
  });

  it('stops by itself when too few calls succeed', async () => {
    const path = await file('{ send: OPTIONS }, { expect: 404 }');
    const args = ['--target', target, '--rate', '30', '--stop-below', '90'];
    const { exitCode, stdout } = await runSipctl(['load', path, ...args]);
    expect(stdout).toContain('0.0 % of the calls succeeded, and the run was to stop below 90 %');
    expect(exitCode).toBe(1);
  });

  it.each([
    [['--rate', 'fast'], '--rate: expected a number from 0.001 to 20000, got fast'],
    [['--rate', '5', '--users', '3'], '--rate and --users: one of them says how the rate goes'],
    [['--ramp', '1:2'], '--ramp 1:2: expected FROM:TO:SECONDS'],
    [['--steps', '1:0:3:4'], '--steps: only the first number may be 0'],
  ])('ends with 2 and a sentence for %j', async (flags, sentence) => {
    const { exitCode, stderr } = await runSipctl(['load', await file(PING), ...flags]);
    expect(stderr).toContain(sentence);
    expect(exitCode).toBe(2);
  });

  it('ends with 2 when the file is no scenario, and with 3 when its socket cannot be had', async () => {
    const bad = await file('{ expct: 200 }');
    expect(await runSipctl(['load', bad, '--target', target])).toMatchObject({ exitCode: 2 });
    const taken = join(dir, 'taken.yaml');
    await writeFile(
      taken,
      `version: 1\nname: taken\nactors:\n  alice: { listen: "127.0.0.1:${peer.port}", steps: [{ send: OPTIONS }] }\n`,
    );
    const ran = await runSipctl(['load', taken, '--target', target]);
    expect(ran.stderr).toContain(String(peer.port));
    expect(ran.exitCode).toBe(3);
  });
});
