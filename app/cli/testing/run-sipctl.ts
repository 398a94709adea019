import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CliIo } from '../io.ts';
import { run } from '../run.ts';
import { sipctl } from '../sipctl.ts';

/** Where the commands of one process keep their development CA. */
const dataHome = mkdtempSync(join(tmpdir(), 'siphon-sipctl-'));
process.on('exit', () => {
  rmSync(dataHome, { recursive: true, force: true });
});

export interface SipctlRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of `--json`. */
  json(): readonly Readonly<Record<string, unknown>>[];
}

export interface SipctlGiven {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly askSecret?: CliIo['askSecret'];
  readonly keys?: CliIo['keys'];
  readonly isTerminal?: boolean;
  readonly columns?: number;
  /** Presses Ctrl+C when what was printed so far matches. */
  readonly interruptAt?: RegExp;
  /** Hears of everything that is printed. */
  readonly onOut?: (text: string) => void;
  readonly onErr?: (text: string) => void;
}

/** Runs sipctl in this process, over real sockets, to its end. */
export async function runSipctl(argv: readonly string[], given: SipctlGiven = {}): Promise<SipctlRun> {
  const abort = new AbortController();
  let stdout = '';
  let stderr = '';
  const io: CliIo = {
    out: (text) => {
      stdout += text;
      given.onOut?.(text);
      if (given.interruptAt?.test(stdout) === true) abort.abort('SIGINT');
    },
    err: (text) => {
      stderr += text;
      given.onErr?.(text);
    },
    env: { XDG_DATA_HOME: dataHome, ...given.env },
    isTerminal: given.isTerminal ?? false,
    columns: given.columns,
    readStdin: () => Promise.resolve(Buffer.from(given.stdin ?? '', 'latin1')),
    askSecret: given.askSecret,
    keys: given.keys,
    signal: abort.signal,
  };
  const exitCode = await run('sipctl', io, () => sipctl(argv, io));
  return {
    exitCode,
    stdout,
    stderr,
    json: () =>
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
  };
}
