// Parsing: messages per second on one thread, beside the npm package `sip` on the same corpus, in a process of their own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

async function measure(what) {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const child = spawn(
    process.execPath,
    [
      '--import',
      new URL('../../tools/ts-worker-hooks.mjs', import.meta.url).href,
      `${root}bench/parse-child.mjs`,
      what,
    ],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  const [result] = await once(child, 'message');
  return result;
}

const faster = { unit: 'msg/s', yardstick: 'npm sip', ratio: (value, yardstick) => value / yardstick };

export const rows = [
  {
    ...faster,
    id: 'parse-route',
    title: 'parse, ready to route',
    goal: 'at least 4x',
    isMet: (ratio) => ratio >= 4,
    run: () => measure('route'),
  },
  {
    ...faster,
    id: 'parse-all',
    title: 'parse, every header typed',
    goal: 'at least 1x',
    isMet: (ratio) => ratio >= 1,
    run: () => measure('all'),
  },
];
