import type { SipMessage } from '../../stack/message/message.ts';
import type { ActorMessages } from './actor-messages.ts';
import { type Arrival, judge, missingText, unexpectedText } from './arrival.ts';
import type { ScenarioDialog } from './dialog.ts';
import type { Wait } from './executors.ts';
import { ExpressionError } from './expression.ts';
import { compare, titleOf } from './match.ts';
import type { CompiledMatch, StepInfo } from './program.ts';
import type { Scope } from './scope.ts';

/** A step that messages end. */
type MessageWait = Extract<Wait, { readonly op: 'expect' | 'gather' | 'none' }>;
/** A step that wants messages. */
type WantingWait = Exclude<MessageWait, { readonly op: 'none' }>;

/** What an inbox needs of its actor. */
export interface InboxHost {
  readonly messages: ActorMessages;
  /** What the actor waits in now; undefined when it waits in nothing. */
  readonly wait: () => Wait | undefined;
  /** From when on the time of a match counts; undefined when that has not come. */
  readonly startOf: (match: CompiledMatch) => number | undefined;
  /** Names as they are known now. */
  readonly scope: () => Scope;
  readonly took: (message: SipMessage, step: StepInfo) => void;
  /** The step is met. @param to - the instruction that comes then; the next one without it. */
  readonly pass: (wait: MessageWait, to?: number) => void;
  readonly fail: (wait: MessageWait, reason: string, hint?: string) => void;
}

const isForMessages = (wait: Wait | undefined): wait is MessageWait =>
  wait?.op === 'expect' || wait?.op === 'gather' || wait?.op === 'none';

/** Messages that came for an actor and that no step has taken yet, and what each is to the step that waits. */
export class Inbox {
  readonly #host: InboxHost;
  #arrivals: readonly Arrival[] = [];
  #gathered = new Set<CompiledMatch>();
  #nearest: string | undefined;
  /** A message passed over that was nearly the one: why it was not. */
  #nearMiss: string | undefined;

  constructor(host: InboxHost) {
    this.#host = host;
  }

  /** Another step waits. */
  begin(): void {
    this.#gathered = new Set();
    this.#nearest = this.#nearMiss = undefined;
  }

  add(arrival: Arrival): void {
    this.#arrivals = [...this.#arrivals, arrival];
    this.look();
  }

  /** Octets came again. */
  repeated(message: SipMessage): void {
    const wait = this.#host.wait();
    if (wait?.op !== 'none' || !wait.isOfRetransmissions) return;
    const { match } = wait;
    if (match !== undefined && !compare(match, message, this.#host.scope()).fits) return;
    this.#host.fail(wait, `expected no retransmission, and ${titleOf(message)} came again`);
  }

  /** Why the step is not met when its time is over. */
  missing(wait: WantingWait): string {
    const missing = this.#wanted(wait).map(({ title }) => title);
    return missingText(missing, wait.op, this.#nearMiss ?? this.#nearest);
  }

  /** Looks whether what came is what the step waits for. */
  look(): void {
    const { messages, wait: now } = this.#host;
    for (const arrival of this.#arrivals) {
      const wait = now();
      if (!isForMessages(wait)) return;
      const dialog = messages.dialog(wait.dialog);
      const belongs = this.#belongs(arrival, dialog);
      if (belongs === 'elsewhere') continue;
      try {
        if (wait.op !== 'none') this.#lookFor(wait, arrival, dialog, belongs);
        else if (!wait.isOfRetransmissions) this.#lookForNothing(wait, arrival, dialog);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        this.#fail(wait, arrival, error.message);
      }
    }
  }

  /** `new`: a request of no dialog that is known. */
  #belongs({ message, request }: Arrival, dialog: ScenarioDialog): 'here' | 'new' | 'elsewhere' {
    const { messages } = this.#host;
    const own = request === undefined ? messages.dialogOf(message) : messages.dialogOfRequest(request);
    if (own === undefined) return 'new';
    return own === dialog ? 'here' : 'elsewhere';
  }

  #lookForNothing(
    wait: Extract<MessageWait, { op: 'none' }>,
    arrival: Arrival,
    dialog: ScenarioDialog,
  ): void {
    const { match } = wait;
    const isMeant = match === undefined || compare(match, arrival.message, this.#host.scope()).fits;
    if (!isMeant) return this.#take(arrival, dialog);
    const wanted = match === undefined ? 'nothing' : `no ${match.title}`;
    this.#fail(wait, arrival, `expected ${wanted}, got ${titleOf(arrival.message)}`);
  }

  #lookFor(wait: WantingWait, arrival: Arrival, dialog: ScenarioDialog, belongs: 'here' | 'new'): void {
    const { messages, pass } = this.#host;
    const scope = this.#host.scope();
    const wanted = this.#wanted(wait);
    const judgement = judge(wait, wanted, arrival, this.#host.startOf, scope);
    switch (judgement.kind) {
      case 'fits': {
        const { match, captured } = judgement;
        this.#take(arrival, dialog);
        scope.assign(captured);
        if (wait.op === 'expect')
          return pass(wait, wait.choices.find((choice) => choice.match === match)?.to);
        this.#gathered.add(match);
        if (this.#gathered.size === wait.matches.length) pass(wait);
        return;
      }
      case 'passed-over':
        scope.assign(judgement.captured);
        this.#nearest = titleOf(arrival.message);
        this.#nearMiss = judgement.nearMiss ?? this.#nearMiss;
        this.#take(arrival, dialog);
        return this.#answer(wait, arrival, dialog, judgement.answer);
      case 'wrong':
        return this.#fail(wait, arrival, judgement.reason);
      case 'challenge': {
        const refusal = messages.answerChallenge(arrival.message, arrival.request ?? 0);
        if (refusal === undefined) return this.#take(arrival, dialog);
        return this.#fail(
          wait,
          arrival,
          unexpectedText(wanted, arrival, this.#nearMiss),
          `The peer challenged, and ${refusal.why}: ${refusal.advice}, or expect the ${judgement.status}.`,
        );
      }
      case 'unexpected': {
        // A request of nobody that is known may be for a step to come.
        const waitsForRequests = wanted.every(
          ({ method, status }) => method !== undefined && status === undefined,
        );
        if (belongs === 'new' && !(waitsForRequests && !dialog.isBound)) {
          this.#nearest = titleOf(arrival.message);
          return;
        }
        return this.#fail(wait, arrival, unexpectedText(wanted, arrival, this.#nearMiss));
      }
      default:
        judgement satisfies never;
    }
  }

  /** What has not come yet of what the step waits for. */
  #wanted(wait: WantingWait): readonly CompiledMatch[] {
    return wait.op === 'expect'
      ? wait.choices.map(({ match }) => match)
      : wait.matches.filter((match) => !this.#gathered.has(match));
  }

  #take(arrival: Arrival, dialog: ScenarioDialog): void {
    const { messages, took, wait } = this.#host;
    this.#arrivals = this.#arrivals.filter((one) => one !== arrival);
    const { message, transaction, request } = arrival;
    const step = wait()?.step;
    if (step !== undefined) took(message, step);
    if (request !== undefined) return;
    dialog.takeRequest(message);
    if (transaction !== undefined) messages.owe(message, transaction, dialog);
  }

  #answer(wait: WantingWait, arrival: Arrival, dialog: ScenarioDialog, status: number | undefined): void {
    const { startLine } = arrival.message;
    if (status === undefined || startLine.kind !== 'request') return;
    const { method } = startLine;
    const defect = this.#host.messages.respond(dialog, { method, status }, this.#host.scope());
    if (defect !== undefined) this.#fail(wait, arrival, defect);
  }

  #fail(wait: MessageWait, { message }: Arrival, reason: string, hint?: string): void {
    this.#host.fail(wait, reason, hint);
    this.#host.took(message, wait.step);
  }
}
