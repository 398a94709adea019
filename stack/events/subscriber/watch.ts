import type { Timer } from '../../core/clock.ts';
import type { ServerRequest } from '../../agent/handler.ts';
import type { HeaderLine } from '../../agent/header-line.ts';
import type { ResponseResult } from '../../agent/result.ts';
import { subscriptionState, type SubscriptionState } from '../../message/headers/event.ts';
import { retryAfter } from '../../message/headers/retry-after.ts';
import { expires, minExpires } from '../../message/headers/simple.ts';
import { losesDialog, sendInUsage, successOf, type DialogEnd } from '../dialog-end.ts';
import { refreshDelayMs } from './renewal.ts';

/** What a subscription tells about one of its dialogs. */
export interface WatchEnd {
  /** The notifier's reason, or `timeout` when it expired here, `lost` when the notifier does not know it, `no-notify` when none came. */
  readonly reason: string | undefined;
  readonly retryAfterSec: number | undefined;
}

export interface WatchParts {
  readonly end: DialogEnd;
  /** Header lines of every SUBSCRIBE: Event, Accept and what the caller gave. */
  readonly headers: readonly HeaderLine[];
  /** What was asked for; 0 for a fetch. */
  readonly expiresSec: number;
  readonly onNotify: (request: ServerRequest, state: SubscriptionState) => void;
  readonly onEnded: (end: WatchEnd) => void;
}

/** Refreshes that fail for now are tried again after this many seconds when the notifier names no time. */
const RETRY_SEC = 30;

/** One dialog of a subscription: it was made by a NOTIFY, and is kept alive until nobody wants it any more. @rfc 6665 §4.1.2, §4.1.3 */
export class Watch {
  readonly #parts: WatchParts;
  #expiresSec: number;
  #expiresMs: number | undefined;
  #refreshing: Timer | undefined;
  #expiry: Timer | undefined;
  /** Timer N: a NOTIFY has to follow each SUBSCRIBE. @rfc 6665 §4.1.2.4 */
  #timerN: Timer | undefined;
  #isLeaving = false;
  #isOver = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#expiresSec = parts.expiresSec;
  }

  /** `Clock.now()` at which it ends unless it is refreshed. */
  get expiresMs(): number | undefined {
    return this.#expiresMs;
  }

  /** Answers a NOTIFY of the dialog. @rfc 6665 §4.1.3 */
  notified(request: ServerRequest, isFirst: boolean): void {
    const { dialog } = this.#parts.end;
    const state = subscriptionState(request.message);
    if (state === undefined) {
      request.respond(400, { reason: 'Missing Subscription-State' });
      return;
    }
    if (!isFirst && request.session === undefined && dialog.accepts(request.message) === 'out-of-order') {
      request.respond(500, { reason: 'CSeq Out Of Order' });
      return;
    }
    dialog.refreshTarget(request.message);
    this.#timerN?.cancel();
    this.#timerN = undefined;
    request.respond(200);
    if (state.state !== 'terminated' && state.expiresSec !== undefined) this.granted(state.expiresSec);
    this.#parts.onNotify(request, state);
    if (state.state === 'terminated') this.#finish(state.reason, state.retryAfterSec);
  }

  /** The notifier said how long it lasts from now on. */
  granted(durationSec: number): void {
    if (this.#isOver || this.#isLeaving || this.#parts.expiresSec === 0 || durationSec === 0) return;
    const { clock, timing } = this.#parts.end.context;
    this.#refreshing?.cancel();
    this.#expiry?.cancel();
    this.#refreshing = clock.after(refreshDelayMs(durationSec, timing), () => {
      this.#subscribe(this.#expiresSec);
    });
    this.#expiresMs = clock.now() + durationSec * 1000;
    this.#expiry = clock.after(durationSec * 1000, () => {
      this.#finish('timeout', undefined);
    });
  }

  /** Ends it: SUBSCRIBE with Expires 0, then one last NOTIFY. @rfc 6665 §4.1.2.3 */
  leave(): void {
    if (this.#isLeaving || this.#isOver) return;
    this.#isLeaving = true;
    this.#refreshing?.cancel();
    this.#expiry?.cancel();
    this.#subscribe(0);
  }

  /** The notifier does not know the dialog any more. */
  lose(): void {
    this.#finish('lost', undefined);
  }

  dispose(): void {
    this.#isOver = true;
    this.#refreshing?.cancel();
    this.#expiry?.cancel();
    this.#timerN?.cancel();
  }

  #subscribe(expiresSec: number): void {
    const { end, headers } = this.#parts;
    const { clock, timing } = end.context;
    this.#timerN?.cancel();
    this.#timerN = undefined;
    let isAnswered = false;
    sendInUsage(
      end,
      'SUBSCRIBE',
      { headers: [...headers, ['Expires', String(expiresSec)]] },
      {
        onResult: (result) => {
          isAnswered = true;
          if (!this.#isOver) this.#onAnswered(result);
        },
      },
    );
    if (isAnswered) return;
    // After the transaction's own timer of the same length: that nobody answers is another end than that no NOTIFY comes.
    this.#timerN = clock.after(64 * timing.t1Ms, () => {
      this.#finish('no-notify', undefined);
    });
  }

  #onAnswered(result: ResponseResult): void {
    const success = successOf(result);
    if (success !== undefined) {
      const grantedSec = expires(success);
      if (grantedSec !== undefined) this.granted(grantedSec);
      return;
    }
    this.#timerN?.cancel();
    if (this.#isLeaving || losesDialog(result)) {
      this.#finish(this.#isLeaving ? undefined : 'lost', undefined);
      return;
    }
    if (result.kind === 'response' && result.status === 423) {
      const minSec = minExpires(result.message) ?? 0;
      if (minSec > this.#expiresSec) {
        this.#expiresSec = minSec;
        this.#subscribe(minSec);
        return;
      }
    }
    // The subscription lasts as long as it was granted; meanwhile it is tried again. @rfc 6665 §4.1.2.2
    const afterSec = (result.kind === 'response' && retryAfter(result.message)?.delaySec) || RETRY_SEC;
    this.#refreshing = this.#parts.end.context.clock.after(afterSec * 1000, () => {
      this.#subscribe(this.#expiresSec);
    });
  }

  #finish(reason: string | undefined, retryAfterSec: number | undefined): void {
    if (this.#isOver) return;
    this.dispose();
    this.#parts.onEnded({ reason, retryAfterSec });
  }
}
