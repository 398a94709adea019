import type { Clock } from '../core/clock.ts';
import type { Emitter } from '../core/emitter.ts';
import type { CompiledMachine, Step, TimerAction } from './fsm.ts';
import type { TimerEntry, TimerOwner, TimerQueues } from './timer-queues.ts';
import type { TimerKind, TimerRule } from './timers.ts';
import type { AnyTransaction, Fired, RunningTimer, Timing, TransactionFacts } from './types.ts';

/** What transactions share and whom they tell. */
export interface TransactionHost {
  readonly clock: Clock;
  readonly timing: Timing;
  /** Timers of transactions at work. */
  readonly timers: TimerQueues;
  /** Timers D, I, J, K, L and M of transactions that have done their work and absorb retransmissions. */
  readonly lingering: TimerQueues;
  /** Tells of every row that fires; while nobody listens a row costs one comparison. */
  readonly fired: Emitter<Fired>;
  /** The transaction has done its work. */
  retired(transaction: AnyTransaction): void;
  /** The transaction is over; called before its user hears of it. */
  ended(transaction: AnyTransaction): void;
}

/** The interpreter of the state machines: one transaction, its state and its timers. */
export abstract class Transaction<A extends string, H extends TransactionHost = TransactionHost>
  implements TimerOwner, AnyTransaction
{
  /** Branch, sent-by and method: unique among the transactions of its side. */
  abstract readonly id: string;
  abstract readonly side: 'client' | 'server';
  protected readonly host: H;
  readonly #machine: CompiledMachine<A>;
  readonly #isReliable: boolean;
  #state = 0;
  #isRetired = false;
  #resend: TimerEntry | undefined;
  #resendMs = 0;
  #giveUp: TimerEntry | undefined;
  #linger: TimerEntry | undefined;

  protected constructor(host: H, machine: CompiledMachine<A>, isReliable: boolean) {
    this.host = host;
    this.#machine = machine;
    this.#isReliable = isReliable;
  }

  /** The state under its RFC name, in lower case. */
  get state(): string {
    return this.#machine.states[this.#state] ?? '';
  }

  /** Nothing is owed any more: only retransmissions are absorbed until the last timer. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  get timers(): readonly RunningTimer[] {
    return [this.#resend, this.#giveUp, this.#linger].flatMap((entry): RunningTimer[] => {
      if (entry?.isRunning !== true) return [];
      const input = this.#machine.inputs[entry.input] ?? '';
      return [{ input, dueMs: entry.dueMs, delayMs: entry.queue.delayMs }];
    });
  }

  /** @returns whether the machine is in the state of that number. */
  protected isIn(state: number): boolean {
    return this.#state === state;
  }

  protected get isReliable(): boolean {
    return this.#isReliable;
  }

  protected get timing(): Timing {
    return this.host.timing;
  }

  /** Feeds the machine; what the state has no row for is ignored. */
  input(input: number): void {
    const machine = this.#machine;
    const row = machine.cells[this.#state * machine.inputs.length + input];
    if (row === undefined) return;
    const from = this.#state;
    this.#state = row.next;
    const isOver = row.next === machine.terminated;
    if (isOver) this.#end();
    if (this.host.fired.listenerCount > 0) this.#tell(from, row.input, row.rfc);
    const { steps } = row;
    for (const step of steps) this.#carryOut(step);
    if (isOver) this.terminated();
  }

  timerFired(input: number): void {
    this.input(input);
  }

  abstract facts(): TransactionFacts;

  /** Stops everything without a word to the user: systems are going down. */
  dispose(): void {
    this.#state = this.#machine.terminated;
    this.#stopAll();
  }

  /** Carries out an action that is not about timers. */
  protected abstract perform(action: Exclude<A, TimerAction>): void;

  /** Called when the first of the lingering timers starts. */
  protected abstract retire(): void;

  /** Starts the last timer. */
  protected linger(delayMs: number, input: number): void {
    this.#linger = this.host.lingering.start(delayMs, this, input);
  }

  /** Called once, after the last action. */
  protected abstract terminated(): void;

  #carryOut(step: Step<A>): void {
    switch (step.verb) {
      case 'perform':
        this.perform(step.action);
        return;
      case 'start':
        this.#start(step.timer, step.input, step.timer.firstMs(this.host.timing, this.#isReliable));
        return;
      case 'restart':
        this.#start(step.timer, step.input, step.timer.nextMs(this.host.timing, this.#resendMs));
        return;
      case 'restart-at-t2':
        this.#start(step.timer, step.input, this.host.timing.t2Ms);
        return;
      case 'stop':
        this.#stop(step.timer.kind);
        return;
      default:
        step satisfies never;
    }
  }

  #start({ kind }: TimerRule, input: number, delayMs: number | undefined): void {
    if (delayMs === undefined) return;
    this.#stop(kind);
    if (kind === 'resend') {
      this.#resendMs = delayMs;
      this.#resend = this.host.timers.start(delayMs, this, input);
    } else if (kind === 'give-up') {
      this.#giveUp = this.host.timers.start(delayMs, this, input);
    } else {
      this.linger(delayMs, input);
      this.#isRetired = true;
      this.retire();
      this.host.retired(this);
    }
  }

  #stop(kind: TimerKind): void {
    if (kind === 'resend') {
      this.#resend?.queue.remove(this.#resend);
      this.#resend = undefined;
    } else if (kind === 'give-up') {
      this.#giveUp?.queue.remove(this.#giveUp);
      this.#giveUp = undefined;
    } else {
      this.#linger?.queue.remove(this.#linger);
      this.#linger = undefined;
    }
  }

  #stopAll(): void {
    this.#stop('resend');
    this.#stop('give-up');
    this.#stop('linger');
  }

  #end(): void {
    this.#stopAll();
    this.host.ended(this);
  }

  #tell(from: number, input: string, rfc: string): void {
    const transition = {
      transactionId: this.id,
      from: this.#machine.states[from] ?? '',
      to: this.state,
      input,
      rfc,
      atMs: this.host.clock.now(),
    };
    this.host.fired.emit({ transaction: this, transition });
  }
}
