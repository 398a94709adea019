import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { ReadFile } from '../../../scenarios/engine/read-file.ts';
import { fileReason } from './file-reason.ts';

/** Larger files are refused: rows of a dataset are kept in memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads the files that a scenario names. A scenario may come from a stranger and sends what it reads over the network, so only those are read
 * that stand below its own folder or below `root`, wherever symbolic links lead.
 * @param scenario - path of the scenario's file.
 * @param root - the folder a person works in.
 */
export function readBeside(scenario: string, root: string): ReadFile {
  const folder = dirname(resolve(scenario));
  return (path) => {
    try {
      const real = realpathSync(join(folder, path));
      const isInside = [folder, root].some((allowed) => isBelow(real, realpathSync(allowed)));
      if (!isInside || path.startsWith('/'))
        return { reason: `it is neither below the folder of the scenario nor below ${root}` };
      if (statSync(real).size > MAX_BYTES) return { reason: `it is larger than ${MAX_BYTES / 2 ** 20} MiB` };
      return { text: readFileSync(real, 'utf8') };
    } catch (error) {
      return { reason: fileReason(error) };
    }
  };
}

const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
