import { allRows, drawRows } from '../../../scenarios/engine/datasets/cursor.ts';
import { Gate } from '../../../scenarios/engine/gate.ts';
import { Generators } from '../../../scenarios/engine/generators.ts';
import type { StartNode } from '../../../scenarios/engine/nodes/node-port.ts';
import type { Program } from '../../../scenarios/engine/program.ts';
import type { Verdict } from '../../../scenarios/engine/verdict.ts';
import type { Clock } from '../../../stack/core/clock.ts';
import type { Ids } from '../../../stack/core/ids.ts';
import type { Hashes } from '../../../stack/auth/hashes.ts';
import type { Resolver } from '../../../stack/resolver/resolver.ts';
import type { Transport } from '../../../stack/transport/transport.ts';
import type { Actor } from '../../../scenarios/schema/scenario.ts';
import { ContractError } from '../../contract/errors.ts';
import type { RunRow, ScenarioRun } from '../../contract/scenario-run.ts';
import { createThrottle } from '../throttle.ts';
import { RunPass } from './run-pass.ts';
import type { Captor } from './run-recording.ts';

/** How many runs are remembered. */
const MAX_RUNS = 20;
/** Of the rows that did not pass so many keep their steps and messages. */
const MAX_KEPT_ROWS = 50;
/** Each row is told with every change: more of them are for the command line. */
const MAX_ROWS = 10_000;
const TELL_EVERY_MS = 100;
/** A run with many messages or rows is told less often: each time it is told whole. */
const TELL_LATER_MS_EACH = 0.5;
/** Worst first. */
const SEVERITY: readonly Verdict['outcome'][] = ['stopped', 'error', 'fail', 'pass'];

export interface RunsOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hashes: Hashes;
  readonly resolver: Resolver;
  readonly newId: () => string;
  /** Opens the socket of an actor. @param path - of its scenario, whose folder holds the files of its TLS. @throws TransportError */
  readonly bind: (actor: Actor, path: string) => Promise<Transport>;
  /** Starts the nodes of a scenario. @param path - of the scenario, whose folder holds the files that they name. */
  readonly startNode: (path: string) => StartNode;
  /** Takes what crosses the sockets of the actors and nodes, for Traffic. */
  readonly record: (batch: ArrayBuffer, captor: Captor) => void;
  readonly onRan: (run: ScenarioRun) => void;
}

export interface RunOrder {
  readonly path: string;
  readonly program: Program;
  readonly variables: Readonly<Record<string, string | number | boolean>>;
  readonly isDebugged: boolean;
  /** Once for each row of the datasets, not once with the first of each. */
  readonly isForAllRows: boolean;
}

/** Scenarios that run over real sockets, and those that ran. */
export class Runs {
  readonly #options: RunsOptions;
  /** Newest last. */
  readonly #runs = new Map<string, OneRun>();

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  /** @throws ContractError 'invalid-config' */
  start(order: RunOrder): ScenarioRun {
    if (order.isForAllRows) checkRows(order.program);
    const one = new OneRun(this.#options, order);
    this.#runs.set(one.id, one);
    for (const [id, { isOver }] of this.#runs) {
      if (this.#runs.size <= MAX_RUNS) break;
      if (isOver) this.#runs.delete(id);
    }
    return one.snapshot();
  }

  /** Newest first. */
  list(): readonly ScenarioRun[] {
    return [...this.#runs.values()].reverse().map((one) => one.snapshot());
  }

  /** @param row - number of the row that is to be seen, of a run of several. @throws ContractError 'not-found' */
  read(id: string, row?: number): ScenarioRun {
    return this.#run(id).snapshot(row);
  }

  /** @throws ContractError 'not-found' */
  async stop(id: string): Promise<ScenarioRun> {
    const one = this.#run(id);
    await one.stop();
    return one.snapshot();
  }

  /** @throws ContractError 'not-found' | 'conflict' */
  step(id: string, actor: string | undefined): ScenarioRun {
    const one = this.#run(id);
    if (one.gate?.step(actor) !== true)
      throw new ContractError(
        'conflict',
        `${actor ?? 'No actor'} is${actor === undefined ? '' : ' not'} held before a step.`,
      );
    return one.snapshot();
  }

  /** @throws ContractError 'not-found' | 'conflict' */
  continue(id: string): ScenarioRun {
    const one = this.#run(id);
    if (one.gate === undefined || one.isOver)
      throw new ContractError('conflict', 'This run is not under the debugger.');
    one.gate.open();
    return one.snapshot();
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((one) => one.stop()));
  }

  #run(id: string): OneRun {
    const one = this.#runs.get(id);
    if (one === undefined)
      throw new ContractError('not-found', 'There is no such run: only the last ones are kept.');
    return one;
  }
}

class OneRun {
  readonly id: string;
  readonly gate: Gate | undefined;
  readonly #order: RunOrder;
  readonly #startedAtMs: number;
  readonly #controller = new AbortController();
  readonly #over: Promise<void>;
  /** How many rows it has; undefined when it is played once. */
  readonly #total: number | undefined;
  /** Those that are over, in order. */
  readonly #rows: RunRow[] = [];
  /** By the number of the row: the pass that is on, and those that did not pass. */
  readonly #passes = new Map<number, RunPass>();
  #verdict: ScenarioRun['verdict'];

  constructor(options: RunsOptions, order: RunOrder) {
    this.id = options.newId();
    this.#order = order;
    this.#startedAtMs = options.clock.wallMs();
    this.gate = order.isDebugged ? new Gate() : undefined;
    this.#total = order.isForAllRows ? allRows(order.program.datasets) : undefined;
    this.#over = this.#play(options);
  }

  get isOver(): boolean {
    return this.#verdict !== undefined;
  }

  async stop(): Promise<void> {
    this.#controller.abort();
    await this.#over;
  }

  /**
   * @param row - whose steps and messages are told; without it those of the row that is on, and at the end of the first that did not pass.
   * @throws ContractError 'not-found'
   */
  snapshot(row?: number): ScenarioRun {
    const { path, program } = this.#order;
    const kept = [...this.#passes.keys()];
    const shown = row ?? (this.isOver ? kept[0] : kept.at(-1)) ?? 1;
    const pass = this.#passes.get(shown);
    if (pass === undefined)
      throw new ContractError('not-found', `Nothing is kept of row ${shown}: it passed, or is none.`);
    const view = pass.view();
    return {
      id: this.id,
      path,
      name: program.name,
      startedAtMs: this.#startedAtMs,
      state: this.isOver ? 'ended' : view.paused.length > 0 ? 'paused' : 'running',
      ...view,
      ...(this.#total !== undefined && {
        series: { total: this.#total, rows: [...this.#rows], kept, shown },
      }),
      ...(this.#verdict !== undefined && { verdict: this.#verdict }),
    };
  }

  async #play(options: RunsOptions): Promise<void> {
    const { clock, ids, onRan, bind, startNode, record } = options;
    const { program, path, variables } = this.#order;
    let pass: RunPass | undefined;
    const throttle = createThrottle(
      clock,
      () => TELL_EVERY_MS + ((pass?.messageCount ?? 0) + this.#rows.length) * TELL_LATER_MS_EACH,
      () => {
        pass?.flush();
        onRan(this.snapshot());
      },
    );
    const generators = new Generators(ids);
    for (const rows of drawRows(program.datasets, ids, this.#total ?? 1)) {
      const number = this.#rows.length + 1;
      pass = new RunPass({
        ...options,
        program,
        generators,
        variables,
        rows,
        gate: this.gate,
        signal: this.#controller.signal,
        captor: { id: `run-${this.id}`, name: program.name },
        bind: (actor) => bind(actor, path),
        startNode: startNode(path),
        record,
        onProgress: () => {
          throttle.request();
        },
      });
      this.#passes.set(number, pass);
      const verdict = await pass.over;
      this.#rows.push(pass.row(number, verdict));
      if (verdict.outcome === 'stopped' || number === this.#total) break;
      if (this.#total !== undefined && (verdict.outcome === 'pass' || number > MAX_KEPT_ROWS))
        this.#passes.delete(number);
    }
    throttle.dispose();
    this.#end();
    onRan(this.snapshot());
  }

  #end(): void {
    const last = this.#rows.at(-1);
    // What passed last is of interest only where nothing else is.
    if (last?.outcome === 'pass' && this.#passes.size > 1) this.#passes.delete(last.number);
    const tookMs = this.#rows.reduce((sum, row) => sum + row.tookMs, 0);
    const worst = SEVERITY.flatMap((outcome) => this.#rows.find((row) => row.outcome === outcome) ?? [])[0];
    this.#verdict = {
      outcome: worst?.outcome ?? 'pass',
      tookMs,
      ...(worst?.reason !== undefined && { reason: worst.reason }),
    };
  }
}

/** @throws ContractError 'invalid-config' */
function checkRows({ datasets }: Program): void {
  const rows = allRows(datasets);
  const why =
    datasets.length === 0
      ? 'it has no dataset whose rows could be counted'
      : rows > MAX_ROWS
        ? `its datasets have ${rows} rows, and the workbench takes ${MAX_ROWS}: sipctl run --runs all takes any number`
        : undefined;
  if (why !== undefined)
    throw new ContractError('invalid-config', `It cannot be run for all rows: ${why}.`, { diagnostics: [] });
}
