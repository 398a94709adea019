import { nodeHashes } from '../../stack/auth/node/hashes.ts';
import { createIds } from '../../stack/core/seeded-ids.ts';
import { createAgentLab, type AgentLab } from '../../stack/testing/agent-lab.ts';
import type { Actor } from '../schema/scenario.ts';
import { compile } from '../engine/compile.ts';
import type { Value } from '../engine/expression.ts';
import type { StartNode } from '../engine/nodes/node-port.ts';
import type { Program } from '../engine/program.ts';
import type { ReadFile } from '../engine/read-file.ts';
import { runRows, worstOf } from './run-rows.ts';
import type { RunTrace } from '../engine/run-trace.ts';
import type { Verdict } from '../engine/verdict.ts';

export interface InMemory {
  readonly lab?: AgentLab;
  readonly variables?: Readonly<Record<string, Value>>;
  readonly signal?: AbortSignal;
  /** Starts the nodes of the scenario. */
  readonly startNode?: StartNode;
  /** Takes what crosses the wires of the actors. */
  readonly trace?: RunTrace;
  /** What is run in place of the program of the text. */
  readonly change?: (program: Program) => Program;
  /** Gives the files that the scenario names. */
  readonly readFile?: ReadFile;
  /** In place of how often the scenario says. */
  readonly runs?: number;
  /** Hears of each run of a scenario that is run several times. */
  readonly onEnd?: (verdict: Verdict) => void;
}

/** Actors live at 10.1.0.1, 10.1.0.2 and so on, in the order of the file; those that listen on an IPv6 address at fd00::1, fd00::2. */
const hostOf = (index: number, listen: string): string =>
  listen.startsWith('[') ? `fd00::${index + 1}` : `10.1.0.${index + 1}`;

/** Runs a scenario over a network in memory, in virtual time: hours pass at once. Of several runs it gives the verdict of the worst. */
export async function runInMemory(text: string, options: InMemory = {}): Promise<Verdict> {
  const {
    lab = createAgentLab(),
    variables,
    signal,
    trace,
    readFile,
    runs,
    onEnd,
    change,
    startNode,
  } = options;
  const compiled = compile(text, readFile);
  if (!compiled.isValid)
    throw new Error(
      compiled.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`).join('\n'),
    );
  const names = compiled.program.actors.map(({ name }) => name);
  let verdict: Verdict | undefined;
  const whole = {
    clock: lab.clock,
    ids: createIds('scenario'),
    hashes: nodeHashes,
    bind: ({ transport, listen }: Actor, name: string) =>
      lab.network.bind(transport, { host: hostOf(names.indexOf(name), listen), port: 5060 }),
    ...(variables && { variables }),
    ...(signal && { signal }),
    ...(startNode && { startNode }),
    ...(trace && { trace }),
  };
  const running = runRows(change?.(compiled.program) ?? compiled.program, whole, runs, onEnd).then(
    (verdicts) => {
      verdict = worstOf(verdicts);
    },
  );
  await lab.clock.settle();
  for (let seconds = 0; verdict === undefined && seconds < 4000; seconds++)
    await lab.clock.advanceAsync(1000);
  if (verdict === undefined) throw new Error('the scenario has not ended within an hour of virtual time');
  await running;
  return verdict;
}
