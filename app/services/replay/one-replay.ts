import type { CredentialStore } from '../../../stack/auth/credential-store.ts';
import type { Clock } from '../../../stack/core/clock.ts';
import type { Ids } from '../../../stack/core/ids.ts';
import type { Target, Transport } from '../../../stack/transport/transport.ts';
import { Gate } from '../../../scenarios/engine/gate.ts';
import { RunTrace } from '../../../scenarios/engine/run-trace.ts';
import type { Verdict } from '../../../scenarios/engine/verdict.ts';
import type { RecordedLane } from '../../../scenarios/replay/lanes.ts';
import type { ReplayPlan } from '../../../scenarios/replay/plan.ts';
import { replay, replayName, type Pace, type ReplayView } from '../../../scenarios/replay/replay.ts';
import type { Replay, ReplayArrow } from '../../contract/replay.ts';
import { type Captor, RunRecording } from '../scenarios/run-recording.ts';
import { createThrottle } from '../throttle.ts';
import { originalArrows, replayedArrows } from './replay-arrows.ts';

const TELL_EVERY_MS = 100;
/** Long ladders are compared and told less often. */
const TELL_LATER_MS_A_MESSAGE = 1;

export interface ReplayMeans {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly newId: () => string;
  readonly bind: (lane: RecordedLane) => Promise<Transport>;
  readonly record: (batch: ArrayBuffer, captor: Captor) => void;
  readonly onChanged: (replay: Replay) => void;
}

export interface ReplayOrder {
  readonly plan: ReplayPlan;
  readonly target: Target;
  /** For a person to read. */
  readonly targetText: string;
  readonly pace: Pace;
  readonly credentials: CredentialStore | undefined;
  readonly timeoutMs: number | undefined;
}

/** A replay over real sockets, from its start on. */
export class OneReplay {
  readonly id: string;
  readonly gate = new Gate();
  readonly #order: ReplayOrder;
  readonly #original: ReplayArrow[];
  readonly #controller = new AbortController();
  readonly #over: Promise<void>;
  #view: (() => ReplayView) | undefined;
  #isHeld = false;
  #last: ReplayView | undefined;
  #verdict: Verdict | undefined;

  constructor({ clock, ids, newId, bind, record, onChanged }: ReplayMeans, order: ReplayOrder) {
    this.id = newId();
    this.#order = order;
    const { plan, target, pace, credentials, timeoutMs } = order;
    this.#original = originalArrows(plan);
    const recording = new RunRecording({ id: `replay-${this.id}`, name: replayName(plan) }, record);
    const throttle = createThrottle(
      clock,
      () => TELL_EVERY_MS + plan.messages.length * TELL_LATER_MS_A_MESSAGE,
      () => {
        recording.flush();
        onChanged(this.snapshot());
      },
    );
    const trace = new RunTrace({
      onMessage: (message) => {
        recording.add(message, clock.now());
        throttle.request();
      },
    });
    this.#over = replay(plan, {
      clock,
      ids,
      target,
      pace,
      gate: this.gate,
      credentials,
      timeoutMs,
      signal: this.#controller.signal,
      trace,
      bind,
      onProgress: (view) => {
        this.#view = view;
        this.#isHeld = this.gate.held.length > 0;
        throttle.request();
      },
    }).then(({ verdict, comparison }) => {
      throttle.dispose();
      this.#verdict = verdict;
      this.#isHeld = false;
      this.#view = undefined;
      this.#last = comparison && { comparison, held: undefined, awaited: undefined };
      recording.flush();
      onChanged(this.snapshot());
    });
  }

  get isOver(): boolean {
    return this.#verdict !== undefined;
  }

  /** A message waits to be let go. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  async stop(): Promise<void> {
    this.#controller.abort();
    await this.#over;
  }

  snapshot(): Replay {
    const { plan, targetText } = this.#order;
    const view = this.#view?.() ?? this.#last;
    const verdict = this.#verdict;
    return {
      id: this.id,
      name: replayName(plan),
      state: verdict !== undefined ? 'ended' : view?.held !== undefined ? 'held' : 'running',
      played: plan.lanes.map(({ name }) => name),
      target: targetText,
      original: this.#original,
      replayed: view === undefined ? [] : replayedArrows(view.comparison),
      rows: (view?.comparison.rows ?? plan.messages.map(pendingRow)).map(
        ({ original, replayed, difference, sentences }) => ({
          ...(original !== undefined && { original }),
          ...(replayed !== undefined && { replayed }),
          difference,
          sentences: [...sentences],
        }),
      ),
      differences: [...(view?.comparison.differences ?? [])],
      ...(view?.held !== undefined && { held: view.held }),
      ...(view?.awaited !== undefined && { awaited: view.awaited }),
      ...(verdict !== undefined && {
        verdict: {
          outcome: verdict.outcome,
          ...(verdict.reason !== undefined && { reason: verdict.reason }),
          tookMs: verdict.tookMs,
        },
      }),
    };
  }
}

const pendingRow = (_: unknown, original: number) =>
  ({ original, replayed: undefined, difference: 'pending', sentences: [] }) as const;
