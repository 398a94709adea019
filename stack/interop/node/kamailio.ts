import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../e2e/fixtures/peers.ts';
import { onPath } from '../../../e2e/fixtures/programs.ts';

/** A Kamailio made for one test. */
export interface KamailioOptions {
  /** Modules beyond those that every script needs: `registrar`, `auth`. Order counts. */
  readonly modules?: readonly string[];
  /** `modparam` lines: `['usrloc', 'db_mode', 0]`. */
  readonly params?: readonly (readonly [module: string, name: string, value: string | number])[];
  /** Global settings, one a line: `alias="example.com"`. */
  readonly globals?: readonly string[];
  /** Routing blocks: `request_route { … }` and others. @param port - the port it listens on. */
  readonly routes: (port: number) => string;
}

export interface Kamailio {
  /** On 127.0.0.1, UDP and TCP. */
  readonly port: number;
  /** What it has said so far: the first thing to look at when a test fails. */
  log(): string;
  /**
   * Waits for lines of the log; they come a little after the messages they tell of.
   * @param count - so many of them.
   * @returns the first group of each match, in order; fewer than `count` when the others do not come.
   */
  heard(line: RegExp, count: number): Promise<readonly string[]>;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const START_MS = 20_000;
const PROBE_MS = 100;
const LOG_MS = 5000;

const MODULES = [
  'jsonrpcs',
  'kex',
  'corex',
  'tm',
  'tmx',
  'sl',
  'rr',
  'pv',
  'maxfwd',
  'textops',
  'siputils',
  'xlog',
];

/**
 * Starts Kamailio on a free port of the loopback and waits until it answers.
 * @throws Error with its log when it does not come up.
 */
export async function startKamailio(options: KamailioOptions): Promise<Kamailio> {
  const dir = await mkdtemp(join(tmpdir(), 'siphon-kamailio-'));
  const port = await freePort();
  const file = join(dir, 'kamailio.cfg');
  await writeFile(file, configuration(port, options));
  // In the foreground (-DD), logging to stderr (-E), with small memories.
  const child = spawn(
    onPath('kamailio') ?? 'kamailio',
    ['-f', file, '-DD', '-E', '-m', '32', '-M', '8', '-Y', dir, '-w', dir],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('latin1').on('data', (text: string) => {
    said += text;
  });
  const stop = async (): Promise<void> => {
    if (isRunning(child)) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    await rm(dir, { recursive: true, force: true });
  };
  if (!(await answers(child, port))) {
    await stop();
    throw new Error(`kamailio did not answer on port ${port}:\n${said}`);
  }
  const heard = async (line: RegExp, count: number): Promise<readonly string[]> => {
    const found = (): readonly string[] =>
      said.split('\n').flatMap((text) => {
        const match = line.exec(text);
        return match === null ? [] : [match[1] ?? ''];
      });
    const patience = AbortSignal.timeout(LOG_MS);
    while (found().length < count && !patience.aborted)
      await once(child.stderr, 'data', { signal: patience }).catch(() => undefined);
    return found();
  };
  return { port, log: () => said, heard, stop };
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** The whole configuration file. */
function configuration(port: number, options: KamailioOptions): string {
  const modules = [...MODULES, ...(options.modules ?? [])];
  return [
    '#!KAMAILIO',
    'debug=2',
    'log_stderror=yes',
    'children=1',
    'tcp_children=1',
    'auto_aliases=no',
    'dns=no',
    'rev_dns=no',
    ...(options.globals ?? []),
    `listen=udp:${HOST}:${port}`,
    `listen=tcp:${HOST}:${port}`,
    ...modules.map((name) => `loadmodule "${name}.so"`),
    'modparam("jsonrpcs", "transport", 0)',
    ...(options.params ?? []).map(
      ([module, name, value]) =>
        `modparam("${module}", "${name}", ${typeof value === 'number' ? value : `"${value}"`})`,
    ),
    options.routes(port),
    '',
  ].join('\n');
}

/** Asks OPTIONS until there is an answer, whatever it says; false when it ends first, or takes too long. */
async function answers(child: ChildProcess, port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  socket.bind(0, HOST);
  await once(socket, 'listening');
  const own = socket.address().port;
  const probe =
    `OPTIONS sip:${HOST}:${port} SIP/2.0\r\nVia: SIP/2.0/UDP ${HOST}:${own};branch=z9hG4bK-probe\r\nMax-Forwards: 70\r\n` +
    `From: <sip:probe@${HOST}>;tag=p\r\nTo: <sip:${HOST}:${port}>\r\nCall-ID: probe-${own}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n`;
  try {
    return await new Promise<boolean>((resolve) => {
      const deadline = setTimeout(() => resolve(false), START_MS);
      const again = setInterval(() => socket.send(probe, port, HOST), PROBE_MS);
      const finish = (isThere: boolean): void => {
        clearTimeout(deadline);
        clearInterval(again);
        resolve(isThere);
      };
      socket.on('message', () => finish(true));
      // Nobody listens yet.
      socket.on('error', () => undefined);
      child.once('exit', () => finish(false));
    });
  } finally {
    socket.close();
  }
}
