import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../e2e/fixtures/peers.ts';
import { onPath } from '../../../e2e/fixtures/programs.ts';

export interface BaresipOptions {
  /** Lines of its file `accounts`. */
  readonly accounts: readonly string[];
  /** PEM of the authority it trusts, for TLS. */
  readonly ca?: string;
}

/** What baresip reports over its control connection. */
export interface BaresipEvent {
  /** `CALL_ESTABLISHED`, `CALL_CLOSED`. */
  readonly type: string;
  readonly param: string;
}

/** Where its modules may be; each distribution has its own folder. */
const MODULE_FOLDERS = [
  '/usr/lib/baresip/modules',
  '/usr/local/lib/baresip/modules',
  '/usr/lib64/baresip/modules',
];
const WAIT_MS = 15_000;

/** The phone baresip, without a screen and with audio that goes nowhere. */
export class Baresip {
  readonly events: BaresipEvent[] = [];
  readonly #dir: string;
  readonly #child: ChildProcess;
  readonly #listeners = new Set<() => void>();
  #socket: Socket | undefined;
  #output = '';

  /** @see startBaresip */
  constructor(dir: string, child: ChildProcess) {
    this.#dir = dir;
    this.#child = child;
    const hear = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString('latin1')).slice(-20_000);
      for (const listener of this.#listeners) listener();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
  }

  /** What it wrote, with its SIP trace. */
  get output(): string {
    return this.#output;
  }

  /** Waits until it says that it is ready, and takes control. */
  async control(port: number): Promise<void> {
    await this.#until(() => this.#output.includes('baresip is ready'));
    const socket = connect(port, '127.0.0.1');
    this.#socket = socket;
    let pending = '';
    socket.on('data', (chunk: Buffer) => {
      pending = this.#take(pending + chunk.toString('latin1'));
      for (const listener of this.#listeners) listener();
    });
    await once(socket, 'connect');
  }

  /** Runs a command: `dial`, `hangup`. */
  command(command: string, params = ''): void {
    const text = JSON.stringify({ command, params });
    this.#socket?.write(`${text.length}:${text},`);
  }

  /** Waits for something it writes; a registration is over before its control connection is open, so its event may be missed. */
  async says(text: RegExp): Promise<void> {
    await this.#until(() => text.test(this.#output));
  }

  /** The next event of a type; one that has come already counts. */
  async event(type: string): Promise<BaresipEvent> {
    const find = (): BaresipEvent | undefined => this.events.find((event) => event.type === type);
    await this.#until(() => find() !== undefined);
    return find() ?? { type, param: '' };
  }

  async stop(): Promise<void> {
    this.#socket?.destroy();
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    await rm(this.#dir, { recursive: true });
  }

  /** Takes whole netstrings, `5:hello,`, and returns the rest. */
  #take(text: string): string {
    const colon = text.indexOf(':');
    const length = Number(text.slice(0, Math.max(colon, 0)));
    const end = colon + 1 + length;
    if (colon < 0 || text.length <= end) return text;
    const said = JSON.parse(text.slice(colon + 1, end)) as { event?: boolean; type?: string; param?: string };
    if (said.event === true) this.events.push({ type: said.type ?? '', param: said.param ?? '' });
    return this.#take(text.slice(end + 1));
  }

  #until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (isTrue()) done(resolve);
      };
      const done = (settle: () => void): void => {
        clearTimeout(limit);
        this.#listeners.delete(check);
        settle();
      };
      const limit = setTimeout(() => {
        done(() => reject(new Error(`baresip did not get there: ${this.#output.slice(-3000)}`)));
      }, WAIT_MS);
      this.#listeners.add(check);
      check();
    });
  }
}

/** Starts it and waits until it takes commands. */
export async function startBaresip({ accounts, ca }: BaresipOptions): Promise<Baresip> {
  const dir = await mkdtemp(join(tmpdir(), 'siphon-baresip-'));
  const port = await freePort();
  const folder = MODULE_FOLDERS.find((path) => existsSync(path)) ?? MODULE_FOLDERS[0];
  const config = [
    'poll_method epoll',
    'sip_listen 127.0.0.1:0',
    ...(ca === undefined ? [] : [`sip_cafile ${join(dir, 'ca.pem')}`]),
    'audio_player aubridge,nil',
    'audio_source aubridge,nil',
    'audio_alert aubridge,nil',
    `module_path ${folder}`,
    'module g711.so',
    'module aubridge.so',
    'module_app account.so',
    'module_app menu.so',
    'module_app ctrl_tcp.so',
    `ctrl_tcp_listen 127.0.0.1:${port}`,
  ];
  await writeFile(join(dir, 'config'), `${config.join('\n')}\n`);
  await writeFile(join(dir, 'accounts'), `${accounts.join('\n')}\n`);
  await writeFile(join(dir, 'contacts'), '');
  if (ca !== undefined) await writeFile(join(dir, 'ca.pem'), ca);
  const child = spawn(onPath('baresip') ?? 'baresip', ['-f', dir, '-s', '-t', '60'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const phone = new Baresip(dir, child);
  try {
    await phone.control(port);
  } catch (error) {
    await phone.stop();
    throw error;
  }
  return phone;
}
