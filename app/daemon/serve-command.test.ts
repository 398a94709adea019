import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { CliIo } from '../cli/io.ts';
import { run } from '../cli/run.ts';
import { CONTRACT_VERSION, workbench } from '../contract/workbench.ts';
import { connect } from '../rpc/connect.ts';
import { wsNodeLink } from '../rpc/ws-link-node.ts';
import { serveCommand } from './serve-command.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-serve-'));
  await writeFile(join(dir, 'index.html'), '<!doctype html>');
});
afterEach(() => rm(dir, { recursive: true }));

/** Runs the command as a process would; `printed` resolves with its first line. */
function start(args: readonly string[], rendererDir = dir) {
  const abort = new AbortController();
  const written = { out: '', err: '' };
  let print: (line: string) => void;
  const printed = new Promise<string>((resolve) => {
    print = resolve;
  });
  const io: CliIo = {
    out: (text) => {
      written.out += text;
      print(text);
    },
    err: (text) => void (written.err += text),
    env: {},
    isTerminal: false,
    readStdin: () => Promise.resolve(new Uint8Array()),
    signal: abort.signal,
  };
  const exitCode = run('serve', io, () =>
    serveCommand(['--data-dir', join(dir, 'data'), ...args], io, rendererDir),
  );
  return {
    exitCode,
    printed,
    written,
    stop: () => {
      abort.abort();
    },
  };
}

describe('serve', () => {
  it('prints one line with an address that lets a page in, and ends on a signal', async () => {
    const { printed, exitCode, stop, written } = start([]);
    const [, port, token = ''] =
      /^Siphon Workbench: http:\/\/127\.0\.0\.1:(\d+)\/#token=([\w-]{32,})\n$/.exec(await printed) ?? [];
    const link = wsNodeLink(new WebSocket(`ws://127.0.0.1:${port}/rpc`));
    const backend = await connect(workbench, link, { contractVersion: CONTRACT_VERSION, token });
    const left = new Promise<void>((resolve) => backend.onDisconnected(resolve));
    await backend.call('servers.create', { config: { name: 'lab' } });
    stop();
    expect(await exitCode).toBe(0);
    await left;
    expect(written.out.split('\n')).toHaveLength(2);
    expect(await readFile(join(dir, 'data', 'workspace.json'), 'utf8')).toContain('"name": "lab"');
  });

  it('has another token each time', async () => {
    const lines: string[] = [];
    for (let i = 0; i < 2; i++) {
      const { printed, exitCode, stop } = start([]);
      lines.push((await printed).split('token=')[1] ?? '');
      stop();
      await exitCode;
    }
    expect(lines[0]).not.toBe(lines[1]);
  });

  it.each([
    [
      ['--port', 'http'],
      /^serve: option '--port <PORT>' argument 'http' is invalid\. expected a port from 0 to 65535\.\n$/,
    ],
    [['--port', '65536'], /expected a port/],
    [['--port', '-1'], /expected a port/],
    [['--prot', '1'], /^serve: unknown option '--prot' \(Did you mean --port\?\)\n$/],
    [['extra'], /^serve: too many arguments/],
  ])('refuses %j with one line', async (args, message) => {
    const { exitCode, written } = start(args);
    expect(await exitCode).toBe(2);
    expect(written).toMatchObject({ out: '', err: expect.stringMatching(message) as string });
  });

  it('says that a port is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const { exitCode, written } = start(['--port', String(port)]);
    expect(await exitCode).toBe(3);
    expect(written.err).toBe(
      `serve: cannot listen on 127.0.0.1 port ${port}: another program holds that port; choose another with --port, or 0 for any free one\n`,
    );
    holder.close();
  });

  it('says that an address is not here', async () => {
    const { exitCode, written } = start(['--host', '192.0.2.1']);
    expect(await exitCode).toBe(3);
    expect(written.err).toMatch(
      /^serve: cannot listen on 192\.0\.2\.1 port 0: this machine has no such address\n$/,
    );
  });

  it('says that the page is not built', async () => {
    const { exitCode, written } = start([], join(dir, 'missing'));
    expect(await exitCode).toBe(3);
    expect(written.err).toMatch(
      /^serve: the page of the workbench is not built: run `npm run build` first\n$/,
    );
  });
});
