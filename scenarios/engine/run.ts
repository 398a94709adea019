import { noticesRepeats } from './program-matches.ts';
import type { Hashes } from '../../stack/auth/hashes.ts';
import type { Clock } from '../../stack/core/clock.ts';
import type { Ids } from '../../stack/core/ids.ts';
import type { Resolver } from '../../stack/resolver/resolver.ts';
import type { Transport } from '../../stack/transport/transport.ts';
import type { Actor } from '../schema/scenario.ts';
import { tapped } from '../../stack/transport/tapped.ts';
import { faultsFor } from './actor-faults.ts';
import { ActorSocket } from './actor-socket.ts';
import { ActorWire } from './actor-wire.ts';
import { Engine, namesOf } from './engine.ts';
import { type Exhausted, rowName, type Rows, RowSource } from './datasets/cursor.ts';
import type { Event } from './events.ts';
import { ExpressionError, type Value } from './expression.ts';
import type { Gate, RunView } from './gate.ts';
import { Generators } from './generators.ts';
import { Instance } from './instance.ts';
import { NodeError, type StartNode } from './nodes/node-port.ts';
import { type Nodes, startNodes } from './nodes/start-nodes.ts';
import { PausableClock } from './pausable-clock.ts';
import type { Program } from './program.ts';
import type { RunTrace } from './run-trace.ts';
import { Scope } from './scope.ts';
import type { StepResult, Verdict } from './verdict.ts';

export interface RunOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hashes: Hashes;
  readonly resolver?: Resolver;
  /** Opens the socket of an actor. @throws what a transport throws when it cannot be bound. */
  readonly bind: (actor: Actor, name: string) => Transport | Promise<Transport>;
  /** Starts a node; a scenario with nodes cannot be run without it. */
  readonly startNode?: StartNode;
  readonly variables?: Readonly<Record<string, Value>>;
  /** The row of each dataset, as `drawRows` gives them; the first that it would give when left out. */
  readonly rows?: Rows | Exhausted;
  /** Shared by runs whose counters go on; its own when left out. */
  readonly generators?: Generators;
  /** Gives the run up: what is open is cancelled or ended, the verdict is `stopped`. */
  readonly signal?: AbortSignal;
  /** Hears of each step when it is over. */
  readonly onStep?: (result: StepResult) => void;
  /** Takes every message that crosses a socket of an actor, with the step that sent or took it. */
  readonly trace?: RunTrace;
  /** Holds actors before their steps, and time with them. */
  readonly gate?: Gate;
  /** Hears after everything that happens. */
  readonly onProgress?: (view: RunView) => void;
}

/** Runs a scenario over sockets, real or in memory. Never rejects: what keeps it from running is a verdict too. */
export async function run(program: Program, options: RunOptions): Promise<Verdict> {
  const { ids, hashes, resolver, variables, trace, gate, generators = new Generators(ids) } = options;
  const clock = gate === undefined ? options.clock : new PausableClock(options.clock);
  const rows = options.rows ?? new RowSource(program.datasets, ids).next();
  if ('reason' in rows) return couldNotRun(program.name, rows.reason);
  const wires = new Map<string, ActorWire>();
  const sockets: ActorSocket[] = [];
  let nodes: Nodes | undefined;
  let tell: (event: Event) => void = () => undefined;
  try {
    for (const one of program.actors) {
      const { name, actor } = one;
      const transport = await options.bind(actor, name);
      if (trace !== undefined)
        tapped(transport, clock, (message) => {
          // The socket knows nothing of a clock that stands still.
          trace.add(name, gate === undefined ? message : { ...message, atMs: clock.now() });
        });
      // Whatever comes is for the only run there is.
      const { serverName } = actor.tls ?? {};
      const claim = (): ActorWire | undefined => wires.get(name);
      const socket = new ActorSocket({
        transport,
        clock,
        ids,
        resolver,
        serverName,
        claim,
        faults: faultsFor(one, ids),
        noticesRepeats: noticesRepeats(one),
      });
      sockets.push(socket);
      wires.set(name, new ActorWire({ name, socket, clock, ids, trace, tell: (event) => tell(event) }));
    }
    const addresses = new Map([...wires].map(([name, { address }]) => [name, address]));
    const scope = new Scope(generators, new Map([...rows].map(([name, { values }]) => [name, values])));
    scope.assign({ ...namesOf(addresses), ...variables });
    nodes = await startNodes({ program, startNode: options.startNode, clock, trace, scope });
    const engine = new Engine(program, {
      ids,
      hashes,
      addresses,
      nodes: nodes.listeners,
      rows,
      generators,
      holds: () => gate !== undefined && !gate.isOpen,
      variables: { ...nodes.variables, ...variables },
    });
    return await drive(engine, wires, { ...options, clock }, (listen) => {
      tell = listen;
    });
  } catch (error) {
    return failedToRun(program.name, error, rows);
  } finally {
    await Promise.all([...sockets.map((socket) => socket.close()), nodes?.stop()]);
  }
}

function drive(
  engine: Engine,
  wires: ReadonlyMap<string, ActorWire>,
  { clock, signal, onStep, trace, gate, onProgress }: RunOptions,
  listen: (tell: (event: Event) => void) => void,
): Promise<Verdict> {
  let verdict: Verdict | undefined;
  let stop: () => void = () => undefined;
  return new Promise((resolve) => {
    const instance = new Instance({
      engine,
      wires,
      clock,
      trace,
      onStep,
      onTold: () => {
        if (clock instanceof PausableClock)
          if (engine.held.length > 0) clock.pause();
          else clock.resume();
        onProgress?.(engine);
      },
      onVerdict: (reached) => {
        verdict = reached;
        signal?.removeEventListener('abort', stop);
      },
      onOver: () => {
        if (verdict !== undefined) resolve(verdict);
      },
    });
    listen((event) => instance.tell(event));
    gate?.attach(
      () => engine.held,
      (actor) => instance.tell({ kind: 'release', actor }),
    );
    stop = () => instance.tell({ kind: 'stop' });
    signal?.addEventListener('abort', stop, { once: true });
    trace?.begin(clock.now());
    instance.tell({ kind: 'start' });
    if (signal?.aborted === true) stop();
  });
}

function failedToRun(scenario: string, error: unknown, rows: Rows): Verdict {
  const isOurs =
    error instanceof ExpressionError ||
    error instanceof NodeError ||
    (error instanceof Error && error.name === 'TransportError');
  if (!isOurs) throw error;
  return couldNotRun(scenario, [error.message, ...[...rows.values()].map(rowName)].join('; '));
}

/** The verdict of what never began. */
const couldNotRun = (scenario: string, reason: string): Verdict => ({
  scenario,
  outcome: 'error',
  reason,
  steps: [],
  tookMs: 0,
  variables: {},
});
