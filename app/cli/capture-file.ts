import { open } from 'node:fs/promises';
import type { Logger } from '../../stack/core/logger.ts';
import type { CaptureSink } from '../../stack/transport/capture.ts';
import { createPcapngWriter } from '../services/traffic/pcapng.ts';
import { fileReason } from '../services/storage/file-reason.ts';
import { usageError } from './io.ts';

/** A pcapng file that grows while messages come. */
export interface CaptureFile {
  readonly add: CaptureSink;
  /** Resolves when everything added is on its way to the disk. */
  close(): Promise<void>;
}

/** Messages reach the file at the latest after this time, so that it can be read while the server runs. */
const FLUSH_MS = 500;

/**
 * Creates the file, or empties it.
 * A full disk ends the capture with one error line; the server goes on.
 * @throws CliError 2 when the file cannot be written.
 */
export async function openCaptureFile(path: string, log: Logger): Promise<CaptureFile> {
  const file = await open(path, 'w').catch((error: unknown) => {
    throw usageError(`--capture ${path}: ${fileReason(error)}`);
  });
  let writing: Promise<unknown> = Promise.resolve();
  let isBroken = false;
  const writer = createPcapngWriter({
    write: (chunk) => {
      const copy = chunk.slice();
      writing = writing
        .then(() => (isBroken ? undefined : file.writeFile(copy)))
        .catch((error: unknown) => {
          isBroken = true;
          log.error('the capture ends here', { file: path, reason: fileReason(error) });
        });
    },
  });
  const timer = setInterval(() => writer.flush(), FLUSH_MS);
  return {
    add: (message) => writer.add(message),
    close: async () => {
      clearInterval(timer);
      writer.flush();
      await writing;
      await file.close();
    },
  };
}
