import { closest, meantHint } from './closest-word.ts';
import { durationMs } from '../schema/duration.ts';
import type { Actor, Scenario } from '../schema/scenario.ts';
import { checkTexts } from './check-texts.ts';
import { filesOf } from './compile-call.ts';
import { strayStarts } from './program-matches.ts';
import { compileSteps } from './compile-steps.ts';
import type { Complain } from './complain.ts';
import { compileDatasets } from './datasets/compile-datasets.ts';
import { allRows, type ProgramDataset } from './datasets/cursor.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { ActorProgram, Program, RegistrationProgram } from './program.ts';
import { NO_FILES, type ReadFile } from './read-file.ts';
import { pathText, type Source } from './source.ts';
import { compileNodes } from './nodes/compile-nodes.ts';
import type { NodeRules } from './nodes/node-rules.ts';
import { complainTo, inOrder, readScenario } from './read-scenario.ts';
import { complainOfTransport } from './transport-checks.ts';

export type Compiled =
  | { readonly isValid: true; readonly program: Program; readonly warnings: readonly Diagnostic[] }
  | { readonly isValid: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Makes a program of a scenario file. Everything that can be known before it runs is checked here: structure, words, expressions, labels,
 * points of `sync`, datasets; each finding has its line and column.
 * @param readFile - gives the files that it names.
 * @param nodeRules - what is known of nodes; without it their options are taken as they are.
 * @param parsed - the text, where it is parsed already.
 */
export function compile(
  text: string,
  readFile: ReadFile = NO_FILES,
  nodeRules?: NodeRules,
  parsed?: Source,
): Compiled {
  const read = readScenario(text, parsed);
  if (!read.isValid) return read;
  const { scenario, source } = read;
  const diagnostics: Diagnostic[] = [...read.warnings];
  const complain = complainTo(diagnostics, source);
  const files = filesOf(readFile);
  const datasets = compileDatasets(scenario.datasets, readFile, complain);
  const columns = new Map(datasets.map((dataset) => [dataset.name, dataset.columns]));
  checkNames(scenario, complain);
  checkTexts(scenario.variables, ['variables'], columns, complain);
  const nodes = compileNodes(scenario, columns, nodeRules, complain);
  const runs = runsOf(scenario, datasets, complain);
  const actors = Object.entries(scenario.actors).map(([name, actor]): ActorProgram => {
    const { steps, ...appearance } = actor;
    checkTexts(appearance, ['actors', name], columns, complain);
    const instructions = compileSteps(steps, ['actors', name, 'steps'], {
      source,
      complain,
      actor: name,
      columns,
      files,
    });
    return {
      name,
      actor,
      instructions,
      registration: registrationOf(name, actor, source),
      acknowledgesByHand: instructions.some(
        (i) => i.op === 'send' && 'method' in i.what && !('status' in i.what) && i.what.method === 'ACK',
      ),
    };
  });
  for (const { name, actor, instructions } of actors)
    complainOfTransport(name, actor, instructions, complain);
  const meetings = meetingsOf(actors);
  for (const [point, members] of meetings)
    if (members.size === 1)
      for (const { name, instructions } of actors)
        for (const { op, step, ...rest } of instructions)
          if (op === 'sync' && 'point' in rest && rest.point === point)
            diagnostics.push({
              severity: 'error',
              message: `only ${name} comes to ${point}: another actor needs the same sync`,
              path: step.id,
              line: step.line,
              column: step.column,
            });
  for (const { step, since, ids } of strayStarts(actors)) {
    const { id: path, line, column } = step;
    const message = `there is no step with the id ${since}${meantHint(closest(since, ids))}`;
    diagnostics.push({ severity: 'error', message, path, line, column });
  }
  if (diagnostics.some(({ severity }) => severity === 'error'))
    return { isValid: false, diagnostics: inOrder(diagnostics) };
  const { name, description = '', variables, timeout, expectedFailure } = scenario;
  return {
    isValid: true,
    warnings: inOrder(diagnostics),
    program: {
      name,
      description,
      variables,
      datasets,
      runs,
      timeoutMs: durationMs(timeout),
      expectedFailure,
      nodes,
      firstNode: Object.keys(scenario.nodes)[0],
      actors,
      meetings,
    },
  };
}

/** A dataset and a node have names that nothing else has. */
function checkNames({ datasets, nodes, variables, actors }: Scenario, complain: Complain): void {
  for (const [of, named] of Object.entries({ datasets, nodes }))
    for (const name of Object.keys(named)) {
      const isDataset = of === 'nodes' && name in datasets;
      const other =
        name in variables ? 'a variable' : name in actors ? 'an actor' : isDataset ? 'a dataset' : undefined;
      if (other !== undefined)
        complain([of, name], `${name} is ${other} too: call one of them otherwise`, true);
    }
}

function registrationOf(
  name: string,
  { registration }: Actor,
  source: Source,
): RegistrationProgram | undefined {
  if (registration === undefined) return undefined;
  const path = ['actors', name, 'registration'];
  const step = { id: pathText(path), title: 'registration', ...source.placeOf(path, true) };
  return {
    step,
    expiresSec: registration.expires,
    registrar: registration.registrar,
    headers: registration.headers,
  };
}

function runsOf(
  { runs, datasets: named }: Scenario,
  datasets: readonly ProgramDataset[],
  complain: Complain,
): number {
  if (runs === 'all' && Object.keys(named).length === 0)
    complain(['runs'], 'there is no dataset whose rows could be counted: give a number');
  const count = runs === 'all' ? allRows(datasets) : runs;
  for (const { name, use, rows } of datasets)
    if (use === 'unique' && rows.length < count)
      complain(
        ['datasets', name],
        `${name} has ${rows.length} rows, each is used once, and there are ${count} runs`,
        true,
      );
  return count;
}

function meetingsOf(actors: readonly ActorProgram[]): Map<string, Set<string>> {
  const meetings = new Map<string, Set<string>>();
  for (const { name, instructions } of actors)
    for (const instruction of instructions)
      if (instruction.op === 'sync')
        meetings.set(instruction.point, (meetings.get(instruction.point) ?? new Set()).add(name));
  return meetings;
}
