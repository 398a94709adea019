import type { Protocol } from '../core/address.ts';
import type { RequestDraft } from '../message/draft.ts';
import type { Route } from '../transaction/types.ts';
import type { AgentContext, OpenOutcome } from './context.ts';
import type { HeaderLine } from './header-line.ts';
import { launch, type Launched, type Outcome } from './launch.ts';
import { isRoute, locate } from './locate.ts';
import type { NotSent } from './result.ts';

/** A request that the agent sends in its own name: where it goes and how one attempt looks. */
export interface Delivery {
  readonly method: string;
  /** URI of the next hop. */
  readonly uri: string;
  /** Overrules the transport parameter of the URI. */
  readonly protocol?: Protocol | undefined;
  /** The way the dialog was set up. */
  readonly flow?: Route | undefined;
  /** Keeps a large request on UDP. */
  readonly isPinned?: boolean | undefined;
  /**
   * Makes the request of one attempt, without Via; every attempt is a new request with a CSeq number of its own.
   * @param extra - header lines of this attempt only.
   */
  draft(way: Route, extra: readonly HeaderLine[]): RequestDraft;
  /** The attempt that is on its way now: forks, ACK and CANCEL belong to it. Called before any of its responses. */
  onLaunched?(launched: Launched, way: Route): void;
}

/** A request under way. */
export interface Delivering extends OpenOutcome {
  /** Gives it up: an INVITE is cancelled as soon as the RFC allows it, what is not on its way yet is not sent. @rfc 3261 §9.1 */
  cancel(): void;
}

/**
 * Sends a request: finds the way, then opens the transaction.
 * @param outcome - its `onResult` is called once, at once when there is no way to an IP literal; `onTerminated` belongs to the attempt
 *   whose result was told.
 */
export function deliver(context: AgentContext, delivery: Delivery, outcome: Outcome): Delivering {
  const attempt = new Attempt(context, delivery, outcome);
  attempt.start();
  return attempt;
}

class Attempt implements Delivering {
  readonly #context: AgentContext;
  readonly #delivery: Delivery;
  readonly #outcome: Outcome;
  #launched: Launched | undefined;
  #isDone = false;

  constructor(context: AgentContext, delivery: Delivery, outcome: Outcome) {
    this.#context = context;
    this.#delivery = delivery;
    this.#outcome = outcome;
  }

  start(): void {
    const { listeners, lookup, openOutcomes } = this.#context;
    const { uri, protocol, flow } = this.#delivery;
    openOutcomes.add(this);
    locate(uri, { listeners, lookup, protocol, flow }, (way) => {
      if (this.#isDone) return;
      if (isRoute(way)) this.#launch(way);
      else this.#fail(way);
    });
  }

  cancel(): void {
    if (this.#launched !== undefined) this.#launched.transaction.cancel();
    else this.#fail(notSent('cancelled', 'the request was given up before it was sent'));
  }

  abandon(): void {
    this.#fail(notSent('ended', 'the agent was stopped'));
  }

  #launch(way: Route): void {
    this.#settle();
    const delivery = this.#delivery;
    const launched = launch(this.#context, delivery.draft(way, []), way, this.#outcome, delivery.isPinned);
    this.#launched = launched;
    delivery.onLaunched?.(launched, way);
  }

  #fail(reason: NotSent): void {
    if (this.#isDone) return;
    this.#settle();
    this.#outcome.onResult(reason);
  }

  /** From here on the transaction answers for the request. */
  #settle(): void {
    this.#isDone = true;
    this.#context.openOutcomes.delete(this);
  }
}

function notSent(code: NotSent['code'], message: string): NotSent {
  return { kind: 'not-sent', code, message };
}
