import type { OutlineStep, ScenarioEdit } from '../../../app/contract/scenarios.ts';

/** The lines of a step without its dash and indentation; undefined where a step is not written on lines of its own. */
export function stepYaml(text: string, step: OutlineStep): string | undefined {
  const lines = text.split('\n').slice(step.line - 1, step.endLine);
  const [first = '', ...rest] = lines;
  const dash = /^(\s*-\s+)(?=\S)/.exec(first)?.[1];
  if (dash === undefined) return undefined;
  const indented = rest.map((line) =>
    line.slice(0, dash.length).trim() === '' ? line.slice(dash.length) : line.trimStart(),
  );
  return [first.slice(dash.length), ...indented].join('\n').trimEnd();
}

/** The path of the list a step is in, and its place there: `actors.alice.steps` and 2. */
function placeOf(at: string): { readonly list: string; readonly index: number } | undefined {
  const [, list, index] = /^(.*)\[(\d+)\]$/.exec(at) ?? [];
  return list === undefined || index === undefined ? undefined : { list, index: Number(index) };
}

/** Puts steps in after the selected one of an actor: before its next neighbour, or at the end of the actor. */
export function insertAfter(
  steps: readonly OutlineStep[],
  selected: OutlineStep | undefined,
  actor: string,
  yaml: string,
): ScenarioEdit {
  const place = selected?.actor === actor ? placeOf(selected.at) : undefined;
  const next = place === undefined ? undefined : `${place.list}[${String(place.index + 1)}]`;
  const before = steps.some((step) => step.at === next) ? next : undefined;
  return { kind: 'insert', actor, yaml, ...(before === undefined ? {} : { before }) };
}

/** A step that is a word and one plain value: `wait: 1 s`. */
export interface PlainStep {
  readonly word: string;
  readonly value: string;
}

export function plainStep(yaml: string): PlainStep | undefined {
  const [, word, value] = /^(\w+): ([^\s#{}[\]&*!|>'"%@`][^#{}[\]'"\n]*)$/.exec(yaml) ?? [];
  return word === undefined || value === undefined ? undefined : { word, value };
}
