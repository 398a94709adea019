import { randomUUID } from 'node:crypto';
import type { RecordableHistogram } from 'node:perf_hooks';
import { compile } from '../../scenarios/engine/compile.ts';
import type { Program } from '../../scenarios/engine/program.ts';
import { ExpressionError } from '../../scenarios/engine/expression.ts';
import { Generators } from '../../scenarios/engine/generators.ts';
import { NodeError } from '../../scenarios/engine/nodes/node-port.ts';
import { type Nodes, startNodes } from '../../scenarios/engine/nodes/start-nodes.ts';
import { Scope } from '../../scenarios/engine/scope.ts';
import { fromTexts } from '../../scenarios/engine/read-file.ts';
import { LoadBook } from '../../scenarios/load/book.ts';
import type { CallTimes } from '../../scenarios/load/histogram.ts';
import type { LoadDelta } from '../../scenarios/load/load-runner.ts';
import { createRandomIds } from '../../stack/core/node/random-ids.ts';
import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import { createIds } from '../../stack/core/seeded-ids.ts';
import { nodesInThreads } from '../servers/scenario-nodes/nodes-in-threads.ts';
import type { LoadPlan, LoadSnapshot } from '../contract/load.ts';
import { createTimes } from './call-times.ts';
import type { LoadOrders, ToLoadWorker } from './load-protocol.ts';
import { startLoadWorker, type LoadWorker } from './start-load-worker.ts';

export interface LoadOptions {
  /** The scenario, YAML or JSON. */
  readonly text: string;
  /** Texts of the files that it names, by their paths. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** Where the paths of its certificates begin. */
  readonly folder: string;
  /** A SIP URI: the variable `target`. */
  readonly target: string;
  readonly variables: Readonly<Record<string, string | number | boolean>>;
  readonly plan: LoadPlan;
  /** Of all identifiers; unpredictable ones when absent. */
  readonly seed?: string | undefined;
  readonly dnsServers?: readonly string[] | undefined;
  /** Hears how it stands, at most four times a second, and of the end. */
  readonly onSnapshot?: (snapshot: LoadSnapshot) => void;
}

export interface LoadHandle {
  readonly snapshot: LoadSnapshot;
  setRate(ratePerSec: number): void;
  /** Begins no more calls until `resume`; those that are on go on. */
  pause(): void;
  resume(): void;
  /** Begins no more calls, and ends when the last one is over. */
  drain(): void;
  /** Cancels or hangs up what is on, and ends. */
  stop(): Promise<LoadSnapshot>;
  /** Never rejects: what kept it from running is the `problem`. */
  readonly ended: Promise<LoadSnapshot>;
}

const SNAPSHOT_EVERY_MS = 250;

/** Runs a scenario many times, in threads of their own. */
export function startLoad(options: LoadOptions): LoadHandle {
  return new LoadRun(options);
}

class LoadRun implements LoadHandle {
  readonly ended: Promise<LoadSnapshot>;
  readonly #options: LoadOptions;
  readonly #id = randomUUID();
  readonly #name: string;
  readonly #book: LoadBook<RecordableHistogram>;
  readonly #program: Program | undefined;
  #workers: readonly LoadWorker[] = [];
  #nodes: Nodes | undefined;
  /** Of each worker the seconds that it told and that are not added up. */
  readonly #told: { delta: LoadDelta; times: CallTimes<RecordableHistogram>; taken: () => void }[][];
  #state: LoadSnapshot['state'] = 'starting';
  #startedAtMs = performance.now();
  #endedAtMs: number | undefined;
  #stoppedBecause: string | undefined;
  #problem: string | undefined;
  #setRatePerSec: number | undefined;
  #resolve: (snapshot: LoadSnapshot) => void = () => undefined;
  #beat: NodeJS.Timeout | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    const { text, files = {}, plan } = options;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#book = new LoadBook(createTimes, plan.stopWhen);
    const compiled = compile(text, fromTexts(files));
    this.#program = compiled.isValid ? compiled.program : undefined;
    this.#name = this.#program?.name ?? '';
    this.#problem = compiled.isValid
      ? (nodesProblem(compiled.program) ?? sharingProblem(compiled.program.actors, plan.workers))
      : problemOf(compiled);
    this.#told = Array.from({ length: plan.workers }, () => []);
    void this.#run();
  }

  get snapshot(): LoadSnapshot {
    const target = this.#options.target || (this.#program?.firstNode ?? '');
    const { figures } = this.#book;
    return {
      id: this.#id,
      name: this.#name,
      target,
      state: this.#state,
      elapsedSec: ((this.#endedAtMs ?? performance.now()) - this.#startedAtMs) / 1000,
      ...figures,
      failures: figures.failures.map((group) => ({ ...group, example: [...group.example] })),
      seconds: [...figures.seconds],
      ...(this.#setRatePerSec !== undefined && { ratePerSec: this.#setRatePerSec }),
      ...(this.#stoppedBecause !== undefined && { stoppedBecause: this.#stoppedBecause }),
      ...(this.#problem !== undefined && { problem: this.#problem }),
    };
  }

  setRate(ratePerSec: number): void {
    this.#setRatePerSec = ratePerSec;
    this.#tellAll({ kind: 'rate', ratePerSec });
  }

  pause(): void {
    if (this.#state === 'running') this.#goTo('paused', { kind: 'pause' });
  }

  resume(): void {
    if (this.#state === 'paused') this.#goTo('running', { kind: 'resume' });
  }

  drain(): void {
    if (this.#state === 'running' || this.#state === 'paused') this.#goTo('draining', { kind: 'drain' });
  }

  stop(): Promise<LoadSnapshot> {
    if (this.#state !== 'ended') {
      this.#state = 'draining';
      for (const worker of this.#workers) worker.stop(this.#book.figures.active);
    }
    return this.ended;
  }

  async #run(): Promise<void> {
    if (this.#problem === undefined && (this.#program?.nodes.length ?? 0) > 0) await this.#startNodes();
    // It may have been stopped meanwhile.
    if (this.#problem === undefined && this.#state === 'starting')
      this.#workers = this.#told.map((_, worker) => this.#startWorker(worker));
    const refusals = await Promise.all(this.#workers.map(({ ready }) => ready));
    this.#problem ??= refusals.find((refusal) => refusal !== undefined);
    this.#startedAtMs = performance.now();
    if (this.#problem !== undefined) void this.stop();
    else if (this.#state === 'starting') {
      this.#state = 'running';
      this.#tellAll({ kind: 'start' });
    }
    this.#beat = setInterval(() => this.#options.onSnapshot?.(this.snapshot), SNAPSHOT_EVERY_MS);
    const ends = await Promise.all(this.#workers.map(({ ended }) => ended));
    clearInterval(this.#beat);
    this.#problem ??= ends.find((problem) => problem !== undefined);
    this.#addUp(true);
    await this.#nodes?.stop();
    this.#state = 'ended';
    this.#endedAtMs = performance.now();
    this.#options.onSnapshot?.(this.snapshot);
    this.#resolve(this.snapshot);
  }

  /** The nodes of the scenario, once for all calls; what keeps one from starting is the problem of the run. */
  async #startNodes(): Promise<void> {
    const { folder, target, variables, seed, dnsServers } = this.#options;
    const program = this.#program;
    if (program === undefined) return;
    const ids = createIds(seed ?? createRandomIds().token(20));
    const scope = new Scope(new Generators(ids));
    scope.assign(given(variables, target));
    const clock = createSystemClock();
    const startNode = nodesInThreads({
      folder,
      seed,
      dnsServers,
      onCrashed: (name, reason) => {
        this.#problem ??= `The node ${name} crashed: ${reason}.`;
        void this.stop();
      },
    });
    try {
      this.#nodes = await startNodes({ program, startNode, clock, scope });
    } catch (error) {
      const isOurs = error instanceof NodeError || error instanceof ExpressionError;
      const { message } = error instanceof Error ? error : new Error(String(error));
      this.#problem = isOurs ? `${message.charAt(0).toUpperCase()}${message.slice(1)}.` : message;
    } finally {
      clock.dispose();
    }
  }

  #startWorker(worker: number): LoadWorker {
    const { text, files = {}, folder, target, variables, plan, seed, dnsServers } = this.#options;
    const { profile, limits, workers } = plan;
    const orders: LoadOrders = {
      text,
      files,
      folder,
      nodes: this.#nodes?.listeners ?? new Map(),
      variables:
        this.#nodes === undefined
          ? { ...variables, target }
          : { ...this.#nodes.variables, ...given(variables, target) },
      share: { profile, limits, worker, workers },
      seed,
      dnsServers,
    };
    return startLoadWorker(orders, (delta, times, taken) => {
      this.#told[worker]?.push({ delta, times, taken });
      this.#addUp(false);
    });
  }

  /** Closes each second of which every worker has told. */
  #addUp(isLast: boolean): void {
    while (
      isLast
        ? this.#told.some(({ length }) => length > 0)
        : this.#told.every(({ length }, worker) => length > 0 || this.#workers[worker]?.isOver === true)
    ) {
      const seconds = this.#told.flatMap((queue) => queue.splice(0, 1));
      if (seconds.length === 0) return;
      const atSec = Math.max(...seconds.map(({ delta }) => delta.atMs)) / 1000;
      const reason = this.#book.close(
        Math.round(atSec * 1000) / 1000,
        seconds.map(({ delta }) => delta),
        seconds.map(({ times }) => times),
      );
      for (const { taken } of seconds) taken();
      if (reason === undefined || this.#state === 'ended' || this.#stoppedBecause !== undefined) continue;
      this.#stoppedBecause = reason;
      void this.stop();
    }
  }

  #goTo(state: LoadSnapshot['state'], order: ToLoadWorker): void {
    this.#state = state;
    this.#tellAll(order);
  }

  #tellAll(order: ToLoadWorker): void {
    for (const worker of this.#workers) worker.tell(order);
  }
}

function problemOf({
  diagnostics: [first],
}: Extract<ReturnType<typeof compile>, { isValid: false }>): string {
  return first === undefined ? 'It is no scenario.' : `Line ${first.line}: ${first.message}.`;
}

/** The variables that whoever started the run gives; without a target a node is it. */
const given = (
  variables: LoadOptions['variables'],
  target: string,
): Readonly<Record<string, string | number | boolean>> => ({
  ...variables,
  ...(target !== '' && { target }),
});

function nodesProblem({ nodes }: Pick<Program, 'nodes'>): string | undefined {
  const node = nodes.find(({ actors }) => actors.length > 0);
  return node === undefined
    ? undefined
    : `The node ${node.name} is about the address of ${node.actors[0]}, and in a load run each thread has such an actor: give the node an address of your own.`;
}

function sharingProblem(
  actors: Extract<ReturnType<typeof compile>, { isValid: true }>['program']['actors'],
  workers: number,
): string | undefined {
  const fixed = actors.find(({ actor }) => !actor.listen.endsWith(':0'));
  return workers > 1 && fixed !== undefined
    ? `${fixed.name} listens at ${fixed.actor.listen}, which only one thread can: take one worker, or port 0.`
    : undefined;
}
