import { copyFile, mkdir, readFile, rename } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { fileReason } from './file-reason.ts';
import { writeFileWhole } from './write-file.ts';

/** What a file held. */
interface Loaded<T> {
  /** Undefined when there was no file, or none that could be read. */
  readonly value: T | undefined;
  /** What a person should know: the file was damaged, where it is kept, what was read instead. */
  readonly notice: string | undefined;
}

/** One value kept in a JSON file; the version before the last is kept beside it. */
export interface JsonFile<T> {
  load(): Promise<Loaded<T>>;
  /** Resolves when the value is on the disk; of values that wait for an earlier write only the latest is written. Rejects with the error of the file system. */
  save(value: T): Promise<void>;
}

export interface JsonFileOptions<T> {
  readonly path: string;
  /** @throws Error whose message says what is wrong with the value. */
  readonly check: (value: unknown) => T;
  readonly wallMs: () => number;
  /** What to write when another process may have written since: the value of ours and the one on the disk, made one. */
  readonly merge?: (own: T, onDisk: T) => T;
}

/** What reading one file came to. */
type Read<T> =
  | { readonly kind: 'missing' }
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'damaged'; readonly reason: string };

async function read<T>(path: string, check: (value: unknown) => T): Promise<Read<T>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isMissing ? { kind: 'missing' } : { kind: 'damaged', reason: fileReason(error) };
  }
  try {
    return { kind: 'read', value: check(JSON.parse(text)) };
  } catch (error) {
    return { kind: 'damaged', reason: error instanceof Error ? error.message : String(error) };
  }
}

export function createJsonFile<T>({ path, check, wallMs, merge }: JsonFileOptions<T>): JsonFile<T> {
  const backup = `${path}.bak`;
  let queue: Promise<void> = Promise.resolve();
  let waiting: { readonly value: T; readonly done: Promise<void> } | undefined;

  /** Moves a damaged file out of the way, so that the next save does not overwrite it. */
  const keepAside = async (): Promise<string> => {
    const aside = path.replace(/(\.json)?$/, `.damaged-${Math.round(wallMs())}.json`);
    await rename(path, aside);
    return aside;
  };
  const merged = async (own: T): Promise<T> => {
    if (merge === undefined) return own;
    const onDisk = await read(path, check);
    return onDisk.kind === 'read' ? merge(own, onDisk.value) : own;
  };
  const write = async (own: T): Promise<void> => {
    const value = await merged(own);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      await copyFile(path, `${backup}.part`);
      await rename(`${backup}.part`, backup);
    } catch (error) {
      const isFirst = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isFirst) throw error;
    }
    await writeFileWhole(path, [new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`)], 0o600);
  };

  return {
    async load() {
      const current = await read(path, check);
      if (current.kind === 'read') return { value: current.value, notice: undefined };
      const earlier = await read(backup, check);
      const value = earlier.kind === 'read' ? earlier.value : undefined;
      if (current.kind === 'missing') {
        const notice =
          value === undefined ? undefined : `${basename(path)} was gone; the version before it was read.`;
        return { value, notice };
      }
      const kept = await keepAside().then(
        (aside) => `it is kept as ${basename(aside)}`,
        (error: unknown) => `it could not be kept aside: ${fileReason(error)}`,
      );
      const instead =
        value === undefined ? 'Nothing was read instead' : 'The version before it was read instead';
      return { value, notice: `${basename(path)} is damaged (${current.reason}); ${kept}. ${instead}.` };
    },
    save(value) {
      if (waiting !== undefined) {
        const { done } = waiting;
        waiting = { value, done };
        return done;
      }
      const done = queue.then(async () => {
        const next = waiting;
        waiting = undefined;
        if (next !== undefined) await write(next.value);
      });
      waiting = { value, done };
      queue = done.catch(() => undefined);
      return done;
    },
  };
}
