import { Scenario } from '../schema/scenario.ts';
import type { Complain } from './complain.ts';
import type { Diagnostic } from './diagnostic.ts';
import { isSiphonRs, readSiphonRs } from './siphon-rs/read-steps.ts';
import { upgradeSiphonRs } from './siphon-rs/upgrade.ts';
import { pathText, readSource, type Source } from './source.ts';
import { sentencesOf } from './zod-sentences.ts';

/** A file whose structure is that of a scenario; its steps are not looked at yet. */
export type ScenarioText =
  | {
      readonly isValid: true;
      readonly scenario: Scenario;
      readonly source: Source;
      readonly warnings: readonly Diagnostic[];
    }
  | { readonly isValid: false; readonly diagnostics: readonly Diagnostic[] };

/** Reads the YAML or JSON of a scenario; one of siphon-rs is upgraded, and what is found in it has its place there. */
export function readScenario(text: string, source = readSource(text)): ScenarioText {
  if (source.errors.length > 0) return { isValid: false, diagnostics: source.errors };
  return isSiphonRs(source.value) ? upgraded(source) : checked(source, []);
}

function upgraded(source: Source): ScenarioText {
  const diagnostics: Diagnostic[] = [];
  const complain = complainTo(diagnostics, source);
  const read = readSiphonRs(source.value);
  if (!read.isValid) {
    for (const { path, message, isAtKey } of read.problems) complain(path, message, isAtKey);
    return { isValid: false, diagnostics: inOrder(diagnostics) };
  }
  for (const { path, message, isAtKey } of read.warnings)
    complain(path, message, isAtKey, { severity: 'warning' });
  const { value, pathBefore } = upgradeSiphonRs(read.file, read.steps);
  const placeOf: Source['placeOf'] = (path, isKey) => source.placeOf(pathBefore(path), isKey);
  return checked({ ...source, value, placeOf }, diagnostics);
}

function checked(source: Source, warnings: readonly Diagnostic[]): ScenarioText {
  const result = Scenario.safeParse(source.value);
  if (result.success) return { isValid: true, scenario: result.data, source, warnings };
  const diagnostics: Diagnostic[] = [];
  const complain = complainTo(diagnostics, source);
  for (const { path, message, isAtKey } of sentencesOf(result.error, Scenario))
    complain(path, message, isAtKey);
  return { isValid: false, diagnostics: inOrder(diagnostics) };
}

/** Adds findings to a list, each at its place. */
export const complainTo =
  (diagnostics: Diagnostic[], source: Source): Complain =>
  (path, message, isAtKey, traits) => {
    const place = source.placeOf(path, isAtKey);
    diagnostics.push({ severity: 'error', path: pathText(path), message, ...place, ...traits });
  };

export const inOrder = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  [...diagnostics].sort((a, b) => a.line - b.line || a.column - b.column);
