import * as z from 'zod';
import { method } from './define.ts';
import { Value } from './scenario-values.ts';
import { ScenarioDiagnostic } from './scenarios.ts';

export const EnvironmentName = z.string().max(60);

/** A named set of variables: a lab, a test system. */
export const Environment = z.object({ name: EnvironmentName, variables: z.record(z.string(), Value) });
export type Environment = z.infer<typeof Environment>;

/** The file of environments, which stands in the workspace folder of scenarios. */
export const EnvironmentsFile = z.object({
  /** Where it is, for a person to read. */
  file: z.string(),
  /** Empty when there is none yet. */
  text: z.string(),
  /** Which text the file holds; empty when there is none yet. */
  revision: z.string(),
  /** None when something is wrong with the text. */
  environments: z.array(Environment),
  diagnostics: z.array(ScenarioDiagnostic.pick({ line: true, column: true, message: true })),
});
export type EnvironmentsFile = z.infer<typeof EnvironmentsFile>;

export const environmentMethods = {
  'environments.read': method(
    z.object({}),
    EnvironmentsFile,
    'The environments that scenarios can be run in: named sets of variables.',
    { 'file-error': '' },
  ),
  'environments.save': method(
    z.object({ text: z.string().max(1_000_000), baseRevision: z.string().max(100) }),
    EnvironmentsFile,
    'Writes the file of environments whole.',
    {
      conflict: 'the file has changed on the disk; the data is an EnvironmentsFile of it',
      'invalid-config': 'the data is { diagnostics }',
      'file-error': '',
    },
  ),
};
