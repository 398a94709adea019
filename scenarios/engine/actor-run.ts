import type { SipMessage } from '../../stack/message/message.ts';
import type { ActorMessages } from './actor-messages.ts';
import { ActorRegistration } from './actor-registration.ts';
import type { Arrival } from './arrival.ts';
import { ExpressionError } from './expression.ts';
import { execute, isWait, type SendRaw, type Wait } from './executors.ts';
import { Inbox } from './inbox.ts';
import type {
  ActorFault,
  ActorProgram,
  CompiledMatch,
  Instruction,
  RegistrationProgram,
  StepInfo,
} from './program.ts';
import type { Scope } from './scope.ts';
import type { StepResult } from './verdict.ts';

/** What an actor needs of the run around it. */
export interface ActorHost {
  readonly timeoutMs: number;
  /** Names of the run. */
  readonly scope: Scope;
  readonly now: () => number;
  readonly setTimer: (delayMs: number | undefined) => void;
  /** The timer of the registration, which runs beside that of the steps. */
  readonly setRegistrationTimer: (delayMs: number | undefined) => void;
  readonly report: (result: Omit<StepResult, 'actor' | 'atMs'>) => void;
  /** An actor has come to a point; true when all have. */
  readonly meet: (point: string) => boolean;
  readonly sendRaw: SendRaw;
  readonly fault: (fault: ActorFault) => void;
  readonly disconnect: () => void;
  readonly took: (message: SipMessage, step: StepInfo) => void;
  /** Whether it has to wait before the step until it is released. */
  readonly holds: () => boolean;
  /** When a step of any actor was over last; undefined when it was not yet. */
  readonly endedAtMs: (stepId: string) => number | undefined;
}

/** Most instructions in a row without a message or a timer: a `goto` in a circle is an error, not a hang. */
const MAX_IN_A_ROW = 100_000;

/** One actor on its way through its instructions. Deterministic: what it does depends on what it is told alone. */
export class ActorRun {
  readonly name: string;
  readonly messages: ActorMessages;
  readonly #program: readonly Instruction[];
  readonly #host: ActorHost;
  #at = 0;
  #state: 'running' | 'done' | 'failed' = 'running';
  /** The step it is held before. */
  #held: StepInfo | undefined;
  /** Id of the step of the last instruction: the instructions of one step are not told apart. */
  #lastStep: string | undefined;
  #wait: Wait | undefined;
  #waitSinceMs = 0;
  readonly #inbox: Inbox;
  /** Connections that are gone and that no step has asked for yet. */
  #losses = 0;
  readonly #rounds = new Map<string, number>();
  /** What the actor alone knows: its round. */
  readonly #own: Scope;
  /** Of the scenarios that are called, the innermost last. */
  #frames: readonly Scope[] = [];

  /** Kept alive beside the steps. */
  readonly #registration: ActorRegistration | undefined;
  /** The steps may begin. */
  #mayBegin = true;

  constructor({ name, instructions, registration }: ActorProgram, messages: ActorMessages, host: ActorHost) {
    this.name = name;
    this.#program = instructions;
    this.messages = messages;
    this.#host = host;
    this.#own = host.scope.inner();
    this.#inbox = new Inbox({
      messages,
      wait: () => this.#wait,
      startOf: (match) => this.#startOf(match),
      scope: () => this.#scope,
      took: host.took,
      pass: (wait, to = this.#at + 1) => {
        this.#pass(wait, to);
      },
      fail: (wait, reason, hint) => {
        this.#fail(wait, reason, hint);
      },
    });
    if (registration !== undefined) {
      this.#mayBegin = false;
      this.#registration = this.#register(registration);
    }
  }

  get #scope(): Scope {
    return this.#frames.at(-1) ?? this.#own;
  }

  get state(): 'running' | 'done' | 'failed' {
    return this.#state;
  }

  /** Where it stands: the step it carries out or waits in. */
  get step(): StepInfo | undefined {
    return this.#program[this.#at]?.step;
  }

  /** The step it is held before; it goes on when it is released. */
  get held(): StepInfo | undefined {
    return this.#held;
  }

  start(): void {
    this.#registration?.begin();
    this.#advance();
  }

  release(): void {
    if (this.#held === undefined) return;
    this.#lastStep = this.#held.id;
    this.#held = undefined;
    this.#advance();
  }

  /** Leaves nothing open: calls, requests, the registration. */
  end(): void {
    this.messages.cleanUp(this.#host.scope);
    this.#registration?.end();
  }

  /** A response that comes when the run is over. */
  onLateResponse(message: SipMessage, request: number): void {
    if (this.#registration?.owns(request) === true) this.#registration.onResponse(message, request);
    else this.messages.learnLate(message, request, this.#host.scope);
  }

  onRegistrationTimer(): void {
    this.#registration?.onTimer();
  }

  onRequest(message: SipMessage, transaction: string | undefined): void {
    this.#arrive({ message, transaction, request: undefined, atMs: this.#host.now() });
  }

  onResponse(message: SipMessage, request: number): void {
    if (this.#registration?.owns(request) === true) {
      this.#registration.onResponse(message, request);
      this.#advance();
      return;
    }
    if (this.messages.learn(message, request)) return;
    this.#arrive({ message, request, transaction: undefined, atMs: this.#host.now() });
  }

  /** Octets came that came before. */
  onRepeated(message: SipMessage): void {
    if (this.#state === 'running') this.#inbox.repeated(message);
  }

  onUnanswered(request: number, reason: string): void {
    if (this.#registration?.owns(request) === true) this.#registration.onUnanswered(reason);
    else if (this.#wait?.op === 'gather') this.#fail(this.#wait, reason);
    // Who says what is done when nothing comes is not told that nothing will.
    else if (this.#wait?.op === 'expect' && this.#wait.onTimeout === undefined)
      this.#fail(this.#wait, reason);
  }

  onTimer(): void {
    const wait = this.#wait;
    if (wait === undefined || this.#state !== 'running') return;
    if (wait.op === 'wait' || wait.op === 'none') this.#pass(wait, this.#at + 1);
    else if (wait.op === 'disconnected')
      this.#fail(wait, 'expected the loss of a connection, and none was lost in time');
    else if (wait.op === 'expect' && wait.onTimeout !== undefined)
      this.#pass(wait, wait.onTimeout.to, `nothing came in ${wait.onTimeout.afterMs} ms`);
    else if (wait.op !== 'sync') this.#fail(wait, this.#inbox.missing(wait));
    this.#advance();
  }

  /** A connection is gone. */
  onDisconnected(): void {
    this.#losses++;
    this.#takeLoss();
    this.#advance();
  }

  #takeLoss(): void {
    if (this.#wait?.op !== 'disconnected' || this.#losses === 0) return;
    this.#losses--;
    this.#pass(this.#wait, this.#at + 1);
  }

  /** Every actor has come to the point. */
  onMet(point: string): void {
    if (this.#wait?.op !== 'sync' || this.#wait.point !== point) return;
    this.#pass(this.#wait, this.#at + 1);
    this.#advance();
  }

  #arrive(arrival: Arrival): void {
    if (this.#state !== 'running') return;
    this.#inbox.add(arrival);
    this.#advance();
  }

  #advance(): void {
    if (this.#held !== undefined) return;
    for (let n = 0; this.#mayBegin && this.#state === 'running' && this.#wait === undefined; n++) {
      const instruction = this.#program[this.#at];
      if (instruction === undefined) {
        this.#state = 'done';
        this.#host.setTimer(undefined);
        return;
      }
      if (this.#stopsBefore(instruction)) return;
      if (n > MAX_IN_A_ROW)
        return this.#fail(instruction, 'the steps go round in a circle without waiting for anything');
      try {
        if (isWait(instruction)) this.#begin(instruction);
        else this.#execute(instruction);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        this.#fail(instruction, error.message);
      }
    }
  }

  #stopsBefore({ op, step }: Instruction): boolean {
    const isSame = step.id === this.#lastStep;
    this.#lastStep = step.id;
    // These lead to steps and are none.
    if (isSame || op === 'jump' || op === 'round' || op === 'leave' || !this.#host.holds()) return false;
    this.#held = step;
    this.#host.setTimer(undefined);
    return true;
  }

  #execute(instruction: Exclude<Instruction, Wait>): void {
    this.#waitSinceMs = this.#host.now();
    execute(instruction, {
      messages: this.messages,
      scope: this.#scope,
      rounds: this.#rounds,
      sendRaw: this.#host.sendRaw,
      fault: this.#host.fault,
      disconnect: this.#host.disconnect,
      declare: (name, value) => {
        this.#own.declare(name, value);
      },
      enter: (frame) => {
        this.#frames = [...this.#frames, frame];
      },
      leave: () => {
        this.#frames = this.#frames.slice(0, -1);
      },
      pass: (said) => {
        this.#pass(instruction, this.#at + 1, said);
      },
      fail: (reason) => {
        this.#fail(instruction, reason);
      },
      goTo: (at) => {
        this.#at = at;
      },
      goOn: () => {
        this.#at++;
      },
    });
  }

  #begin(wait: Wait): void {
    this.#wait = wait;
    this.#waitSinceMs = this.#host.now();
    this.#inbox.begin();
    if (wait.op === 'sync') {
      this.#host.setTimer(undefined);
      if (this.#host.meet(wait.point) && this.#wait === wait) this.#pass(wait, this.#at + 1);
      return;
    }
    this.#host.setTimer(this.#timeOf(wait));
    this.#takeLoss();
    this.#inbox.look();
  }

  #timeOf(wait: Exclude<Wait, { op: 'sync' }>): number {
    if (wait.op === 'wait') return wait.ms;
    if (wait.op === 'none') return wait.forMs;
    if (wait.op === 'disconnected') return wait.withinMs ?? this.#host.timeoutMs;
    if (wait.op === 'expect' && wait.onTimeout !== undefined) return wait.onTimeout.afterMs;
    const matches = wait.op === 'expect' ? wait.choices.map(({ match }) => match) : wait.matches;
    return Math.max(...matches.map((match) => this.#timeFor(match)));
  }

  /** What counts from another step is judged when it comes: that step may be over once more until then. */
  #timeFor({ withinMs, since }: CompiledMatch): number {
    return since === undefined && withinMs !== undefined ? withinMs : this.#host.timeoutMs;
  }

  #startOf({ since }: CompiledMatch): number | undefined {
    return since === undefined ? this.#waitSinceMs : this.#host.endedAtMs(since);
  }

  #register(program: RegistrationProgram): ActorRegistration {
    const { now, setRegistrationTimer: setTimer, report } = this.#host;
    return new ActorRegistration(program, {
      messages: this.messages,
      scope: this.#own,
      now,
      setTimer,
      report,
      onBound: () => {
        this.#mayBegin = true;
      },
      onRefused: () => {
        this.#giveUp();
      },
    });
  }

  #pass({ step }: Instruction, to: number, said?: string): void {
    this.#wait = undefined;
    this.#at = to;
    this.#host.report({
      step,
      outcome: 'pass',
      tookMs: this.#host.now() - this.#waitSinceMs,
      ...(said !== undefined && { said }),
    });
  }

  #fail({ step }: Instruction, reason: string, hint?: string): void {
    this.#giveUp();
    const tookMs = this.#host.now() - this.#waitSinceMs;
    this.#host.report({ step, outcome: 'fail', tookMs, reason, ...(hint !== undefined && { hint }) });
  }

  #giveUp(): void {
    this.#wait = undefined;
    this.#state = 'failed';
    this.#host.setTimer(undefined);
  }
}
