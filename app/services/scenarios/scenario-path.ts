import { realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { ContractError } from '../../contract/errors.ts';

const ENDINGS = /\.(ya?ml|json)$/i;
/** What no file system of ours takes, or what a name must not hide. */
const FORBIDDEN = /[\\:*?"<>|\p{Cc}]/u;

export const isScenarioName = (name: string): boolean => ENDINGS.test(name) && !name.startsWith('.');

/** Refuses what is no path of a scenario below the folder. @throws ContractError 'bad-params' */
function checkPath(path: string): void {
  const refuse = (why: string): never => {
    throw new ContractError('bad-params', `${JSON.stringify(path)} is no path of a scenario: ${why}.`);
  };
  const parts = path.split('/');
  if (FORBIDDEN.test(path)) refuse('a character in it is not allowed in file names');
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    refuse('every part of it needs a name, and none may lead upwards');
  if (parts.some((part) => part.startsWith('.'))) refuse('names that begin with a dot are hidden');
  if (parts.some((part) => part.length > 120 || part !== part.trim()))
    refuse('a part of it is too long, or begins or ends with a space');
  if (!ENDINGS.test(path)) refuse('it must end in .yaml, .yml or .json');
}

/**
 * Where a path of the contract is on the disk. Nothing leads out of the folder: neither the path nor a symbolic link on its way.
 * @throws ContractError 'bad-params'
 */
export async function resolveScenario(folder: string, path: string): Promise<string> {
  checkPath(path);
  const full = join(folder, ...path.split('/'));
  const root = await realpath(folder);
  const real = await nearestReal(full);
  if (real !== root && !real.startsWith(root + sep))
    throw new ContractError('bad-params', `${path} leads out of the folder of scenarios by a symbolic link.`);
  return full;
}

/** The real path of the nearest that exists: the file itself, or a folder it will be in. */
async function nearestReal(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const parent = dirname(path);
    if (!isMissing || parent === path) throw error;
    return nearestReal(parent);
  }
}
