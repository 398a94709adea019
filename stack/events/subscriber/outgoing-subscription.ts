import type { Timer } from '../../core/clock.ts';
import { Emitter, type Disposable, type Unsubscribe } from '../../core/emitter.ts';
import type { ServerRequest } from '../../agent/handler.ts';
import type { UserAgent } from '../../agent/user-agent.ts';
import type { SubscriptionState } from '../../message/headers/event.ts';
import { fromHeader } from '../../message/headers/name-addr.ts';
import { contentType } from '../../message/headers/simple.ts';
import type { Incoming } from '../../transaction/types.ts';
import { bodyText } from '../body-text.ts';
import { Attempt, type AttemptEnd, type SubscribeOptions } from './attempt.ts';
import { backoffSec, renewalOf, SHORT_LIFE_MS } from './renewal.ts';

export type { AttemptEnd, SubscribeOptions } from './attempt.ts';

/** What an agent needs for subscriptions of its own. */
export type SubscribingAgent = Pick<UserAgent, 'context' | 'alsoServe'>;

/** A NOTIFY, answered already. */
export interface Notification {
  /** Tells the notifiers of a forked SUBSCRIBE apart: their tag. */
  readonly notifier: string;
  readonly state: SubscriptionState;
  /** In lower case; undefined without a body. */
  readonly contentType: string | undefined;
  /** Octet text. */
  readonly body: string;
  readonly incoming: Incoming;
}

/** `waiting`: it ended, and is tried again later. */
export type OutgoingSubscriptionStatus = 'subscribing' | 'pending' | 'active' | 'waiting' | 'ended';

/** Subscribes. Listeners registered in the same turn miss nothing. @rfc 6665 §4.1 */
export function subscribe(agent: SubscribingAgent, options: SubscribeOptions): OutgoingSubscription {
  agent.alsoServe(['NOTIFY']);
  return new OutgoingSubscription(agent, options);
}

/**
 * A subscription of ours: refreshed before it expires, renewed when the notifier's reason asks for it, until somebody ends it.
 * @rfc 6665 §4.1
 */
export class OutgoingSubscription implements Disposable {
  readonly #agent: SubscribingAgent;
  readonly #options: SubscribeOptions;
  readonly #notified = new Emitter<Notification>();
  readonly #changed = new Emitter<OutgoingSubscriptionStatus>();
  readonly #ended = new Emitter<AttemptEnd>();
  #status: OutgoingSubscriptionStatus = 'subscribing';
  #attempt: Attempt | undefined;
  #waiting: Timer | undefined;
  #startMs = 0;
  #shortLives = 0;
  #isLeaving = false;

  constructor(agent: SubscribingAgent, options: SubscribeOptions) {
    this.#agent = agent;
    this.#options = options;
    this.#waiting = agent.context.clock.after(0, () => {
      this.#start();
    });
    agent.context.openOutcomes.add(this);
  }

  get status(): OutgoingSubscriptionStatus {
    return this.#status;
  }

  onNotify(listener: (notification: Notification) => void): Unsubscribe {
    return this.#notified.on(listener);
  }

  onStatus(listener: (status: OutgoingSubscriptionStatus) => void): Unsubscribe {
    return this.#changed.on(listener);
  }

  /** Nothing more will come. */
  onEnded(listener: (end: AttemptEnd) => void): Unsubscribe {
    return this.#ended.on(listener);
  }

  /** Ends it politely. @rfc 6665 §4.1.2.3 */
  unsubscribe(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    if (this.#attempt !== undefined) this.#attempt.leave();
    else this.#finish({ kind: 'terminated', reason: undefined, retryAfterSec: undefined });
  }

  /** Without a word on the wire. */
  dispose(): void {
    this.#isLeaving = true;
    this.#waiting?.cancel();
    this.#agent.context.openOutcomes.delete(this);
    if (this.#attempt === undefined) return;
    this.#agent.context.usages.delete(this.#attempt);
    this.#attempt.dispose();
  }

  /** The agent stops. */
  abandon(): void {
    this.dispose();
  }

  #start(): void {
    const { context } = this.#agent;
    this.#startMs = context.clock.now();
    this.#become('subscribing');
    this.#attempt = new Attempt({
      context,
      options: this.#options,
      expiresSec: this.#options.expiresSec,
      onNotify: (request, state) => {
        this.#onNotify(request, state);
      },
      onEnded: (end) => {
        this.#onAttemptEnded(end);
      },
    });
    this.#attempt.start();
  }

  #onNotify({ message, incoming }: ServerRequest, state: SubscriptionState): void {
    if (state.state === 'pending' || state.state === 'active') this.#become(state.state);
    const body = bodyText(message);
    this.#notified.emit({
      notifier: fromHeader(message)?.tag ?? '',
      state,
      contentType: body === '' ? undefined : contentType(message),
      body,
      incoming,
    });
  }

  #onAttemptEnded(end: AttemptEnd): void {
    this.#attempt = undefined;
    const { clock } = this.#agent.context;
    const wasShort = clock.now() - this.#startMs < SHORT_LIFE_MS;
    this.#shortLives = wasShort ? this.#shortLives + 1 : 0;
    const renewal = this.#isLeaving || this.#options.expiresSec === 0 ? undefined : renewalAfter(end);
    if (renewal === undefined) {
      this.#finish(end);
      return;
    }
    this.#become('waiting');
    const afterSec = Math.max(renewal, backoffSec(this.#shortLives));
    this.#waiting = clock.after(afterSec * 1000, () => {
      this.#start();
    });
  }

  #finish(end: AttemptEnd): void {
    this.#waiting?.cancel();
    this.#agent.context.openOutcomes.delete(this);
    this.#become('ended');
    this.#ended.emit(end);
  }

  #become(status: OutgoingSubscriptionStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#changed.emit(status);
  }
}

/** Seconds until the next attempt; undefined when there is none. */
function renewalAfter(end: AttemptEnd): number | undefined {
  if (end.kind === 'refused') return undefined;
  // The notifier has forgotten it: a new one may be made at once. @rfc 6665 §4.1.2.2
  if (end.reason === 'lost') return 0;
  const renewal = renewalOf(end.reason, end.retryAfterSec);
  return renewal.kind === 'again' ? renewal.afterSec : undefined;
}
