import { createHash } from 'node:crypto';
import type { writeFileWhole } from '../storage/write-file.ts';

/** Writes a file whole or not at all. */
export type WriteFile = typeof writeFileWhole;

/** Which text a file holds. */
export const revisionOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
