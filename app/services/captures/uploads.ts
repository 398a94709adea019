import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Clock, Timer } from '../../../stack/core/clock.ts';
import { MAX_CAPTURE_BYTES } from '../../contract/captures.ts';
import { ContractError } from '../../contract/errors.ts';
import { fileReason } from '../storage/file-reason.ts';

/** Files that are being sent at a time. */
const MAX_UPLOADS = 4;
/** One that is not gone on with is forgotten. */
const EXPIRES_MS = 10 * 60_000;

/** Its name on the disk; the one people know is only told. */
const FILE = 'upload';

/** A file that a page has sent. */
export interface Uploaded {
  readonly path: string;
  readonly name: string;
  /** Takes it off the disk. */
  discard(): Promise<void>;
}

/** Files that a page sends in parts, because it knows no paths. Each lies in a folder of its own until it is taken. */
export interface Uploads {
  /** @throws ContractError 'file-error' | 'conflict' */
  begin(name: string, sizeBytes: number): Promise<string>;
  /** @returns octets so far. @throws ContractError 'gone' | 'file-error' */
  append(upload: string, base64: string): Promise<number>;
  /** The file, once; it is to be discarded then. @throws ContractError 'gone' | 'file-error' */
  take(upload: string): Promise<Uploaded>;
  dispose(): Promise<void>;
}

interface Sending {
  readonly folder: string;
  readonly name: string;
  readonly sizeBytes: number;
  receivedBytes: number;
  timer: Timer;
}

export function createUploads(clock: Clock): Uploads {
  const sending = new Map<string, Sending>();

  const discard = async (key: string): Promise<void> => {
    const one = sending.get(key);
    sending.delete(key);
    one?.timer.cancel();
    if (one !== undefined) await rm(one.folder, { recursive: true, force: true });
  };
  const expire = (key: string): Timer => clock.after(EXPIRES_MS, () => void discard(key));
  const found = (key: string): Sending => {
    const one = sending.get(key);
    if (one === undefined)
      throw new ContractError('gone', 'The file was not sent to its end in time: open it again.');
    return one;
  };
  const refuse = async (key: string, sentence: string): Promise<never> => {
    await discard(key);
    throw new ContractError('file-error', sentence);
  };

  return {
    async begin(fileName, sizeBytes) {
      const name = basename(fileName);
      if (sizeBytes > MAX_CAPTURE_BYTES)
        throw new ContractError(
          'file-error',
          `${name} has ${Math.ceil(sizeBytes / 1024 / 1024)} MiB, and ${MAX_CAPTURE_BYTES / 1024 / 1024} are the most: take the SIP out of it first, as with tshark -Y sip -w.`,
        );
      if (sending.size >= MAX_UPLOADS)
        throw new ContractError(
          'conflict',
          `${MAX_UPLOADS} files are being sent already: wait for one of them.`,
        );
      const key = randomBytes(18).toString('base64url');
      try {
        const folder = await mkdtemp(join(tmpdir(), 'siphon-upload-'));
        await writeFile(join(folder, FILE), '', { mode: 0o600 });
        sending.set(key, { folder, name, sizeBytes, receivedBytes: 0, timer: expire(key) });
      } catch (error) {
        throw new ContractError('file-error', `${name} cannot be kept: ${fileReason(error)}.`);
      }
      return key;
    },
    async append(key, base64) {
      const one = found(key);
      const octets = Buffer.from(base64, 'base64');
      one.timer.cancel();
      one.timer = expire(key);
      one.receivedBytes += octets.length;
      if (one.receivedBytes > one.sizeBytes)
        return refuse(key, `${one.name} is larger than was announced: it changes while it is sent.`);
      await appendFile(join(one.folder, FILE), octets).catch((error: unknown) =>
        refuse(key, `${one.name} cannot be kept: ${fileReason(error)}.`),
      );
      return one.receivedBytes;
    },
    async take(key) {
      const { folder, name, sizeBytes, receivedBytes, timer } = found(key);
      if (receivedBytes < sizeBytes) return refuse(key, `${name} was not sent to its end.`);
      sending.delete(key);
      timer.cancel();
      return {
        path: join(folder, FILE),
        name,
        discard: () => rm(folder, { recursive: true, force: true }),
      };
    },
    async dispose() {
      await Promise.all([...sending.keys()].map(discard));
    },
  };
}
