import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { options } from '../../../stack/server/handlers/options.ts';
import { startAnsweringPeer, startLabPeer, type LabPeer } from '../testing/lab-peer.ts';
import { runSipctl } from '../testing/run-sipctl.ts';

/* sipctl replay over real sockets: what is printed, what is written, the pace of a hand, and the exit codes. */

let dir: string;
let peer: LabPeer;
let refusing: LabPeer;
let capture: string;

const CALL = `version: 1
name: Call
actors:
  alice:
    steps: [send: INVITE, expect: 180, expect: 200, bye: {}]
`;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-replay-'));
  peer = await startAnsweringPeer();
  refusing = await startLabPeer(() => [options()]);
  const scenario = join(dir, 'call.yaml');
  capture = join(dir, 'call.pcapng');
  await writeFile(scenario, CALL);
  const made = await runSipctl([
    'run',
    scenario,
    '--target',
    `sip:bob@127.0.0.1:${peer.port}`,
    '--pcap',
    capture,
  ]);
  expect(made.exitCode, made.stdout).toBe(0);
});
afterAll(async () => {
  await peer.close();
  await refusing.close();
  await rm(dir, { recursive: true });
});

const at = ({ port }: LabPeer): string => `127.0.0.1:${port}`;

describe('sipctl replay', () => {
  it('prints both ladders side by side, and ends with 0 when nothing differs', async () => {
    const report = join(dir, 'report.json');
    const again = join(dir, 'again.pcapng');
    const { exitCode, stdout, stderr } = await runSipctl([
      'replay',
      capture,
      '--target',
      at(peer),
      '--report-json',
      report,
      '--pcap',
      again,
    ]);
    expect(exitCode, stdout + stderr).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^recorded +now$/);
    expect(lines[1]).toMatch(
      /^ +0\.000 {2}alice -> target {2}INVITE \[SDP\] +0\.\d{3} {2}alice -> target {2}INVITE \[SDP\]/,
    );
    expect(stdout).toContain('No differences.');
    const written = JSON.parse(await readFile(report, 'utf8')) as { runs: { outcome: string }[] };
    expect(JSON.stringify(written)).toContain('Replay of alice');
    const replayedAgain = await runSipctl(['replay', again, '--target', at(peer), '--pace', 'fast']);
    expect(replayedAgain.exitCode, replayedAgain.stdout).toBe(0);
  });

  it('marks what differs, says it in sentences and ends with 1', async () => {
    const { exitCode, stdout } = await runSipctl(['replay', capture, '--target', at(refusing)]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/180 Ringing \(INVITE\) +-$/m);
    expect(stdout).toContain('~ alice gets no 180 Ringing (INVITE) from target any more');
    expect(stdout).toMatch(/^~ alice gets 405 .* where it got 200 OK \(INVITE\) before/m);
    expect(stdout).toMatch(/^\d differences\.$/m);
    const json = (await runSipctl(['replay', capture, '--target', at(refusing), '--json'])).json();
    expect(json.find(({ difference }) => difference === 'removed')).toMatchObject({
      event: 'row',
      sentences: [expect.stringContaining('180 Ringing')],
    });
    expect(json.at(-1)).toMatchObject({ event: 'verdict', outcome: 'fail' });
  });

  it('holds each message until a key is pressed', async () => {
    let press: (key: string) => void = () => undefined;
    const { exitCode, stderr } = await runSipctl(
      ['replay', capture, '--target', at(peer), '--pace', 'step'],
      {
        keys: (onKey) => {
          press = onKey;
          return () => undefined;
        },
        onErr: (text) => {
          if (text.startsWith('Held')) setImmediate(() => press(text.includes('ACK') ? 'g' : 'n'));
        },
      },
    );
    expect(exitCode).toBe(0);
    expect(stderr.match(/^Held: .*$/gm)).toEqual(['Held: send INVITE', 'Held: send ACK']);
  });

  it('says in a sentence why it cannot play', async () => {
    const run = async (...argv: string[]) => {
      const { exitCode, stderr } = await runSipctl(['replay', ...argv]);
      return { exitCode, stderr };
    };
    expect(await run(capture)).toMatchObject({ exitCode: 2 });
    const noLane = await run(capture, '--target', at(peer), '--lane', 'carol');
    expect(noLane.exitCode).toBe(2);
    expect(noLane.stderr).toMatch(/there is no lane carol; the lanes are alice \(127\.0\.0\.1:\d+\), bob/);
    const noKeys = await run(capture, '--target', at(peer), '--pace', 'step');
    expect(noKeys.exitCode).toBe(2);
    expect(noKeys.stderr).toContain('standard input has to be a terminal');
    const nobody = await run(capture, '--target', '127.0.0.1:9', '--transport', 'tcp');
    expect(nobody).toMatchObject({ exitCode: 3 });
  });
});
