import type { Scenario } from '../schema/scenario.ts';
import { durationMs } from '../schema/duration.ts';
import type { StepValue } from '../schema/steps.ts';
import { checkTexts } from './check-texts.ts';
import { closest, meantHint } from './closest-word.ts';
import type { Complain } from './complain.ts';
import type { Value } from './expression.ts';
import type { Instruction } from './program.ts';
import { joinedPath, type ReadFile } from './read-file.ts';
import { readScenario } from './read-scenario.ts';
import type { Path } from './source.ts';
import type { CalledFiles, StepContext } from './step-context.ts';
import type { Around, StepOutput } from './step-output.ts';

/** How deep scenarios may call each other. */
const MAX_DEPTH = 16;
/** Most calls: files that call each other twice are many soon. */
const MAX_CALLS = 300;

export const filesOf = (read: ReadFile): CalledFiles => ({
  read,
  current: '',
  chain: [],
  count: { calls: 0 },
});

type CompileSteps = (steps: readonly unknown[], path: Path, context: StepContext) => readonly Instruction[];

/** Puts the steps of another scenario in place of the step that calls it. What is wrong in there is said here, with its line there. */
export function compileCall(
  value: StepValue<'call'>,
  around: Around,
  out: StepOutput,
  context: StepContext,
  compileSteps: CompileSteps,
): void {
  const { file, actor: wanted, with: given = {} } = typeof value === 'string' ? { file: value } : value;
  const { files, columns, actor: caller } = context;
  const path = [...around.path, 'call'];
  const complain = (message: string): void => {
    context.complain(path, message);
  };
  const target = joinedPath(files.current, file);
  if (files.chain.includes(target)) {
    complain(`${file} calls itself: ${[...files.chain, target].join(' -> ')}`);
    return;
  }
  if (files.chain.length >= MAX_DEPTH) {
    complain(`scenarios call each other more than ${MAX_DEPTH} deep: ${files.chain.join(' -> ')}`);
    return;
  }
  if (++files.count.calls > MAX_CALLS) {
    if (files.count.calls === MAX_CALLS + 1) complain(`there are more than ${MAX_CALLS} calls of scenarios`);
    return;
  }
  const read = files.read(target);
  if ('reason' in read) {
    context.complain(path, `${file} cannot be read: ${read.reason}`, false, { isUnread: true });
    return;
  }
  const called = readScenario(read.text);
  if (!called.isValid) {
    const [first] = called.diagnostics;
    complain(`${file}, line ${first?.line ?? 1}: ${first?.message ?? ''}`);
    return;
  }
  const { scenario, source } = called;
  const whose = actorOf(scenario, wanted, caller);
  const actor = whose === undefined ? undefined : scenario.actors[whose];
  const defect =
    actor === undefined
      ? actorDefect(file, scenario, wanted)
      : (unusableIn(file, scenario) ?? unknownVariable(file, scenario, given));
  if (defect !== undefined || actor === undefined || whose === undefined) {
    complain(defect ?? '');
    return;
  }
  const complainThere: Complain = (inner, message, isAtKey, severity) => {
    const { line } = source.placeOf(inner, isAtKey);
    context.complain(path, `${file}, line ${line}: ${message}`, false, severity);
  };
  checkTexts(scenario.variables, ['variables'], columns, complainThere);
  const instructions = compileSteps(actor.steps, ['actors', whose, 'steps'], {
    source,
    columns,
    actor: caller,
    complain: complainThere,
    files: { ...files, current: target, chain: [...files.chain, target] },
    caller: around,
  });
  out.emit(around, { op: 'enter', own: scenario.variables, given });
  out.append(instructions.map((one) => timed(one, durationMs(scenario.timeout))));
  out.emit(around, { op: 'leave' });
}

/** The actor whose steps are meant: the one that is named, that is called like the caller, or the only one. */
function actorOf({ actors }: Scenario, wanted: string | undefined, caller: string): string | undefined {
  const names = Object.keys(actors);
  if (wanted !== undefined) return names.find((name) => name === wanted);
  return names.find((name) => name === caller) ?? (names.length === 1 ? names[0] : undefined);
}

function actorDefect(file: string, { actors }: Scenario, wanted: string | undefined): string {
  const names = Object.keys(actors);
  return wanted === undefined
    ? `${file} has the actors ${names.join(' and ')}: say whose steps are meant, such as { file: ${file}, actor: ${names[0] ?? ''} }`
    : `${file} has no actor ${wanted}; it has ${names.join(' and ')}`;
}

/** What a scenario that is called cannot bring with it. */
function unusableIn(file: string, { datasets, nodes, runs }: Scenario): string | undefined {
  if (Object.keys(datasets).length > 0)
    return `${file} has datasets, and a scenario that is called cannot bring its own: give it the columns as variables`;
  if (Object.keys(nodes).length > 0)
    return `${file} has nodes, and a scenario that is called cannot bring its own: name them in the file that calls it`;
  return runs === 1
    ? undefined
    : `${file} is to be run several times; a scenario that is called is done once`;
}

function unknownVariable(
  file: string,
  { variables }: Scenario,
  given: Readonly<Record<string, Value>>,
): string | undefined {
  const known = Object.keys(variables);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return undefined;
  return `${file} has no variable ${unknown}${meantHint(closest(unknown, known))}`;
}

/** Its steps wait as long as its file says, not as long as that of the caller. */
function timed(instruction: Instruction, timeoutMs: number): Instruction {
  const withTime = <T extends { readonly withinMs?: number | undefined }>(match: T): T => ({
    ...match,
    withinMs: match.withinMs ?? timeoutMs,
  });
  if (instruction.op === 'expect')
    return {
      ...instruction,
      choices: instruction.choices.map(({ match, to }) => ({ match: withTime(match), to })),
    };
  return instruction.op === 'gather'
    ? { ...instruction, matches: instruction.matches.map(withTime) }
    : instruction;
}
