import { complainTo, inOrder } from '../read-scenario.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { readSource } from '../source.ts';
import { sentencesOf } from '../zod-sentences.ts';
import { Environments } from '../../schema/environments.ts';

/** Stands beside scenarios or in a folder above them; hidden, because it is no scenario. */
export const ENVIRONMENTS_FILE = '.environments.yaml';

/** Variables that belong together: of a lab, of a test system. */
export interface ScenarioEnvironment {
  readonly name: string;
  readonly variables: Readonly<Record<string, string | number | boolean>>;
}

/** What a file of environments says; none of them when something is wrong with it. */
export interface EnvironmentsText {
  readonly environments: readonly ScenarioEnvironment[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads YAML or JSON: names of environments, below each its variables.
 * @example
 * lab:
 *   target: sip:127.0.0.1:5060
 *   password: secret
 */
export function readEnvironments(text: string): EnvironmentsText {
  const source = readSource(text);
  if (source.errors.length > 0) return { environments: [], diagnostics: source.errors };
  const checked = Environments.safeParse(source.value ?? {});
  if (checked.success)
    return {
      environments: Object.entries(checked.data).map(([name, variables]) => ({
        name,
        variables: variables ?? {},
      })),
      diagnostics: [],
    };
  const diagnostics: Diagnostic[] = [];
  const complain = complainTo(diagnostics, source);
  for (const { path, message, isAtKey } of sentencesOf(checked.error, Environments))
    complain(path, message, isAtKey);
  return { environments: [], diagnostics: inOrder(diagnostics) };
}
