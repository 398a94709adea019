import { writeFile } from 'node:fs/promises';
import type { Diagnostic } from '../../../scenarios/engine/diagnostic.ts';
import { fileReason } from '../../services/storage/file-reason.ts';
import { type CliIo, environmentError } from '../io.ts';
import { harmless } from '../printable.ts';
import { diagnosticLine } from './read-scenario.ts';

export interface OutputFlags {
  readonly output?: string;
  readonly json?: boolean;
}

/** A finding, in another file than the one that is read where it names it. */
export interface FileFinding extends Diagnostic {
  readonly file?: string;
}

/** What became of a file: its findings to stderr, its text to a file or to stdout; with `--json` lines on stdout. @throws CliError 3 */
export async function writeOutput(
  file: string,
  text: string,
  findings: readonly FileFinding[],
  event: 'imported' | 'exported',
  { output, json }: OutputFlags,
  io: CliIo,
): Promise<void> {
  for (const { file: place = file, severity, line, column, message, path } of findings)
    if (json === true)
      io.out(`${JSON.stringify({ event: 'diagnostic', file: place, line, column, severity, message })}\n`);
    else io.err(`${harmless(diagnosticLine(place, { severity, line, column, message, path }))}\n`);
  if (output !== undefined)
    await writeFile(output, text).catch((error: unknown) => {
      throw environmentError(`${output}: ${fileReason(error)}`);
    });
  if (json === true)
    io.out(
      `${JSON.stringify({ event, file, warnings: findings.length, ...(output === undefined ? { text } : { output }) })}\n`,
    );
  else if (output === undefined) io.out(text);
}
