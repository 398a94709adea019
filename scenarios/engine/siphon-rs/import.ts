import type { Diagnostic } from '../diagnostic.ts';
import { prettyYaml } from '../pretty-yaml.ts';
import { readScenario } from '../read-scenario.ts';
import { readSource } from '../source.ts';
import { isSiphonRs, readSiphonRs } from './read-steps.ts';
import { upgradeSiphonRs } from './upgrade.ts';

/** A scenario of siphon-rs as a file of ours, or why it is none. */
export type ImportedSiphonRs =
  | { readonly isValid: true; readonly yaml: string; readonly warnings: readonly Diagnostic[] }
  | { readonly isValid: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Writes a scenario of siphon-rs in our language.
 * @param name - how reports call it: its file says nothing of that.
 */
export function importSiphonRs(text: string, name: string): ImportedSiphonRs {
  const read = readScenario(text);
  if (!read.isValid) return read;
  const { value } = readSource(text);
  const file = readSiphonRs(value);
  if (!isSiphonRs(value) || !file.isValid) {
    const message = 'this is a scenario of our own language already: sipctl run runs it as it is';
    return { isValid: false, diagnostics: [{ severity: 'error', path: '', line: 1, column: 1, message }] };
  }
  return {
    isValid: true,
    yaml: prettyYaml(upgradeSiphonRs(file.file, file.steps, name).value),
    warnings: read.warnings,
  };
}
