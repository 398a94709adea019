import { isCaptureFile } from '../capture/packets.ts';
import { readCapture, type ReadCapture } from '../capture/read-capture.ts';
import { isGzip, unzipped } from '../services/traffic/unzipped.ts';
import { type CliIo, usageError } from './io.ts';
import { harmless } from './printable.ts';
import { readInput } from './read-input.ts';

type OpenCapture = Extract<ReadCapture, { kind: 'ok' }>;

/** Whether these octets begin a capture, packed or not, rather than a message. */
export const looksLikeCapture = (octets: Uint8Array): boolean => isCaptureFile(octets) || isGzip(octets);

/** A capture of whichever program, gzip too; what was left out is told on standard error. @throws CliError 2 when it is none. */
export async function readCaptureInput(path: string, io: CliIo): Promise<OpenCapture> {
  return openCapture(path, await readInput(path, io), io);
}

/** The same of octets that were read already. @throws CliError 2 */
export function openCapture(path: string, octets: Uint8Array, io: CliIo): OpenCapture {
  const whole = unzipped(octets);
  if (typeof whole === 'string') throw usageError(`${path}: ${whole}`);
  const capture = readCapture(whole);
  if (capture.kind === 'unreadable') throw usageError(`${path}: ${capture.reason}`);
  if (capture.isCut) io.err(`sipctl: ${path} ends in the middle of a packet; what is before it is taken\n`);
  for (const note of capture.notes) io.err(`sipctl: ${path}: left out ${harmless(note)}\n`);
  return capture;
}
