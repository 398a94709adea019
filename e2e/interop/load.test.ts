import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { peer } from '../fixtures/peers.ts';
import { command, startSiphond } from '../fixtures/siphond.ts';
import { startSippUas } from '../fixtures/sipp-uas.ts';

/*
 * Load over real sockets, as the built command: the rate is kept, nothing fails, and a stop leaves no call behind. The rates are modest, so that
 * a busy machine passes; what one core can do is a row of the bench.
 */

const RATE = 200;
const SECONDS = 5;

const hasSipp = peer('sipp') !== undefined;
const closing: (() => Promise<void>)[] = [];
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-load-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => rm(dir, { recursive: true }));

async function scenario(transport: string, steps: string): Promise<string> {
  const path = join(dir, `${transport}.yaml`);
  await writeFile(
    path,
    `version: 1\nname: call\nactors:\n  alice:\n    transport: ${transport}\n    steps: [${steps}]\n`,
  );
  return path;
}

interface Report {
  readonly attempts: number;
  readonly succeeded: number;
  readonly failures: readonly unknown[];
  readonly setup: { readonly p50Ms: number };
}

const CALL =
  '{ send: INVITE }, { optional: 100 }, { optional: 180 }, { expect: { status: 200, method: INVITE } }, { send: BYE }, { expect: { status: 200, method: BYE } }';

async function load(port: number, transport: 'udp' | 'tcp', more: readonly string[]) {
  const target = `sip:service@127.0.0.1:${port}${transport === 'tcp' ? ';transport=tcp' : ''}`;
  const file = await scenario(transport, CALL);
  const { stdout, stderr, exitCode } = await command('sipctl', [
    'load',
    file,
    '--target',
    target,
    '--json',
    ...more,
  ]);
  const lines = stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  const report = lines.at(-1) as unknown as Report;
  return { exitCode, stderr, report };
}

/** Every call of five seconds at the rate, to within 2 %, and all of them good. */
async function keepsTheRate(port: number, transport: 'udp' | 'tcp'): Promise<void> {
  const { exitCode, report } = await load(port, transport, [
    ...['--rate', String(RATE), '--duration', String(SECONDS)],
  ]);
  expect(report.failures).toEqual([]);
  expect(Math.abs(report.attempts / (RATE * SECONDS) - 1)).toBeLessThan(0.02);
  expect(report.succeeded).toBe(report.attempts);
  expect(report.setup.p50Ms).toBeGreaterThan(0);
  expect(exitCode).toBe(0);
}

describe('load', { timeout: 120_000 }, () => {
  it.each(['udp', 'tcp'] as const)(
    'keeps its rate against siphond as full-uas, over %s',
    async (protocol) => {
      const binds = ['--udp-bind', '127.0.0.1:0', '--tcp-bind', '127.0.0.1:0', '--sips-bind', 'none'];
      const siphond = await startSiphond(['--mode', 'full-uas', ...binds], 2);
      closing.push(async () => {
        await siphond.stop();
      });
      const port = siphond.listeners.find((listener) => listener.protocol === protocol)?.port ?? 0;
      await keepsTheRate(port, protocol);
    },
  );

  it.skipIf(!hasSipp).each(['udp', 'tcp'] as const)(
    'keeps its rate against the UAS scenario of sipp, over %s',
    async (protocol) => {
      await keepsTheRate(await startSippUas(protocol, closing), protocol);
    },
  );
});
