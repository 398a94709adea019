import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Runs a script of this folder, TypeScript imports and all, in a process of its own; resolves with what it sends. */
export async function measureInChild(script, ...args) {
  const hooks = new URL('../tools/ts-worker-hooks.mjs', import.meta.url).href;
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ['--import', hooks, file, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [result] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${script} ended with ${code} and no figure`);
    }),
  ]);
  return result;
}
