import { type Command, InvalidArgumentError } from 'commander';
import type { CliIo } from './io.ts';

/** A subcommand of sipctl: declares itself, and says by `done` how it ended. */
export type Subcommand = (io: CliIo, done: (exitCode: number) => void) => Command;

/** Parses a whole number within bounds; for commander's options. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(value >= min && value <= max))
      throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}`);
    return value;
  };
