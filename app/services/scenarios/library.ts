import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { ContractError } from '../../contract/errors.ts';
import type { ScenarioTemplate } from '../../contract/scenarios.ts';
import { readBeside } from '../storage/read-beside.ts';
import type { ScenarioPlace } from './place.ts';

/** A build replaces LIBRARY_FOLDER by where it has put the library; from source it is where it is kept. */
declare const LIBRARY_FOLDER: string | undefined;
const shipped = (): string =>
  fileURLToPath(
    new URL(
      typeof LIBRARY_FOLDER === 'string' ? LIBRARY_FOLDER : '../../../scenarios/library/',
      import.meta.url,
    ),
  );

/** The scenarios that ship, to begin with. */
export interface Library {
  list(): Promise<readonly ScenarioTemplate[]>;
  /** @throws ContractError 'not-found' */
  text(path: string): Promise<string>;
  /** @throws ContractError 'not-found' */
  place(path: string): Promise<ScenarioPlace>;
}

export function createLibrary(folder = shipped()): Library {
  let read: Promise<ReadonlyMap<string, ScenarioTemplate & { readonly text: string }>> | undefined;
  const all = () => (read ??= readLibrary(folder));
  const text = async (path: string): Promise<string> => {
    const template = (await all()).get(path);
    if (template === undefined) throw new ContractError('not-found', `There is no template ${path}.`);
    return template.text;
  };
  return {
    list: async () =>
      [...(await all()).values()].map(({ path, name, description, group }) => ({
        path,
        name,
        description,
        group,
      })),
    text,
    place: async (path) => {
      await text(path);
      const file = join(folder, ...path.split('/'));
      return { folder: dirname(file), readFile: readBeside(file, folder) };
    },
  };
}

async function readLibrary(
  folder: string,
): Promise<ReadonlyMap<string, ScenarioTemplate & { readonly text: string }>> {
  const templates = new Map<string, ScenarioTemplate & { readonly text: string }>();
  for (const group of (await readdir(folder)).sort()) {
    if (group.includes('.')) continue;
    for (const file of (await readdir(join(folder, group))).sort()) {
      if (!file.endsWith('.yaml')) continue;
      const text = await readFile(join(folder, group, file), 'utf8');
      const { name, description = '' } = parse(text) as { name: string; description?: string };
      const path = `${group}/${file}`;
      templates.set(path, { path, name, description, group, text });
    }
  }
  return templates;
}
