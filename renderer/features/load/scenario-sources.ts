import type { Params, Result } from '../../../app/contract/define.ts';
import type { LoadStart } from '../../../app/contract/load.ts';
import type { Workbench } from '../../../app/contract/workbench.ts';

/*
 * Where the scenario of a run comes from: a file of the workspace, or one that is shipped.
 */

type Listed = Result<Workbench, 'scenarios.list'>;
export type ScenarioSources = Pick<Listed, 'files' | 'templates'>;

/** `file:calls/busy.yaml`, `template:calls/basic.yaml`. */
export type SourceId = `${'file' | 'template'}:${string}`;

export interface SourceOption {
  readonly id: SourceId;
  readonly label: string;
  readonly description: string;
}

/** The person's own files first. */
export function optionsOf({ files, templates }: ScenarioSources): readonly SourceOption[] {
  return [
    ...files
      .filter(({ name }) => name !== '')
      .map(({ path, name }): SourceOption => ({
        id: `file:${path}`,
        label: `${name} (${path})`,
        description: path,
      })),
    ...templates.map(({ path, name, group, description }): SourceOption => ({
      id: `template:${path}`,
      label: `${group}: ${name}`,
      description,
    })),
  ];
}

/** The shipped scenario that anybody would take first. */
const FIRST_CHOICE = 'calls/basic.yaml';

/** What was chosen, or what stands in for it when it is not there any more. */
export function chosenOf(options: readonly SourceOption[], wanted: string): SourceOption | undefined {
  return (
    options.find(({ id }) => id === wanted) ??
    options.find(({ id }) => id === `template:${FIRST_CHOICE}`) ??
    options[0]
  );
}

/** The part of the backend that reads scenarios. */
interface Reader {
  call<M extends 'scenarios.read' | 'scenarios.template'>(
    method: M,
    params: Params<Workbench, M>,
  ): Promise<Result<Workbench, M>>;
}

/** The text that a run plays: of a file, what was typed last. @throws ContractError */
export async function readSource(
  backend: Reader,
  id: SourceId,
): Promise<Required<Pick<LoadStart, 'text' | 'origin'>>> {
  const path = id.slice(id.indexOf(':') + 1);
  if (id.startsWith('template:')) {
    const { text } = await backend.call('scenarios.template', { path });
    return { text, origin: { kind: 'template', path } };
  }
  const { text, draft } = await backend.call('scenarios.read', { path });
  return { text: draft?.text ?? text, origin: { kind: 'file', path } };
}
