import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ENVIRONMENTS_FILE,
  readEnvironments,
} from '../../../scenarios/engine/environments/read-environments.ts';
import type { Environment, EnvironmentsFile } from '../../contract/environments.ts';
import { ContractError } from '../../contract/errors.ts';
import type { Params } from '../../contract/define.ts';
import type { Workbench } from '../../contract/workbench.ts';
import { fileReason } from '../storage/file-reason.ts';
import { isMissing, revisionOf, type WriteFile } from './disk.ts';

/** The environments of the workspace folder. */
export interface Environments {
  readonly handlers: {
    readonly 'environments.read': () => Promise<EnvironmentsFile>;
    readonly 'environments.save': (
      params: Params<Workbench, 'environments.save'>,
    ) => Promise<EnvironmentsFile>;
  };
  /** The variables of one, as the file says them now. @throws ContractError 'not-found' | 'invalid-config' | 'file-error' */
  variables(name: string | undefined): Promise<Environment['variables']>;
}

/** @param folder - the workspace folder of scenarios. */
export function createEnvironments(folder: string, write: WriteFile): Environments {
  const file = join(folder, ENVIRONMENTS_FILE);
  const told = (text: string, revision: string): EnvironmentsFile => {
    const { environments, diagnostics } = readEnvironments(text);
    return {
      file,
      text,
      revision,
      environments: [...environments],
      diagnostics: diagnostics.map(({ line, column, message }) => ({ line, column, message })),
    };
  };
  const refuse = (error: unknown): never => {
    throw new ContractError('file-error', `${ENVIRONMENTS_FILE}: ${fileReason(error)}.`);
  };
  const read = async (): Promise<EnvironmentsFile> => {
    try {
      const text = await readFile(file, 'utf8');
      return told(text, revisionOf(text));
    } catch (error) {
      return isMissing(error) ? told('', '') : refuse(error);
    }
  };

  return {
    handlers: {
      'environments.read': read,
      'environments.save': async ({ text, baseRevision }) => {
        const now = await read();
        if (now.revision !== baseRevision)
          throw new ContractError('conflict', `${ENVIRONMENTS_FILE} was changed on the disk meanwhile.`, now);
        const saved = told(text, revisionOf(text));
        const [first] = saved.diagnostics;
        if (first !== undefined)
          throw new ContractError('invalid-config', `Line ${first.line}: ${first.message}.`, {
            diagnostics: saved.diagnostics,
          });
        await mkdir(folder, { recursive: true })
          .then(() => write(file, [new TextEncoder().encode(text)]))
          .catch(refuse);
        return saved;
      },
    },
    variables: async (name) => {
      if (name === undefined) return {};
      const { environments, diagnostics } = await read();
      const [first] = diagnostics;
      if (first !== undefined)
        throw new ContractError(
          'invalid-config',
          `${ENVIRONMENTS_FILE}, line ${first.line}: ${first.message}.`,
        );
      const found = environments.find((one) => one.name === name);
      if (found === undefined)
        throw new ContractError(
          'not-found',
          `There is no environment ${name} in ${ENVIRONMENTS_FILE} any more.`,
        );
      return found.variables;
    },
  };
}
