import { CommanderError } from 'commander';
import { askSecret } from './ask-secret.ts';
import { CliError, type CliIo, EXIT } from './io.ts';
import { openKeys } from './keys.ts';
import { openTypedLines } from './typed-lines.ts';

/** Runs a command and turns whatever ends it into one line on stderr and an exit code. */
export async function run(name: string, io: CliIo, command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (error instanceof CliError) {
      io.err(`${name}: ${error.message}\n`);
      return error.exitCode;
    }
    // commander has printed help or version already, and its complaints are one line by `configureOutput`.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
}

/** The process as commands see it; a second signal ends it at once. */
export function processIo(): CliIo {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (abort.signal.aborted) process.exit(EXIT.interrupted);
      abort.abort(signal);
    });
  // A reader that went away (`siphond --help | head -1`) is no error of ours.
  process.stdout.on('error', () => process.exit(EXIT.ok));
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    env: process.env,
    isTerminal: process.stdout.isTTY,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    askSecret: process.stdin.isTTY
      ? (question) =>
          askSecret(
            question,
            process.stdin,
            (text) => process.stderr.write(text),
            () => process.kill(process.pid, 'SIGINT'),
          )
      : undefined,
    input: {
      isTerminal: process.stdin.isTTY,
      open: (prompt) =>
        openTypedLines({
          input: process.stdin,
          output: process.stdout,
          log: process.stderr,
          prompt,
          interrupt: () => process.kill(process.pid, 'SIGINT'),
        }),
    },
    keys: process.stdin.isTTY
      ? (onKey) => openKeys(process.stdin, onKey, () => process.kill(process.pid, 'SIGINT'))
      : undefined,
    readStdin: async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
      return Buffer.concat(chunks);
    },
    signal: abort.signal,
  };
}
