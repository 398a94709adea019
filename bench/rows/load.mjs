// The load generator: what a call costs the machine that makes it, beside sipp's UAC, both against the same siphond as full-uas.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startServer } from '../child.mjs';
import { siphond } from './options.mjs';

const RATE = 500;
const WARM_UP = 5_000;
const MEASURED = 15_000;
const MANY = 200_000;
/** After so many calls the transactions of the first ones are over, and memory has found its level. */
const SETTLED = 40_000;

const root = fileURLToPath(new URL('../..', import.meta.url));
const hook = new URL('../cpu-hook.mjs', import.meta.url).href;

const SCENARIO = `
version: 1
name: bench call
actors:
  alice:
    steps:
      - send: INVITE
      - optional: 100
      - optional: 180
      - expect: { status: 200, method: INVITE }
      - send: BYE
      - expect: { status: 200, method: BYE }
`;

/** Of the calls that must be good: a machine that others use too loses some. */
const LEAST_GOOD = 0.99;

/** Makes calls with sipctl load. @param ask - a question of cpu-hook.mjs that is put after each second. @returns calls begun and answer, second by second. */
async function ourCalls(port, rate, calls, ask) {
  const dir = mkdtempSync(join(tmpdir(), 'siphon-bench-load-'));
  const file = join(dir, 'call.yaml');
  writeFileSync(file, SCENARIO);
  const args = ['load', file, '--target', `sip:bob@127.0.0.1:${port}`, '--json'];
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--import', hook, `${root}bin/sipctl.mjs`, ...args, '--rate', rate, '--calls', calls],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  const seconds = [];
  let begun = 0;
  let report;
  const asked = [];
  child.on('message', (answer) => seconds.push({ begun: asked.shift(), answer }));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const told = JSON.parse(line);
    if (told.event === 'report') report = told;
    if (told.event !== 'second') return;
    begun += told.attempts;
    if (child.connected) {
      asked.push(begun);
      child.send(ask);
    }
  });
  await once(child, 'close');
  rmSync(dir, { recursive: true });
  if (!(report?.succeeded >= LEAST_GOOD * calls))
    throw new Error(`sipctl load: ${report?.succeeded} of ${calls} calls were good: the machine is too busy`);
  return seconds;
}

async function ourCost(port) {
  const seconds = await ourCalls(port, RATE, WARM_UP + MEASURED, 'cpu?');
  const first = seconds.find(({ begun }) => begun >= WARM_UP);
  const last = seconds.filter(({ begun }) => begun < WARM_UP + MEASURED).at(-1);
  const us = ({ answer: { user, system } }) => user + system;
  return (us(last) - us(first)) / (last.begun - first.begun);
}

/** The shell tells what processor time its child took. */
async function sippCost(port) {
  const command = `TIMEFORMAT='%U %S'; time sipp -sn uac -nostdin -i 127.0.0.1 -r ${RATE} -m ${MEASURED} -d 0 127.0.0.1:${port} >/dev/null 2>/dev/null`;
  const child = spawn('bash', ['-c', command], { cwd: tmpdir(), stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.on('data', (chunk) => (told += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`sipp ended with ${code}: the machine is too busy, or it is not installed`);
  const [user, system] = told.trim().split('\n').at(-1).split(' ').map(Number);
  return ((user + system) * 1e6) / MEASURED;
}

async function besideSipp() {
  const server = await startServer(...siphond('full-uas'));
  try {
    return { yardstick: await sippCost(server.port), value: await ourCost(server.port) };
  } finally {
    await server.stop();
  }
}

/** Resident memory of the whole process, its threads too. */
async function memoryOverMany() {
  const server = await startServer(...siphond('full-uas'));
  try {
    const seconds = await ourCalls(server.port, 1_500, MANY, 'memory?');
    const settled = seconds.find(({ begun }) => begun >= SETTLED);
    return { yardstick: settled.answer.rss / 1e6, value: seconds.at(-1).answer.rss / 1e6 };
  } finally {
    await server.stop();
  }
}

export const rows = [
  {
    id: 'load',
    title: 'a call of sipctl load, UDP',
    unit: 'us of processor time',
    yardstick: "sipp's UAC",
    goal: 'at most 8x, then 4x',
    ratio: (value, beside) => value / beside,
    isMet: (ratio) => ratio <= 8,
    run: besideSipp,
  },
  {
    id: 'load-memory',
    title: 'memory of sipctl load after 200,000 calls',
    unit: 'MB',
    yardstick: 'the same after 40,000',
    goal: 'at most 1.2x',
    ratio: (value, beside) => value / beside,
    isMet: (ratio) => ratio <= 1.2,
    run: memoryOverMany,
  },
];
