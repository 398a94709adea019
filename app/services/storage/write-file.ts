import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file so that its name shows the old content or the whole new one, never a part: into a file beside it, flushed to the disk, renamed.
 * @throws the error of the file system; nothing is left behind then.
 */
export async function writeFileWhole(
  path: string,
  chunks: Iterable<Uint8Array>,
  mode = 0o666,
): Promise<number> {
  const part = `${path}.${randomUUID().slice(0, 8)}.part`;
  let sizeBytes = 0;
  try {
    const file = await open(part, 'wx', mode);
    try {
      for (const chunk of chunks) {
        await file.writeFile(chunk);
        sizeBytes += chunk.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return sizeBytes;
}
