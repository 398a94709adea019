// Server processes under measurement: started with a hook that answers "cpu?" over the IPC channel, so that their CPU time can be read from outside.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const hook = new URL('cpu-hook.mjs', import.meta.url).href;

/**
 * @param {string} script - path below the project's root.
 * @param {string[]} args
 * @param {RegExp} ready - the line that says it listens; its first group is the port.
 * @param {string[]} nodeArgs - options of Node.
 */
export async function startServer(script, args, ready, nodeArgs = []) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const child = spawn(process.execPath, [...nodeArgs, '--import', hook, root + script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const port = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = ready.exec(line);
      if (match !== null) resolve(Number(match[1]));
    });
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  });
  return {
    port,
    /** User and system CPU time so far, in microseconds. */
    cpuUs: async () => {
      child.send('cpu?');
      const [{ user, system }] = await once(child, 'message');
      return user + system;
    },
    /** Octets its objects and buffers take after a garbage collection; the server needs `--expose-gc`. */
    memoryBytes: async () => {
      child.send('memory?');
      const [{ heapUsed, external }] = await once(child, 'message');
      return heapUsed + external;
    },
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** CPU microseconds a server spends on one operation of the generator, after a warm-up. */
export async function cpuPerOperation(server, warmUp, measured) {
  await warmUp();
  const before = await server.cpuUs();
  const operations = await measured();
  return ((await server.cpuUs()) - before) / operations;
}
