import { grantOf } from '../../stack/agent/registration/grant.ts';
import { refreshMarginMs } from '../../stack/agent/registration/retry.ts';
import { minExpires } from '../../stack/message/headers/simple.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { DEFAULT_TIMING } from '../../stack/transaction/types.ts';
import type { ActorMessages } from './actor-messages.ts';
import type { ScenarioDialog } from './dialog.ts';
import { titleOf } from './match.ts';
import type { RegistrationProgram } from './program.ts';
import type { Scope } from './scope.ts';
import type { StepResult } from './verdict.ts';

/** What a registration needs of its actor. */
export interface RegistrationHost {
  readonly messages: ActorMessages;
  readonly scope: Scope;
  readonly now: () => number;
  readonly setTimer: (delayMs: number | undefined) => void;
  readonly report: (result: Omit<StepResult, 'actor' | 'atMs'>) => void;
  /** Bound for the first time. */
  readonly onBound: () => void;
  readonly onRefused: () => void;
}

/** A name that no step gives a dialog by chance. */
const DIALOG = '#registration';

/**
 * Registers an actor, refreshes the binding before it ends, and removes it at the end: with one Call-ID, whatever the steps do meanwhile.
 * @rfc 3261 §10.2.4
 */
export class ActorRegistration {
  readonly #program: RegistrationProgram;
  readonly #host: RegistrationHost;
  #state: 'idle' | 'asking' | 'bound' | 'leaving' | 'refused' = 'idle';
  #askedSec: number;
  /** When it asked for what is granted or refused. */
  #sinceMs = 0;
  /** It was bound once, and so it may be still. */
  #wasBound = false;
  /** The run is over. */
  #isEnding = false;

  constructor(program: RegistrationProgram, host: RegistrationHost) {
    this.#program = program;
    this.#host = host;
    this.#askedSec = program.expiresSec;
  }

  /** Whether it is a request of this registration. */
  owns(request: number): boolean {
    return this.#host.messages.dialogOfRequest(request) === this.#dialog;
  }

  /** @throws ExpressionError */
  begin(): void {
    this.#sinceMs = this.#host.now();
    this.#ask(this.#askedSec);
    this.#state = 'asking';
  }

  onTimer(): void {
    if (this.#state === 'bound') this.begin();
  }

  onResponse(message: SipMessage, request: number): void {
    const { startLine } = message;
    if (startLine.kind !== 'response' || startLine.status < 200) return;
    if (this.#isEnding && this.#state === 'asking') {
      if (startLine.status < 300 || this.#wasBound) this.#leave();
      return;
    }
    if (startLine.status === 401 || startLine.status === 407) {
      const refusal = this.#host.messages.answerChallenge(message, request);
      if (refusal !== undefined)
        this.#refuse(titleOf(message), `The registrar challenged, and ${refusal.why}: ${refusal.advice}.`);
      return;
    }
    if (this.#state !== 'asking') return;
    const least = minExpires(message);
    if (startLine.status === 423 && least !== undefined && least > this.#askedSec) {
      this.#askedSec = least;
      this.begin();
    } else if (startLine.status < 300) this.#bound(message);
    else this.#refuse(titleOf(message), undefined);
  }

  onUnanswered(reason: string): void {
    if (this.#state === 'asking') this.#refuse(reason, undefined);
  }

  /** Removes the binding; where an answer is awaited, when it has come. @rfc 3261 §10.2.2, §10.2 */
  end(): void {
    this.#isEnding = true;
    this.#host.setTimer(undefined);
    if (this.#state === 'bound') this.#leave();
  }

  #leave(): void {
    this.#state = 'leaving';
    this.#ask(0);
  }

  get #dialog(): ScenarioDialog {
    return this.#host.messages.dialog(DIALOG);
  }

  #ask(expiresSec: number): void {
    const { registrar, headers = {} } = this.#program;
    const { messages, scope } = this.#host;
    const whole = { Expires: expiresSec, ...headers, ...(expiresSec === 0 && { Expires: 0 }) };
    messages.send(
      this.#dialog,
      { method: 'REGISTER', headers: whole, ...(registrar !== undefined && { uri: registrar }) },
      scope,
    );
  }

  #bound(message: SipMessage): void {
    const { messages, now, setTimer, report, onBound } = this.#host;
    const asked = {
      contacts: [messages.contactUri],
      expiresSec: this.#askedSec,
      instanceId: undefined,
      regId: undefined,
    };
    const { expiresSec } = grantOf(message, asked, now());
    if (expiresSec === 0) {
      this.#refuse(`${titleOf(message)}, which lets it end at once`, undefined);
      return;
    }
    this.#state = 'bound';
    setTimer(expiresSec * 1000 - refreshMarginMs(expiresSec, DEFAULT_TIMING.t1Ms));
    const said = `${this.#wasBound ? 'refreshed' : 'registered'} for ${expiresSec} s`;
    report({ step: this.#program.step, outcome: 'pass', tookMs: now() - this.#sinceMs, said });
    if (this.#wasBound) return;
    this.#wasBound = true;
    onBound();
  }

  #refuse(what: string, hint: string | undefined): void {
    if (this.#state === 'leaving') return;
    this.#state = 'refused';
    this.#host.setTimer(undefined);
    const { now, report, onRefused } = this.#host;
    report({
      step: this.#program.step,
      outcome: 'fail',
      tookMs: now() - this.#sinceMs,
      reason: `the registration was refused: ${what}`,
      ...(hint !== undefined && { hint }),
    });
    onRefused();
  }
}
