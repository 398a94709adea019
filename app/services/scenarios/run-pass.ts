import { formatAddress } from '../../../stack/core/address.ts';
import type { Clock } from '../../../stack/core/clock.ts';
import type { Hashes } from '../../../stack/auth/hashes.ts';
import type { Ids } from '../../../stack/core/ids.ts';
import type { Resolver } from '../../../stack/resolver/resolver.ts';
import type { Transport } from '../../../stack/transport/transport.ts';
import { type Exhausted, rowName, type Rows } from '../../../scenarios/engine/datasets/cursor.ts';
import type { Gate, RunView } from '../../../scenarios/engine/gate.ts';
import type { Generators } from '../../../scenarios/engine/generators.ts';
import type { StartNode } from '../../../scenarios/engine/nodes/node-port.ts';
import type { Program } from '../../../scenarios/engine/program.ts';
import { run } from '../../../scenarios/engine/run.ts';
import { RunTrace } from '../../../scenarios/engine/run-trace.ts';
import type { StepResult, Verdict } from '../../../scenarios/engine/verdict.ts';
import type { Actor } from '../../../scenarios/schema/scenario.ts';
import type { RunMessage, RunRow, RunStep, ScenarioRun } from '../../contract/scenario-run.ts';
import { runMessage } from './run-messages.ts';
import { type Captor, RunRecording } from './run-recording.ts';

/** The run view shows the first messages; Traffic has all. */
const MAX_MESSAGES = 1000;

export interface PassOptions {
  readonly program: Program;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hashes: Hashes;
  readonly resolver: Resolver;
  readonly generators: Generators;
  readonly variables: Readonly<Record<string, string | number | boolean>>;
  readonly rows: Rows | Exhausted;
  readonly signal: AbortSignal;
  readonly gate: Gate | undefined;
  /** Opens the socket of an actor. @throws TransportError */
  readonly bind: (actor: Actor) => Promise<Transport>;
  readonly startNode: StartNode;
  /** Takes what crosses the sockets of the actors and nodes, for Traffic. */
  readonly record: (batch: ArrayBuffer, captor: Captor) => void;
  readonly captor: Captor;
  readonly onProgress: () => void;
}

/** What a pass shows of itself. */
type PassView = Pick<ScenarioRun, 'paused' | 'steps' | 'messages' | 'variables' | 'dialogs'>;

/** A scenario that is played once, with one row of each of its datasets. */
export class RunPass {
  readonly over: Promise<Verdict>;
  readonly #rows: string;
  readonly #recording: RunRecording;
  readonly #steps: RunStep[] = [];
  readonly #messages: RunMessage[] = [];
  #view: RunView | undefined;
  #verdict: Verdict | undefined;

  constructor({ program, bind, startNode, record, captor, gate, onProgress, ...options }: PassOptions) {
    const { rows, clock } = options;
    this.#rows = 'reason' in rows ? '' : [...rows.values()].map(rowName).join('; ');
    this.#recording = new RunRecording(captor, record);
    /** Who speaks from an address: an actor, a node. */
    const names = new Map<string, string>();
    const trace = new RunTrace({
      onMessage: (message) => {
        this.#recording.add(message, clock.now());
        if (message.index < MAX_MESSAGES)
          this.#messages[message.index] = runMessage(message, (address) => names.get(formatAddress(address)));
        onProgress();
      },
    });
    this.over = run(program, {
      ...options,
      trace,
      ...(gate !== undefined && { gate }),
      bind: async (actor, name) => {
        const transport = await bind(actor);
        names.set(formatAddress(transport.local), name);
        return transport;
      },
      startNode: async (order) => {
        const node = await startNode(order);
        for (const { address } of node.listeners) names.set(formatAddress(address), order.name);
        return node;
      },
      onStep: (result) => this.#steps.push(runStep(result)),
      onProgress: (view) => {
        this.#view = view;
        onProgress();
      },
    }).then((verdict) => {
      this.#verdict = verdict;
      this.flush();
      return verdict;
    });
  }

  /** Hands the messages that wait over to Traffic. */
  flush(): void {
    this.#recording.flush();
  }

  get messageCount(): number {
    return this.#messages.length;
  }

  view(): PassView {
    const held = this.#verdict === undefined ? (this.#view?.held ?? []) : [];
    return {
      paused: held.map(({ actor, step: { id, line } }) => ({ actor, stepId: id, line })),
      steps: [...this.#steps],
      messages: [...this.#messages],
      variables: { ...(this.#verdict?.variables ?? this.#view?.variables) },
      dialogs: [...(this.#view?.dialogs ?? [])],
    };
  }

  /** How it went with its rows. @param number - of the pass, from 1. */
  row(number: number, { outcome, reason, tookMs }: Verdict): RunRow {
    return { number, name: this.#rows, outcome, tookMs, ...(reason !== undefined && { reason }) };
  }
}

const runStep = ({ actor, step: { id, title, line }, ...how }: StepResult): RunStep => ({
  id,
  actor,
  title,
  line,
  ...how,
});
