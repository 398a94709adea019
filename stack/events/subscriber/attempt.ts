import type { Timer } from '../../core/clock.ts';
import { deliver, type Delivering } from '../../agent/deliver.ts';
import type { ServerRequest } from '../../agent/handler.ts';
import type { HeaderLine } from '../../agent/header-line.ts';
import { outsideDraft, type OutsideOptions } from '../../agent/outside-request.ts';
import type { ResponseResult } from '../../agent/result.ts';
import type { DialogUsage, SubscribedFacts, UsageContext } from '../../agent/usage.ts';
import type { Dialog } from '../../dialog/dialog.ts';
import { event, type SubscriptionState } from '../../message/headers/event.ts';
import { fromHeader } from '../../message/headers/name-addr.ts';
import { expires, minExpires } from '../../message/headers/simple.ts';
import { dialogEndOf, successOf } from '../dialog-end.ts';
import { Watch, type WatchEnd } from './watch.ts';

/** What to subscribe to. */
export interface SubscribeOptions extends Omit<OutsideOptions, 'method'> {
  /** The value of Event: `presence`, `dialog;id=7`. */
  readonly event: string;
  /** Media types of the documents. */
  readonly accept?: readonly string[];
  /** Seconds it is to last each time; 0 fetches the state once. @rfc 6665 §4.4.3 */
  readonly expiresSec: number;
}

/** How an attempt ended. */
export type AttemptEnd =
  | ({ readonly kind: 'terminated' } & WatchEnd)
  /** The SUBSCRIBE failed. */
  | { readonly kind: 'refused'; readonly result: ResponseResult };

export interface AttemptParts {
  readonly context: UsageContext;
  readonly options: SubscribeOptions;
  readonly expiresSec: number;
  readonly onNotify: (request: ServerRequest, state: SubscriptionState) => void;
  /** Called once, when none of its dialogs is left. */
  readonly onEnded: (end: AttemptEnd) => void;
}

/** Dialogs one SUBSCRIBE may make; a proxy that forks it further is told 481. */
const MAX_FORKS = 16;
/** Times a SUBSCRIBE is repeated after 423. */
const MAX_INTERVALS = 2;

/**
 * One SUBSCRIBE outside of a dialog and the dialogs that its NOTIFYs make. A NOTIFY may come before the 2xx, and one comes from each fork.
 * @rfc 6665 §4.1.2.1, §4.1.4
 */
export class Attempt implements DialogUsage {
  readonly callId: string;
  readonly localTag: string;
  readonly #parts: AttemptParts;
  readonly #package: string;
  readonly #eventId: string | undefined;
  /** By remote tag. */
  readonly #watches = new Map<string, Watch>();
  #expiresSec: number;
  #cseqNumber: number;
  #intervals = 0;
  #notifyCount = 0;
  #delivering: Delivering | undefined;
  #timerN: Timer | undefined;
  #isSettled = false;
  #isLeaving = false;
  #isOver = false;

  constructor(parts: AttemptParts) {
    const { ids } = parts.context;
    this.#parts = parts;
    this.callId = ids.callId();
    this.localTag = ids.tag();
    this.#cseqNumber = ids.cseq() - 1;
    this.#expiresSec = parts.expiresSec;
    const [name = '', ...params] = parts.options.event.split(';').map((part) => part.trim());
    this.#package = name;
    this.#eventId = params.find((param) => param.toLowerCase().startsWith('id='))?.slice(3);
  }

  facts(): SubscribedFacts {
    const [watch] = this.#watches.values();
    return {
      package: this.#package,
      resource: this.#parts.options.target,
      isActive: watch !== undefined,
      expiresMs: watch?.expiresMs,
      notifyCount: this.#notifyCount,
    };
  }

  start(): void {
    this.#parts.context.usages.add(this);
    this.#send();
  }

  /** Ends every dialog, once the SUBSCRIBE is answered; one that comes late is ended when it comes. */
  leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    if (this.#isSettled) this.#leaveAll();
  }

  handle(request: ServerRequest): boolean {
    if (request.method !== 'NOTIFY') return false;
    const told = event(request.message);
    if (told?.package !== this.#package || told.id !== this.#eventId) return false;
    this.#notifyCount++;
    const tag = fromHeader(request.message)?.tag ?? '';
    const known = this.#watches.get(tag);
    if (known !== undefined) known.notified(request, false);
    else if (this.#timerN === undefined || this.#watches.size >= MAX_FORKS) return false;
    else this.#fork(request, tag);
    return true;
  }

  lose({ remoteTag }: Dialog): void {
    this.#watches.get(remoteTag ?? '')?.lose();
  }

  stop(): void {
    this.leave();
    // Without a dialog there is nobody to say goodbye to.
    if (this.#watches.size === 0)
      this.#end({ kind: 'terminated', reason: undefined, retryAfterSec: undefined });
  }

  dispose(): void {
    this.#isOver = true;
    this.#timerN?.cancel();
    for (const watch of this.#watches.values()) watch.dispose();
    this.#watches.clear();
    this.#delivering?.abandon();
  }

  /** Header lines that all its requests share. */
  get #headers(): readonly HeaderLine[] {
    const { event: value, accept, headers } = this.#parts.options;
    const accepts: readonly HeaderLine[] = accept === undefined ? [] : [['Accept', accept.join(', ')]];
    return [['Event', value], ...accepts, ...(headers ?? [])];
  }

  #send(): void {
    const { context, options } = this.#parts;
    const { listeners } = context;
    this.#delivering = deliver(
      context,
      {
        method: 'SUBSCRIBE',
        uri: options.nextHop ?? options.target,
        protocol: options.protocol,
        isPinned: options.protocol !== undefined,
        draft: (way, extra) => {
          const face = listeners.faceFor(way.transport, way.target.address.host);
          const headers: HeaderLine[] = [...this.#headers, ['Expires', String(this.#expiresSec)], ...extra];
          const own = { callId: this.callId, fromTag: this.localTag, cseqNumber: ++this.#cseqNumber };
          return outsideDraft(context, { ...options, method: 'SUBSCRIBE', headers }, face, own);
        },
        onLaunched: () => {
          this.#startTimerN();
        },
      },
      {
        onResult: (result) => {
          if (!this.#isOver) this.#onAnswered(result);
        },
      },
    );
  }

  /** For each SUBSCRIBE on its way: another hop may be asked after the first one was silent. @rfc 6665 §4.1.2.4 */
  #startTimerN(): void {
    const { clock, timing } = this.#parts.context;
    this.#timerN?.cancel();
    this.#timerN = clock.after(64 * timing.t1Ms, () => {
      this.#onTimerN();
    });
  }

  #onAnswered(result: ResponseResult): void {
    const success = successOf(result);
    if (success !== undefined) {
      this.#isSettled = true;
      const grantedSec = expires(success);
      if (grantedSec !== undefined) for (const watch of this.#watches.values()) watch.granted(grantedSec);
      if (this.#isLeaving) this.#leaveAll();
      return;
    }
    if (result.kind === 'response' && result.status === 423 && ++this.#intervals <= MAX_INTERVALS) {
      const minSec = minExpires(result.message) ?? 0;
      if (minSec > this.#expiresSec) {
        this.#expiresSec = minSec;
        this.#send();
        return;
      }
    }
    this.#end({ kind: 'refused', result });
  }

  #leaveAll(): void {
    for (const watch of [...this.#watches.values()]) watch.leave();
  }

  /** No further forks; without any dialog the subscription failed. @rfc 6665 §4.1.2.4 */
  #onTimerN(): void {
    this.#timerN = undefined;
    if (this.#watches.size > 0 || !this.#isSettled) return;
    this.#end({ kind: 'terminated', reason: 'no-notify', retryAfterSec: undefined });
  }

  /** The first NOTIFY of a notifier makes a dialog. @rfc 6665 §4.4.1 */
  #fork(request: ServerRequest, tag: string): void {
    const { context } = this.#parts;
    const watch = new Watch({
      end: dialogEndOf(context, request, this.#cseqNumber + 1),
      headers: this.#headers,
      expiresSec: this.#expiresSec,
      onNotify: this.#parts.onNotify,
      onEnded: (end) => {
        this.#watches.delete(tag);
        if (this.#watches.size === 0) this.#end({ kind: 'terminated', ...end });
      },
    });
    this.#watches.set(tag, watch);
    watch.notified(request, true);
    if (this.#isLeaving && this.#isSettled) watch.leave();
  }

  #end(end: AttemptEnd): void {
    if (this.#isOver) return;
    this.dispose();
    this.#parts.context.usages.delete(this);
    this.#parts.onEnded(end);
  }
}
