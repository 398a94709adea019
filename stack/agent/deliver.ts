import { AuthExchange } from '../auth/auth-exchange.ts';
import type { Protocol } from '../core/address.ts';
import type { RequestDraft } from '../message/draft.ts';
import { retryAfter } from '../message/headers/retry-after.ts';
import type { Route } from '../transaction/types.ts';
import { authRequest } from './auth-request.ts';
import type { AgentContext, OpenOutcome } from './context.ts';
import type { HeaderLine } from './header-line.ts';
import { overConnection, type KnownConnection } from './known-connection.ts';
import { launch, type Launched, type Outcome } from './launch.ts';
import { isNotSent, locate } from './locate.ts';
import type { FinalResponse, NotSent, ResponseResult } from './result.ts';

/** A request that the agent sends in its own name: where it goes and how one attempt looks. */
export interface Delivery {
  readonly method: string;
  /** URI of the next hop. */
  readonly uri: string;
  /** Overrules the transport parameter of the URI. */
  readonly protocol?: Protocol | undefined;
  /** A connection of the peer that may be there still. */
  readonly over?: KnownConnection | undefined;
  /** The way the dialog was set up. */
  readonly flow?: Route | undefined;
  /** Whose connections it goes over; closing them stays with the caller. */
  readonly owner?: string | undefined;
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
  /**
   * Gives it up: an INVITE is cancelled as soon as the RFC allows it, what is not on its way yet is not sent.
   * @param lines - further header lines of the CANCEL, such as Reason.
   * @rfc 3261 §9.1, RFC 3326 §2
   */
  cancel(lines?: readonly HeaderLine[]): void;
}

/** A hop that did not answer is avoided for this long. */
const AVOID_MS = 30_000;
/** No Retry-After is believed beyond this. */
const MAX_AVOID_MS = 3_600_000;

/**
 * Sends a request: finds the ways, opens a transaction, and tries again where that is due: with credentials after 401 and 407, at the next
 * hop after 503, silence or a transport failure.
 * @param outcome - its `onResult` is called once, at once when there is no way to an IP literal; `onTerminated` belongs to the attempt
 *   whose result was told.
 * @rfc 3261 §8.1.2, §8.1.3.5, §22.2, RFC 3263 §4.3
 */
export function deliver(context: AgentContext, delivery: Delivery, outcome: Outcome): Delivering {
  const run = new DeliveryRun(context, delivery, outcome);
  run.start();
  return run;
}

/** A request as it was made for one hop, without the credentials. */
interface Attempt {
  readonly way: Route;
  readonly draft: RequestDraft;
  /** A provisional response came. */
  isHeard: boolean;
}

class DeliveryRun implements Delivering {
  readonly #context: AgentContext;
  readonly #delivery: Delivery;
  readonly #outcome: Outcome;
  readonly #exchange: AuthExchange | undefined;
  /** Hops not tried yet. */
  #others: readonly Route[] = [];
  #launched: Launched | undefined;
  /** No further attempt follows. */
  #isGivenUp = false;
  #isDone = false;

  constructor(context: AgentContext, delivery: Delivery, outcome: Outcome) {
    this.#context = context;
    this.#delivery = delivery;
    this.#outcome = outcome;
    this.#exchange = context.credentials && new AuthExchange(context.credentials);
  }

  start(): void {
    const { listeners, resolver, openOutcomes, hops } = this.#context;
    const { uri, protocol, flow, owner, over } = this.#delivery;
    openOutcomes.add(this);
    locate(uri, { listeners, resolver, protocol, flow, owner }, (found) => {
      if (this.#isDone) return;
      // From here on the transaction answers for the request.
      openOutcomes.delete(this);
      if (isNotSent(found)) {
        this.#finish(found);
        return;
      }
      const [way, ...others] = hops.order(overConnection(found, over));
      this.#others = others;
      this.#attempt(way, this.#delivery.draft(way, []));
    });
  }

  cancel(lines?: readonly HeaderLine[]): void {
    this.#isGivenUp = true;
    if (this.#launched !== undefined) this.#launched.transaction.cancel(lines);
    else this.#finish(notSent('cancelled', 'the request was given up before it was sent'));
  }

  abandon(): void {
    this.#isGivenUp = true;
    this.#finish(notSent('ended', 'the agent was stopped'));
  }

  #attempt(way: Route, draft: RequestDraft): void {
    const { method, uri, isPinned } = this.#delivery;
    const attempt: Attempt = { way, draft, isHeard: false };
    const lines = this.#exchange?.lines(authRequest(draft, uri)) ?? [];
    const headers = [...draft.headers, ...lines.map(([name, value]): [string, string] => [name, value])];
    let isTold = false;
    const launched = launch(
      this.#context,
      { ...draft, method, headers },
      way,
      {
        onProvisional: (response) => {
          attempt.isHeard = true;
          this.#outcome.onProvisional?.(response);
        },
        onResult: (result) => {
          isTold = !this.#retry(result, attempt);
          if (isTold) this.#finish(result);
        },
        onTerminated: () => {
          if (isTold) this.#outcome.onTerminated?.();
        },
      },
      isPinned,
    );
    this.#launched = launched;
    this.#delivery.onLaunched?.(launched, way);
  }

  /** @returns whether another attempt is on its way. */
  #retry(result: ResponseResult, attempt: Attempt): boolean {
    this.#note(result, attempt.way);
    if (this.#isGivenUp || this.#isDone) return false;
    if (result.kind === 'response' && (result.status === 401 || result.status === 407))
      return this.#authenticate(result, attempt);
    return this.#isFailure(result, attempt) && this.#failOver(attempt);
  }

  /** The same hop again, as a new request. @rfc 3261 §22.2, §22.3, §8.1.3.5 */
  #authenticate({ message, status }: FinalResponse, { way }: Attempt): boolean {
    const { log } = this.#context;
    const outcome = this.#exchange?.challenged(message);
    if (outcome?.kind === 'retry') {
      this.#attempt(way, this.#delivery.draft(way, []));
      return true;
    }
    if (outcome !== undefined)
      log.info('a challenge is not answered', {
        status,
        method: this.#delivery.method,
        reason: outcome.reason,
      });
    return false;
  }

  /** The next hop. Over the same listener it is the same request, so that whoever gets both knows them as one. @rfc 3263 §4.3 */
  #failOver({ way, draft }: Attempt): boolean {
    const [next, ...others] = this.#others;
    if (next === undefined) return false;
    this.#others = others;
    this.#attempt(next, next.transport === way.transport ? draft : this.#delivery.draft(next, []));
    return true;
  }

  /** An INVITE that somebody has heard may still ring: only a final response ends it there. @rfc 3263 §4.3 */
  #isFailure(result: ResponseResult, { isHeard }: Attempt): boolean {
    if (result.kind === 'response') return result.status === 503;
    return result.kind !== 'not-sent' && !(isHeard && this.#delivery.method === 'INVITE');
  }

  #note(result: ResponseResult, way: Route): void {
    const { hops } = this.#context;
    if (result.kind === 'not-sent') return;
    if (result.kind !== 'response') hops.avoid(way, AVOID_MS);
    else if (result.status !== 503) hops.answered(way);
    else {
      const afterSec = retryAfter(result.message)?.delaySec;
      if (afterSec !== undefined) hops.avoid(way, Math.min(afterSec * 1000, MAX_AVOID_MS));
    }
  }

  #finish(result: ResponseResult): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#context.openOutcomes.delete(this);
    if (result.kind === 'response' && this.#exchange?.settled(result.message) === false)
      this.#context.log.warn('the server did not prove that it knows the password', {
        method: this.#delivery.method,
      });
    this.#outcome.onResult(result);
  }
}

function notSent(code: NotSent['code'], message: string): NotSent {
  return { kind: 'not-sent', code, message };
}
