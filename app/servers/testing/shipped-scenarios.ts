import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readBeside } from '../../services/storage/read-beside.ts';
import type { ServerConfigInput } from '../../contract/server-config.ts';
import { limitsOf } from '../limits.ts';
import { servingLab, type ServingLab } from './serving-lab.ts';
import { nodesInLab } from './nodes-in-lab.ts';
import { usersIn } from '../users.ts';
import { createAgentLab } from '../../../stack/testing/agent-lab.ts';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import type { ReadFile } from '../../../scenarios/engine/read-file.ts';
import { RunTrace, type RunMessage } from '../../../scenarios/engine/run-trace.ts';
import type { Verdict } from '../../../scenarios/engine/verdict.ts';
import { runInMemory } from '../../../scenarios/testing/run-in-memory.ts';

/** A mode of siphond that answers a scenario, with its users. */
export type Counterpart = ServerConfigInput & { readonly authUsers?: Readonly<Record<string, string>> };

/** A scenario file that ships, as far as what runs them all cares. */
export interface Shipped {
  /** Relative to its folder, with slashes. */
  readonly file: string;
  readonly text: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly counterpart: Counterpart | undefined;
  readonly expectedFailure: string | undefined;
  readonly actors: readonly string[];
  /** Gives the files that it names. */
  readonly readFile: ReadFile;
}

interface Written {
  readonly name: string;
  readonly description: string;
  readonly tags?: readonly string[];
  readonly counterpart?: Counterpart;
  readonly expectedFailure?: string;
  readonly actors: Readonly<Record<string, unknown>>;
}

/** Every scenario of a folder and the folders in it. */
export function shippedIn(folder: string): readonly Shipped[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const { tags = [], actors, counterpart, expectedFailure, ...rest } = parse(text) as Written;
      return {
        ...rest,
        tags,
        counterpart,
        expectedFailure,
        actors: Object.keys(actors),
        text,
        readFile: readBeside(join(folder, name), folder),
        file: name.replaceAll('\\', '/'),
      };
    });
}

export interface Ran {
  readonly verdict: Verdict;
  /** What crossed the wire of the counterpart. */
  readonly crossed: readonly CapturedMessage[];
  /** What crossed the wires of the actors. */
  readonly messages: readonly RunMessage[];
}

/** Runs a scenario in virtual time against its counterpart, or among its actors where it has none. */
export async function runShipped(
  { text, counterpart, readFile }: Pick<Shipped, 'text' | 'counterpart' | 'readFile'>,
  variables: Readonly<Record<string, string>> = counterpart === undefined ? {} : { target: 'sip:10.0.0.1' },
): Promise<Ran> {
  const trace = new RunTrace();
  if (counterpart === undefined) {
    const lab = createAgentLab();
    const startNode = nodesInLab(lab);
    const verdict = await runInMemory(text, { lab, variables, trace, readFile, startNode });
    return { verdict, crossed: [], messages: trace.messages };
  }
  const lab = counterpartLab(counterpart);
  try {
    const verdict = await runInMemory(text, { lab, variables, trace, readFile });
    return { verdict, crossed: lab.crossed, messages: trace.messages };
  } finally {
    await lab.close();
  }
}

/** The server that answers a scenario, at 10.0.0.1 over every transport. */
export function counterpartLab({ authUsers, ...config }: Counterpart): ServingLab {
  return servingLab(
    { ...config, ...(authUsers && { authUsers: 'users.json' }) },
    {
      limits: limitsOf(config.limit ?? []),
      ...(authUsers && { users: usersIn(authUsers, 'authUsers') }),
    },
    ['udp', 'tcp', 'tls', 'ws', 'wss'],
  );
}
