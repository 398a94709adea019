import type { Option } from 'commander';
import { type CliIo, usageError } from '../io.ts';
import type { ReadyRuns } from './run-files.ts';
import { setOption } from './variables.ts';
import { type ReportFlags, reportOptions } from './write-reports.ts';

/** What goes with `siphond --scenario`. */
export interface ServedRunFlags extends ReportFlags {
  readonly set?: readonly string[];
}

export const servedRunOptions = (): readonly Option[] => [setOption(), ...reportOptions()];

/** The scenarios that siphond runs against its server. @throws CliError 2 for a file that is none, and for options of runs where there is none. */
export async function readServedRuns(
  files: readonly string[],
  flags: ServedRunFlags,
  io: CliIo,
): Promise<ReadyRuns | undefined> {
  if (files.length > 0) return (await import('./run-files.ts')).readyRuns(files, flags, io);
  const given = new Set(Object.keys(flags));
  const stray = servedRunOptions().find((option) => given.has(option.attributeName()));
  if (stray !== undefined)
    throw usageError(`${stray.long ?? ''} is about scenarios: give the file of one with --scenario`);
  return undefined;
}
