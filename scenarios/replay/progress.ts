import type { StepResult } from '../engine/verdict.ts';
import { stepTitle, type ReplayPlan, type ReplayStep } from './plan.ts';

/** `open` has its turn to come, `skipped` has no place any more after what went otherwise. */
export type StepState = 'open' | 'done' | 'different' | 'missing' | 'skipped';

/** How far a replay is. */
export class Progress {
  readonly #plan: ReplayPlan;
  readonly #states: StepState[];
  readonly #reasons = new Map<ReplayStep, string>();
  readonly #times = new Map<ReplayStep, number>();
  readonly #places: ReadonlyMap<ReplayStep, number>;

  constructor(plan: ReplayPlan) {
    this.#plan = plan;
    this.#states = plan.steps.map(() => 'open');
    this.#places = new Map(plan.steps.map((step, at) => [step, at]));
  }

  /** The first step whose turn it is; undefined at the end. */
  get next(): ReplayStep | undefined {
    const at = this.#states.indexOf('open');
    return at < 0 ? undefined : this.#plan.steps[at];
  }

  get open(): readonly ReplayStep[] {
    return this.#plan.steps.filter((_, at) => this.#states[at] === 'open');
  }

  isOpen(step: ReplayStep): boolean {
    return this.#states[this.#places.get(step) ?? -1] === 'open';
  }

  settle(step: ReplayStep, state: Exclude<StepState, 'open'>, atMs: number, reason?: string): void {
    const place = this.#places.get(step);
    if (place === undefined || this.#states[place] !== 'open') return;
    this.#states[place] = state;
    this.#times.set(step, atMs);
    if (reason !== undefined) this.#reasons.set(step, reason);
  }

  /** How each step went, for reports. Times are since the replay began. */
  results(): readonly StepResult[] {
    return this.#plan.steps.flatMap((step, at): StepResult[] => {
      const state = this.#states[at];
      if (state === undefined || state === 'open') return [];
      const reason = this.#reasons.get(step);
      return [
        {
          actor: step.lane.name,
          step: stepInfo(step),
          outcome: state === 'done' ? 'pass' : 'fail',
          atMs: this.#times.get(step) ?? 0,
          tookMs: 0,
          ...(reason !== undefined && { reason }),
        },
      ];
    });
  }
}

/** A step as reports name it: its line is the number of its message in the original ladder. */
export const stepInfo = (step: ReplayStep) => ({
  id: stepId(step),
  title: `${step.kind === 'send' ? 'send' : 'expect'} ${stepTitle(step)}`,
  line: step.at + 1,
  column: 1,
});

/** `message 3` */
export const stepId = (step: ReplayStep): string => `message ${step.at + 1}`;
