import { randomBytes } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Timer } from '../../../stack/core/clock.ts';
import { writeFileWhole } from './write-file.ts';

/** Files that wait to be fetched; the oldest go first. */
const MAX_WAITING = 8;
const EXPIRES_MS = 10 * 60_000;

/** Its name on the disk; the one people see is only told. */
const FILE = 'download';

/** Where the daemon offers them: followed by the key. */
export const DOWNLOAD_PATH = '/download/';

export interface Download {
  readonly fileName: string;
  readonly sizeBytes: number;
  /** The octets; the file is gone when the stream has closed. */
  readonly stream: ReadStream;
}

/** Files made for somebody who can only fetch them: each is there once, for some minutes. */
export interface Downloads {
  /** @returns what stands for the file in the path of a URL, not to be guessed. Rejects with the error of the file system. */
  offer(
    fileName: string,
    chunks: Iterable<Uint8Array>,
  ): Promise<{ readonly key: string; readonly sizeBytes: number }>;
  /** The file, once; undefined when there is none (any more). */
  take(key: string): Download | undefined;
  dispose(): Promise<void>;
}

interface Waiting {
  readonly folder: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly timer: Timer;
}

export function createDownloads(clock: Clock): Downloads {
  const waiting = new Map<string, Waiting>();

  const forget = (key: string): Waiting | undefined => {
    const file = waiting.get(key);
    waiting.delete(key);
    file?.timer.cancel();
    return file;
  };
  const discard = async (key: string): Promise<void> => {
    const file = forget(key);
    if (file !== undefined) await rm(file.folder, { recursive: true, force: true });
  };

  return {
    async offer(fileName, chunks) {
      // A folder a file: the system may clear away an old one at any time.
      const folder = await mkdtemp(join(tmpdir(), 'siphon-download-'));
      const key = randomBytes(24).toString('base64url');
      const sizeBytes = await writeFileWhole(join(folder, FILE), chunks, 0o600).catch(
        async (error: unknown) => {
          await rm(folder, { recursive: true, force: true });
          throw error;
        },
      );
      const timer = clock.after(EXPIRES_MS, () => void discard(key));
      waiting.set(key, { folder, fileName, sizeBytes, timer });
      const tooMany = [...waiting.keys()].slice(0, Math.max(0, waiting.size - MAX_WAITING));
      await Promise.all(tooMany.map(discard));
      return { key, sizeBytes };
    },
    take(key) {
      const file = forget(key);
      if (file === undefined) return undefined;
      const stream = createReadStream(join(file.folder, FILE));
      stream.once('close', () => void rm(file.folder, { recursive: true, force: true }));
      return { fileName: file.fileName, sizeBytes: file.sizeBytes, stream };
    },
    async dispose() {
      await Promise.all([...waiting.keys()].map(discard));
    },
  };
}
