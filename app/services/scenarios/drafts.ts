import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { isMissing, type WriteFile } from './disk.ts';

const Draft = z.object({
  path: z.string(),
  text: z.string(),
  savedAtMs: z.number(),
  baseRevision: z.string(),
});
/** What was typed into a file and not saved. */
export type Draft = z.infer<typeof Draft>;

/** What was typed and not saved, a file for each, so that nothing that happens to one touches another. */
export interface Drafts {
  /**
   * Resolves when it is on the disk.
   * @param check - rejects when it must not be kept; asked when its turn has come.
   * @throws the error of the file system, or of `check`; the draft before it is still there then.
   */
  keep(draft: Draft, check?: () => Promise<void>): Promise<void>;
  read(path: string): Promise<Draft | undefined>;
  drop(path: string): Promise<void>;
  has(path: string, keys: ReadonlySet<string>): boolean;
  /** The drafts there are: hand it to `has` for many questions. */
  keys(): Promise<ReadonlySet<string>>;
  /** Those whose file is not one of `paths`. */
  orphans(paths: readonly string[], keys: ReadonlySet<string>): Promise<readonly Draft[]>;
}

const keyOf = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 32);

export function createDrafts(folder: string, write: WriteFile): Drafts {
  const fileOf = (key: string): string => join(folder, `${key}.json`);
  /** Writes of one draft follow each other: the last one typed is the one kept. */
  const queues = new Map<string, Promise<unknown>>();
  const inTurn = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const turn = (queues.get(key) ?? Promise.resolve()).then(work, work);
    queues.set(key, turn);
    try {
      return await turn;
    } finally {
      if (queues.get(key) === turn) queues.delete(key);
    }
  };
  const readKey = async (key: string): Promise<Draft | undefined> => {
    try {
      const parsed = Draft.safeParse(JSON.parse(await readFile(fileOf(key), 'utf8')));
      return parsed.success ? parsed.data : undefined;
    } catch (error) {
      if (isMissing(error) || error instanceof SyntaxError) return undefined;
      throw error;
    }
  };
  return {
    keep: (draft, check) =>
      inTurn(keyOf(draft.path), async () => {
        await check?.();
        await mkdir(folder, { recursive: true });
        await write(fileOf(keyOf(draft.path)), [new TextEncoder().encode(JSON.stringify(draft))], 0o600);
      }),
    read: (path) => readKey(keyOf(path)),
    drop: (path) => inTurn(keyOf(path), () => rm(fileOf(keyOf(path)), { force: true })),
    has: (path, keys) => keys.has(keyOf(path)),
    async keys() {
      try {
        const names = await readdir(folder);
        return new Set(names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5)));
      } catch (error) {
        if (isMissing(error)) return new Set<string>();
        throw error;
      }
    },
    async orphans(paths, keys) {
      const known = new Set(paths.map(keyOf));
      const drafts = await Promise.all([...keys].filter((key) => !known.has(key)).map(readKey));
      return drafts.filter((draft) => draft !== undefined);
    },
  };
}
