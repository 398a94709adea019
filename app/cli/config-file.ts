import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import { fileReason } from '../services/storage/file-reason.ts';
import { usageError } from './io.ts';

/**
 * Reads a configuration file, YAML or JSON (which is YAML).
 * @returns its values by key, not yet checked.
 * @throws CliError 2, with line and column where the text is no YAML.
 */
export async function readConfigFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw usageError(`--config ${path}: ${fileReason(error)}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw usageError(`${path}:${line}:${col}: ${problem.message.split('\n')[0] ?? 'not YAML'}`);
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw usageError(`${path}:1:1: a configuration is a list of options and values, such as mode: full-uas`);
  return value as Record<string, unknown>;
}
