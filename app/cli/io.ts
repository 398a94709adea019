import type { TypedLines } from './typed-lines.ts';

/** What a command touches of its process; tests give their own. */
export interface CliIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether `out` is a terminal: colour and wording for people. */
  readonly isTerminal: boolean;
  /** Characters in a line of the terminal; undefined where `out` is none. */
  readonly columns?: number | undefined;
  readonly readStdin: () => Promise<Uint8Array>;
  /** Asks the person at the terminal for something that must not be seen; absent where there is nobody to ask. */
  readonly askSecret?: ((question: string) => Promise<string>) | undefined;
  /** What is typed, line by line; absent where a command cannot be spoken to. */
  readonly input?: {
    readonly isTerminal: boolean;
    /** @param prompt - stands before what is typed. */
    readonly open: (prompt: string) => TypedLines;
  };
  /** Hears of each key that is pressed, until the function it returns is called; absent where standard input is no terminal. */
  readonly keys?: ((onKey: (key: string) => void) => () => void) | undefined;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

/** Exit codes of siphond and sipctl; the same everywhere, documented in docs/USER-GUIDE.md. */
export const EXIT = { ok: 0, negative: 1, usage: 2, environment: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with one line on stderr. */
export class CliError extends Error {
  override readonly name = 'CliError' as const;
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export const usageError = (message: string): CliError => new CliError(EXIT.usage, message);
export const environmentError = (message: string, cause?: unknown): CliError =>
  new CliError(EXIT.environment, message, { cause });
