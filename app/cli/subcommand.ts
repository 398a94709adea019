import { type Command, InvalidArgumentError } from 'commander';
import type { CliIo } from './io.ts';

/** A subcommand of sipctl. Its help and its part of docs/SIPCTL.md are made of what it says here and of its options. */
export interface Subcommand {
  /**
   * Declares the command.
   * @param done - told how it ended; the exit code is 0 when it is not.
   */
  readonly command: (io: CliIo, done: (exitCode: number) => void) => Command;
  /** The lines `--json` prints, by their `event`: what each of them carries. */
  readonly json?: Readonly<Record<string, string>>;
  /** Command lines without `sipctl`. */
  readonly examples: readonly string[];
}

/** Parses a whole number within bounds; for commander's options. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(value >= min && value <= max))
      throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}`);
    return value;
  };

/** Adds up the values of an option that may be given several times. */
export const repeated = (value: string, earlier: readonly string[] | undefined): readonly string[] => [
  ...(earlier ?? []),
  value,
];
