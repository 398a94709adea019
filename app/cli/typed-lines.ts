import { clearLine, createInterface, cursorTo } from 'node:readline';
import type { ReadStream } from 'node:tty';

/** Lines that somebody types while a command prints. */
export interface TypedLines {
  readonly onLine: (listener: (line: string) => void) => void;
  /** Shows text on standard output, and keeps what is half typed on the last line. */
  readonly print: (text: string) => void;
  /** The same on standard error. */
  readonly log: (text: string) => void;
  readonly close: () => void;
}

export interface TypedLinesOptions {
  readonly input: ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly log: NodeJS.WriteStream;
  /** Stands before what is typed; not shown where the input is no terminal. */
  readonly prompt: string;
  /** Ctrl+C and Ctrl+D: a terminal that edits lines sends no signal. */
  readonly interrupt: () => void;
}

/** Reads lines of a terminal, with editing and history, or of whatever stands in its place. */
export function openTypedLines({ input, output, log, prompt, interrupt }: TypedLinesOptions): TypedLines {
  const isTerminal = input.isTTY && output.isTTY;
  const lines = createInterface(
    isTerminal ? { input, output, prompt, terminal: true } : { input, terminal: false },
  );
  let isOpen = true;
  if (isTerminal) {
    lines.on('SIGINT', interrupt);
    lines.on('close', () => {
      if (isOpen) interrupt();
      isOpen = false;
    });
  }
  const ask = (): void => {
    if (isTerminal && isOpen) lines.prompt(true);
  };
  const write = (stream: NodeJS.WriteStream, text: string): void => {
    const isShared = isTerminal && stream.isTTY;
    if (isShared) {
      clearLine(output, 0);
      cursorTo(output, 0);
    }
    stream.write(text);
    if (isShared) ask();
  };
  return {
    onLine: (listener) => {
      lines.on('line', (line) => {
        listener(line);
        ask();
      });
      ask();
    },
    print: (text) => {
      write(output, text);
    },
    log: (text) => {
      write(log, text);
    },
    close: () => {
      isOpen = false;
      lines.close();
    },
  };
}
