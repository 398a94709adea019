import { Option } from 'commander';
import { usageError } from '../io.ts';
import { repeated } from '../subcommand.ts';
import { sipUri } from '../target.ts';

/** With what a scenario is run. */
export interface VariableFlags {
  readonly env?: string;
  readonly target?: string;
  readonly set?: readonly string[];
}

export const setOption = (): Option =>
  new Option('--set <NAME=VALUE>', 'Set a variable; repeatable.').argParser(repeated);

/** The variables that flags set. @throws CliError 2 */
export function variablesOf({ target, set = [] }: VariableFlags): Readonly<Record<string, string>> {
  const given = set.map((text) => {
    const [, name, value] = /^([A-Za-z_]\w*)=([^]*)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) throw usageError(`--set ${text}: expected NAME=VALUE`);
    return [name, value] as const;
  });
  return { ...(target !== undefined && { target: sipUri(target).text }), ...Object.fromEntries(given) };
}
