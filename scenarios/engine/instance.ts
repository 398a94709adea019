import type { Clock, Timer } from '../../stack/core/clock.ts';
import type { ActorWire } from './actor-wire.ts';
import type { Engine } from './engine.ts';
import type { Action, Event } from './events.ts';
import type { RunTrace } from './run-trace.ts';
import type { StepResult, Verdict } from './verdict.ts';

export interface InstanceOptions {
  readonly engine: Engine;
  readonly wires: ReadonlyMap<string, ActorWire>;
  readonly clock: Clock;
  readonly trace?: RunTrace | undefined;
  /** Hears of each step when it is over. */
  readonly onStep?: ((result: StepResult) => void) | undefined;
  /** After each event and what it led to. */
  readonly onTold?: (() => void) | undefined;
  readonly onVerdict: (verdict: Verdict) => void;
  /** After the verdict: nothing is open any more, or what is had its time. The wires are left. */
  readonly onOver: () => void;
}

/** How long what is open at the end may take to end. */
const GRACE_MS = 2000;

/** One run of a scenario: carries what happens to its engine, and what that wants to its wires. */
export class Instance {
  readonly #options: InstanceOptions;
  readonly #timers = new Map<string, Timer>();
  #told = 0;
  #isJudged = false;

  constructor(options: InstanceOptions) {
    this.#options = options;
  }

  tell(event: Event): void {
    const { engine, clock, onStep, onTold } = this.#options;
    for (const action of engine.step(event, clock.now())) this.#carryOut(action);
    const { results } = engine;
    if (onStep !== undefined) for (const result of results.slice(this.#told)) onStep(result);
    this.#told = results.length;
    const verdict = this.#isJudged ? undefined : engine.verdict;
    if (verdict !== undefined) this.#end(verdict);
    onTold?.();
  }

  #carryOut(action: Action): void {
    const { wires, clock, trace } = this.#options;
    const wire = wires.get(action.actor);
    switch (action.kind) {
      case 'request':
        return wire?.request(action);
      case 'respond':
        return wire?.respond(action);
      case 'raw':
        return wire?.raw(action);
      case 'disconnect':
        return wire?.disconnect();
      case 'fault':
        return wire?.fault(action.fault);
      case 'taken':
        return trace?.took(action.message.bytes, action.stepId);
      case 'timer': {
        const { actor, of, delayMs } = action;
        const key = `${of} ${actor}`;
        this.#timers.get(key)?.cancel();
        this.#timers.delete(key);
        if (delayMs !== undefined)
          this.#timers.set(
            key,
            clock.after(delayMs, () => this.tell({ kind: 'timer', actor, of })),
          );
        return;
      }
      default:
        action satisfies never;
    }
  }

  #end(verdict: Verdict): void {
    this.#isJudged = true;
    const { wires, clock, onVerdict, onOver } = this.#options;
    onVerdict(verdict);
    let busy = wires.size;
    const over = (): void => {
      grace.cancel();
      for (const wire of wires.values()) wire.leave();
      onOver();
    };
    const grace = clock.after(GRACE_MS, () => {
      busy = 0;
      over();
    });
    for (const wire of wires.values())
      wire.whenIdle(() => {
        if (--busy === 0) over();
      });
  }
}
