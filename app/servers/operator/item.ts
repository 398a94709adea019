import type { ServerRequest } from '../../../stack/agent/handler.ts';
import type { HeaderLine } from '../../../stack/agent/header-line.ts';
import type { Timer } from '../../../stack/core/clock.ts';
import { encodeText } from '../../../stack/message/octets.ts';
import { reasonPhrase } from '../../../stack/message/reason-phrases.ts';
import { parseUri } from '../../../stack/message/uri.ts';
import { ContractError } from '../../contract/errors.ts';
import type { Decision, DecisionKind, OperatorItem } from '../../contract/operator.ts';
import { factsOf, type RequestFacts } from './facts.ts';

/** What an item needs of the desk it lies on. */
export interface ItemHost {
  /** What is shown of it has changed. */
  changed(): void;
  /** Nothing can be decided about it any more. */
  gone(item: DeskItem): void;
}

/** What waits for the operator, or lives on because of what was decided. */
export interface DeskItem {
  readonly id: string;
  /** Method and sender: what a remembered decision is for. */
  readonly key: string;
  view(): OperatorItem;
  /** @throws ContractError 'gone' | 'bad-params'. */
  decide(decision: Decision): void;
  /** Without a word on the wire. */
  dispose(): void;
}

/** How long an operator is waited for. */
export interface Patience {
  readonly timeoutMs: number;
}

/** Decisions that answer a request for good; a second one comes too late. */
const ANSWERS: ReadonlySet<DecisionKind> = new Set(['ring', 'early', 'answer', 'reject', 'redirect']);

/** What is the same for every request that waits: what is shown, the time limit, the refusals. */
export abstract class WaitingRequest implements DeskItem {
  readonly id: string;
  readonly key: string;
  protected readonly request: ServerRequest;
  protected readonly host: ItemHost;
  protected readonly facts: RequestFacts;
  readonly #sent: OperatorItem['sent'] = [];
  #deadline: { readonly atMs: number; readonly timer: Timer } | undefined;

  constructor(request: ServerRequest, host: ItemHost, { timeoutMs }: Patience) {
    const { clock, ids } = request;
    this.request = request;
    this.host = host;
    this.id = ids.token(10);
    this.facts = factsOf(request);
    this.key = `${this.facts.method} ${this.facts.from}`;
    const timer = clock.after(timeoutMs, () => {
      this.respond(480, {});
      this.leave();
    });
    this.#deadline = { atMs: clock.wallMs() + timeoutMs, timer };
    request.onAbandoned(() => {
      this.leave();
    });
  }

  protected abstract readonly kind: OperatorItem['kind'];
  protected abstract readonly state: OperatorItem['state'];
  protected abstract readonly summary: string;
  protected abstract readonly choices: readonly DecisionKind[];

  view(): OperatorItem {
    const deadline = this.#deadline;
    const { sdp } = this;
    return {
      ...this.facts,
      id: this.id,
      kind: this.kind,
      state: this.state,
      summary: this.summary,
      sent: [...this.#sent],
      choices: [...this.choices],
      ...(deadline === undefined ? {} : { deadlineAtMs: deadline.atMs }),
      ...(sdp === undefined ? {} : { sdp }),
    };
  }

  decide(decision: Decision): void {
    const { kind } = decision;
    if (!this.choices.includes(kind)) {
      if (ANSWERS.has(kind)) throw new ContractError('gone', 'That was decided already.');
      throw new ContractError('bad-params', `To ${kind} makes no sense now: ${this.choices.join(', ')} do.`);
    }
    this.carryOut(decision);
    this.host.changed();
  }

  dispose(): void {
    this.stopWaiting();
  }

  protected abstract carryOut(decision: Decision): void;

  /** The description that an answer would carry. */
  protected get sdp(): string | undefined {
    return undefined;
  }

  /** Refuses with the status of the decision, or sends the sender elsewhere; the item is over. @rfc 3261 §8.2.6, §21.3.3 */
  protected refuse(decision: Decision, usualStatus: number): void {
    const isRedirection = decision.kind === 'redirect';
    const status = decision.status ?? (isRedirection ? 302 : usualStatus);
    if (isRedirection ? status < 300 || status > 399 : status < 300)
      throw new ContractError(
        'bad-params',
        isRedirection ? 'A redirection has a status of 300 to 399.' : 'A refusal has a status of 300 to 699.',
      );
    const contact: readonly HeaderLine[] = isRedirection ? [['Contact', `<${targetOf(decision)}>`]] : [];
    this.respond(status, decision, contact);
    this.leave();
  }

  /** Sends a response with the reason and header lines of the decision, and notes it. */
  protected respond(
    status: number,
    { reason, headers = [] }: Pick<Decision, 'reason' | 'headers'>,
    more: readonly HeaderLine[] = [],
    body?: string,
  ): void {
    const lines = headers.map(([name, value]): HeaderLine => [encodeText(name), encodeText(value)]);
    this.note(`${status} ${reason ?? reasonPhrase(status)}`);
    this.request.respond(status, {
      headers: [...more, ...lines],
      ...(reason === undefined ? {} : { reason: encodeText(reason) }),
      ...(body === undefined ? {} : { body }),
    });
  }

  protected note(text: string): void {
    this.#sent.push({ atMs: this.request.clock.wallMs(), text });
    this.host.changed();
  }

  /** The request has its final response: nobody is waited for any more. */
  protected stopWaiting(): void {
    this.#deadline?.timer.cancel();
    this.#deadline = undefined;
  }

  protected leave(): void {
    this.stopWaiting();
    this.host.gone(this);
  }
}

/** @throws ContractError 'bad-params'. @returns octet text. */
export function targetOf({ target }: Decision): string {
  const text = encodeText(target ?? '');
  const { isValid, scheme } = parseUri(text);
  if (!isValid || (scheme !== 'sip' && scheme !== 'sips') || /[<>\s]/.test(text))
    throw new ContractError('bad-params', 'The target is no SIP URI, such as sip:bob@example.com.');
  return text;
}
