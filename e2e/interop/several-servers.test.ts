import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../fixtures/peers.ts';
import {
  command,
  type Ended,
  type Listening,
  type Siphond,
  startMisbehavingSiphond,
  startSiphond,
} from '../fixtures/siphond.ts';

/* Verified: the list `servers` of one file: each server in a thread of its own, so that one that crashes leaves the others. */

let dir: string;
let siphond: Siphond | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-servers-'));
});

afterEach(async () => {
  await siphond?.stop();
  siphond = undefined;
  await rm(dir, { recursive: true });
});

const PORTS = 'udpBind: 127.0.0.1:0\ntcpBind: none\nsipsBind: none\n';
const TWO = `${PORTS}servers:\n  - name: uas\n    mode: full-uas\n  - name: desk\n    mode: registrar\n`;

const fileOf = async (text: string): Promise<string> => {
  const path = join(dir, 'lab.yaml');
  await writeFile(path, text);
  return path;
};

const portOf = ({ listeners }: Siphond, i: number): number => (listeners[i] as Listening).port;

/** OPTIONS once, with little patience. */
const ask = (port: number): Promise<Ended> =>
  command('sipctl', ['options', `sip:127.0.0.1:${port}`, '--timeout', '2000']);

describe('several servers in one siphond', { timeout: 90_000 }, () => {
  it('serve each as it is configured, and say so', async () => {
    siphond = await startSiphond(['--config', await fileOf(TWO)], 2);
    const [uas, desk] = [portOf(siphond, 0), portOf(siphond, 1)];
    const call = await command('sipctl', ['call', `sip:bob@127.0.0.1:${uas}`, '--duration', '10']);
    expect(call.exitCode, call.stdout).toBe(0);
    const register = ['register', `sip:alice@127.0.0.1:${desk}`];
    expect((await command('sipctl', register)).exitCode).toBe(0);
    expect((await command('sipctl', ['call', `sip:bob@127.0.0.1:${desk}`])).exitCode).toBe(1);
    const { exitCode, stdout } = await siphond.stop();
    siphond = undefined;
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^siphond uas \(full-uas\) listening on udp 127\.0\.0\.1:\d+$/m);
    expect(stdout).toMatch(/^siphond desk \(registrar\) listening on udp 127\.0\.0\.1:\d+$/m);
  });

  it('go on answering when one of them crashes, which is said with its name', async () => {
    siphond = await startMisbehavingSiphond(['--config', await fileOf(TWO)], 2);
    const [uas, desk] = [portOf(siphond, 0), portOf(siphond, 1)];
    siphond.misbehave('throw@uas');
    await expect.poll(async () => (await ask(uas)).exitCode, { timeout: 30_000 }).toBe(1);
    expect((await ask(desk)).exitCode).toBe(0);
    const { exitCode, stderr } = await siphond.stop();
    siphond = undefined;
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/error +crashed +node=uas +reason=divided by cucumber/);
  });

  it('end with 3 when the last of them has crashed', async () => {
    siphond = await startMisbehavingSiphond(['--config', await fileOf(TWO)], 2);
    siphond.misbehave('throw');
    const { exitCode, stderr } = await siphond.ended;
    siphond = undefined;
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^siphond: every server has crashed; the log says why$/m);
    expect(stderr).toMatch(/crashed +node=desk/);
  });

  it('start again over the API after a crash, and are asked by name', async () => {
    const api = await freePort();
    const served = ['--api-bind', `127.0.0.1:${api}`, '--api-token', 'several'];
    siphond = await startMisbehavingSiphond(['--config', await fileOf(TWO), ...served], 2);
    const url = `http://127.0.0.1:${api}`;
    const asked = async <T>(method: string, params: object): Promise<T> => {
      const response = await fetch(`${url}/api/${method}`, {
        method: 'POST',
        headers: { Authorization: 'Bearer several' },
        body: JSON.stringify(params),
      });
      return (await response.json()) as T;
    };
    const servers = () =>
      asked<{ servers: readonly { id: string; state: string; config: { name: string } }[] }>(
        'servers.list',
        {},
      );
    siphond.misbehave('throw@uas');
    const states = async () =>
      (await servers()).servers.map(({ config, state }) => `${config.name} ${state}`);
    await expect.poll(states, { timeout: 20_000 }).toEqual(['uas crashed', 'desk running']);
    const [uas] = (await servers()).servers;
    await asked('servers.start', { id: uas?.id });
    expect(await states()).toEqual(['uas running', 'desk running']);
    const dials = (name: string) => command('sipctl', ['dials', '--api', url, '--token', 'several', name]);
    expect((await dials('desk')).stdout).toMatch(/^desk, registrar/);
    const unclear = await command('sipctl', ['dials', '--api', url, '--token', 'several']);
    expect([unclear.exitCode, unclear.stderr]).toEqual([2, 'sipctl: say which node: uas, desk\n']);
  });

  it('do not start when one of them cannot: nothing is left half', async () => {
    const holder = createSocket('udp4');
    holder.bind(0, '127.0.0.1');
    await once(holder, 'listening');
    const free = await freePort();
    const { port } = holder.address();
    const file = await fileOf(
      `tcpBind: none\nsipsBind: none\nservers:\n  - name: a\n    udpBind: 127.0.0.1:${free}\n  - name: b\n    udpBind: 127.0.0.1:${port}\n`,
    );
    const { exitCode, stderr } = await command('siphond', ['--config', file]);
    holder.close();
    expect([exitCode, stderr.trim().split('\n').at(-1)]).toEqual([
      3,
      expect.stringMatching(new RegExp(`^siphond: UDP 127\\.0\\.0\\.1:${port} is in use\\.`)),
    ]);
    expect(await freePort(free)).toBe(free);
  });

  it('are shown with their origins as a file that gives the same, and explained one after the other', async () => {
    const file = await fileOf(TWO);
    const first = await command('siphond', ['--config', file, '--ring-ms', '20', '--print-config']);
    expect(first.exitCode, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/^ {2}- name: uas +# file$/m);
    expect(first.stdout.match(/^ {4}ringMs: 20 +# flag$/gm)).toHaveLength(2);
    const second = await command('siphond', ['--config', await fileOf(first.stdout), '--print-config']);
    const values = (text: string): string => text.replace(/ +# \w+$/gm, '');
    expect(values(second.stdout)).toBe(values(first.stdout));
    const { stdout } = await command('siphond', ['--config', file, '--explain']);
    expect(stdout).toMatch(/^uas, full-uas\n {2}OPTIONS[^]*^desk, registrar\n {2}OPTIONS/m);
  });
});
