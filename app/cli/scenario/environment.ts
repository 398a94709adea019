import { Option } from 'commander';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  ENVIRONMENTS_FILE,
  readEnvironments,
  type ScenarioEnvironment,
} from '../../../scenarios/engine/environments/read-environments.ts';
import { fileReason } from '../../services/storage/file-reason.ts';
import { closest } from '../../contract/closest.ts';
import { usageError } from '../io.ts';
import { harmless } from '../printable.ts';
import { diagnosticLine } from './read-scenario.ts';

type Variables = ScenarioEnvironment['variables'];

export const envOption = (): Option =>
  new Option(
    '--env <NAME>',
    `Take the variables of an environment: a name of ${ENVIRONMENTS_FILE}, which stands beside the scenario or in a folder above it. --target and --set win.`,
  );

/** The variables of an environment. @param scenario - path of the file that is run, `-` for standard input. @throws CliError 2 */
export async function environmentVariables(name: string | undefined, scenario: string): Promise<Variables> {
  if (name === undefined) return {};
  const start = scenario === '-' ? resolve('.') : dirname(resolve(scenario));
  const found = await nearest(start);
  if (found === undefined)
    throw usageError(`--env ${name}: there is no ${ENVIRONMENTS_FILE} beside ${scenario}, nor above it`);
  const { environments, diagnostics } = readEnvironments(found.text);
  if (diagnostics.length > 0)
    throw usageError(
      diagnostics.map((diagnostic) => harmless(diagnosticLine(found.file, diagnostic))).join('\n'),
    );
  const environment = environments.find((one) => one.name === name);
  if (environment !== undefined) return environment.variables;
  const names = environments.map((one) => one.name);
  const meant = closest(name, names);
  const hint = meant === undefined ? `; there are ${names.join(', ')}` : `; did you mean ${meant}?`;
  throw usageError(`--env ${name}: ${found.file} has no such environment${names.length === 0 ? '' : hint}`);
}

async function nearest(
  folder: string,
): Promise<{ readonly file: string; readonly text: string } | undefined> {
  const file = join(folder, ENVIRONMENTS_FILE);
  try {
    return { file, text: await readFile(file, 'utf8') };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing) throw usageError(`${file}: ${fileReason(error)}`);
    const above = dirname(folder);
    return above === folder ? undefined : nearest(above);
  }
}
