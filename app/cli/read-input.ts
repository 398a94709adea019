import { readFile } from 'node:fs/promises';
import { fileReason } from '../services/storage/file-reason.ts';
import { type CliIo, usageError } from './io.ts';

/** Octets of a file, or of standard input for `-`. @throws CliError 2 */
export async function readInput(path: string, io: CliIo): Promise<Uint8Array> {
  if (path === '-') return io.readStdin();
  return readFile(path).catch((error: unknown) => {
    throw usageError(`${path}: ${fileReason(error)}`);
  });
}
