import { dirname, resolve } from 'node:path';
import { compile } from '../../../scenarios/engine/compile.ts';
import type { Diagnostic } from '../../../scenarios/engine/diagnostic.ts';
import type { Program } from '../../../scenarios/engine/program.ts';
import { keepingTexts, NO_FILES } from '../../../scenarios/engine/read-file.ts';
import { NODE_RULES } from '../../servers/scenario-nodes/node-options.ts';
import { readBeside } from '../../services/storage/read-beside.ts';
import type { CliIo } from '../io.ts';
import { readInput } from '../read-input.ts';

/** A scenario file that was read: a program, or what is wrong with it. */
export interface ReadScenario {
  readonly text: string;
  /** Texts of the files that it names, by their paths. */
  readonly files: Readonly<Record<string, string>>;
  /** Where the paths of its certificates begin. */
  readonly folder: string;
  readonly program: Program | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** @throws CliError 2 when there is no such file. */
export async function readScenario(path: string, io: CliIo): Promise<ReadScenario> {
  const octets = await readInput(path, io);
  const text = new TextDecoder().decode(octets);
  const files: Record<string, string> = {};
  const readFile = path === '-' ? NO_FILES : readBeside(path, resolve('.'));
  const compiled = compile(text, keepingTexts(readFile, files), NODE_RULES);
  const about = { text, files, folder: dirname(path) };
  return compiled.isValid
    ? { ...about, program: compiled.program, diagnostics: compiled.warnings }
    : { ...about, program: undefined, diagnostics: compiled.diagnostics };
}

/** `call.yaml:12:9: error: ...`, as editors and CI systems find places. */
export const diagnosticLine = (path: string, { line, column, severity, message }: Diagnostic): string =>
  `${path}:${line}:${column}: ${severity}: ${message}`;
