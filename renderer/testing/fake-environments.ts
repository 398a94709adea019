import type { EnvironmentsFile } from '../../app/contract/environments.ts';
import { ContractError } from '../../app/contract/errors.ts';
import type { Workbench } from '../../app/contract/workbench.ts';
import type { Handlers } from '../../app/rpc/types.ts';

/** The file of environments in memory; a language of names that end in a colon, `oops` is an error. */
export interface FakeEnvironments {
  readonly handlers: Pick<Handlers<Workbench>, 'environments.read' | 'environments.save'>;
  /** Somebody else writes the file. */
  readonly writeOutside: (text: string) => void;
}

function read(text: string): EnvironmentsFile {
  const at = text.split('\n').findIndex((line) => line.includes('oops'));
  const names = [...text.matchAll(/^(\w+):/gm)].map(([, name = '']) => name);
  return {
    file: '/home/me/scenarios/.environments.yaml',
    text,
    revision: text === '' ? '' : `r${String(text.length)}`,
    environments: at === -1 ? names.map((name) => ({ name, variables: {} })) : [],
    diagnostics: at === -1 ? [] : [{ line: at + 1, column: 1, message: 'expected a name' }],
  };
}

export function createFakeEnvironments(text = ''): FakeEnvironments {
  let file = read(text);
  return {
    handlers: {
      'environments.read': () => file,
      'environments.save': ({ text: typed, baseRevision }) => {
        if (baseRevision !== file.revision)
          throw new ContractError('conflict', '.environments.yaml was changed on the disk meanwhile.', file);
        const next = read(typed);
        const [first] = next.diagnostics;
        if (first !== undefined)
          throw new ContractError('invalid-config', `Line ${String(first.line)}: ${first.message}.`);
        return (file = next);
      },
    },
    writeOutside: (outside) => {
      file = read(outside);
    },
  };
}
