import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../../../e2e/fixtures/peers.ts';
import { onPath } from '../../../e2e/fixtures/programs.ts';

const HOST = '127.0.0.1';

/**
 * sipp's own UAS scenario.
 * @param closing - what ends it when the test is over.
 * @returns its port.
 */
export const startSippUas = async (
  protocol: 'udp' | 'tcp',
  closing: (() => Promise<void>)[],
): Promise<number> => {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'siphon-uas-'));
  const args = [
    '-sn',
    'uas',
    '-i',
    HOST,
    '-p',
    String(port),
    '-nostdin',
    '-t',
    protocol === 'udp' ? 'u1' : 't1',
  ];
  const child = spawn(onPath('sipp') ?? 'sipp', args, { cwd: dir, stdio: 'ignore' });
  closing.push(async () => {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    await rm(dir, { recursive: true, force: true });
  });
  await taken(port, protocol);
  return port;
};

/** Somebody listens on the port: binding it fails. */
const taken = async (port: number, protocol: 'udp' | 'tcp'): Promise<void> => {
  const patience = AbortSignal.timeout(10_000);
  for (;;) {
    const isFree = await new Promise<boolean>((resolve) => {
      const socket = protocol === 'udp' ? createSocket('udp4') : createServer();
      const close = (): void => {
        socket.close(() => resolve(true));
      };
      socket.once('error', () => resolve(false));
      if (socket instanceof Server) socket.listen(port, HOST, close);
      else socket.bind(port, HOST, close);
    });
    if (!isFree) return;
    patience.throwIfAborted();
    await setTimeout(20);
  }
};
