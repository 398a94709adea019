import { TIMERS, type TimerName, type TimerRule } from './timers.ts';

/** Actions on timers, carried out by the interpreter itself; a `restart` takes the timer's next interval. */
export type TimerAction = `${'start' | 'restart' | 'stop'}-timer-${TimerName}` | 'restart-timer-e-at-t2';

/** One cell of a state machine: what an input does in a state, and who says so. */
export interface Row<S extends string, A extends string> {
  readonly next: S;
  /** In the order they are carried out; reports to the user come last. */
  readonly actions: readonly A[];
  /** The section the row comes from: `RFC 3261 §17.1.1.2`. */
  readonly rfc: string;
}

/** A figure of the RFC as a table. A missing cell means: ignore the input and stay. */
export type Table<S extends string, I extends string, A extends string> = Readonly<
  Record<S, Readonly<Partial<Record<I, Row<S, A>>>>>
>;

/** An action ready to be carried out: one on a timer, or one the transaction performs. */
export type Step<A extends string> =
  | {
      readonly verb: 'start' | 'restart' | 'restart-at-t2' | 'stop';
      readonly timer: TimerRule;
      readonly input: number;
    }
  | { readonly verb: 'perform'; readonly action: Exclude<A, TimerAction> };

/** A row ready to be looked up: states are numbers. */
export interface CompiledRow<A extends string> {
  readonly input: string;
  readonly next: number;
  readonly steps: readonly Step<A>[];
  readonly rfc: string;
}

/** What the interpreter needs of a machine; states and inputs are indexes into its lists. */
export interface CompiledMachine<A extends string> {
  readonly name: string;
  /** The first state is the one before the start, the last one is `terminated`. */
  readonly states: readonly string[];
  readonly inputs: readonly string[];
  readonly terminated: number;
  /** The row of state `s` and input `i` is at `s * inputs.length + i`. */
  readonly cells: readonly (CompiledRow<A> | undefined)[];
}

export interface Machine<S extends string, I extends string, A extends string> extends CompiledMachine<A> {
  readonly states: readonly S[];
  readonly inputs: readonly I[];
  readonly table: Table<S, I, A>;
  /** The number of each input. */
  readonly input: Readonly<Record<I, number>>;
  /** The number of each state. */
  readonly state: Readonly<Record<S, number>>;
}

/** Turns a table into an array, so that a transition is one indexed load and allocates nothing. */
export function compile<S extends string, I extends string, A extends string>(
  name: string,
  states: readonly S[],
  inputs: readonly I[],
  table: Table<S, I, A>,
): Machine<S, I, A> {
  const state = numbered(states);
  const input = numbered(inputs);
  const step = (action: A): Step<A> => toStep(action, input);
  const cells = states.flatMap((from) =>
    inputs.map((given) => {
      const row = table[from][given];
      return row && { input: given, next: state[row.next], steps: row.actions.map(step), rfc: row.rfc };
    }),
  );
  return { name, states, inputs, table, cells, state, input, terminated: states.length - 1 };
}

const TIMER_ACTION = /^(start|restart|stop)-timer-(.+?)(-at-t2)?$/;

function toStep<A extends string>(action: A, input: Readonly<Record<string, number>>): Step<A> {
  const [, verb, timer, atT2] = TIMER_ACTION.exec(action) ?? [];
  if (verb === undefined || timer === undefined) {
    return { verb: 'perform', action: action as Exclude<A, TimerAction> };
  }
  const number = input[`timer-${timer}`];
  if (number === undefined) throw new Error(`${action}: the machine has no input timer-${timer}`);
  return {
    verb: atT2 === undefined ? (verb as 'start' | 'restart' | 'stop') : 'restart-at-t2',
    timer: TIMERS[timer as TimerName],
    input: number,
  };
}

function numbered<T extends string>(names: readonly T[]): Readonly<Record<T, number>> {
  return Object.fromEntries(names.map((name, index) => [name, index])) as Record<T, number>;
}
