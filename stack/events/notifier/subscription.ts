import type { Timer } from '../../core/clock.ts';
import { Emitter, type Unsubscribe } from '../../core/emitter.ts';
import type { ServerRequest } from '../../agent/handler.ts';
import type { ResponseResult } from '../../agent/result.ts';
import type { DialogUsage } from '../../agent/usage.ts';
import type { Dialog } from '../../dialog/dialog.ts';
import { event } from '../../message/headers/event.ts';
import { retryAfter } from '../../message/headers/retry-after.ts';
import { endsUsage, sendInUsage, successOf, type DialogEnd } from '../dialog-end.ts';
import type { EventPackage } from '../event-package.ts';

export type SubscriptionStatus = 'pending' | 'active' | 'terminated';

/** Why a notifier ends a subscription. @rfc 6665 §4.1.3 */
export const TERMINATION_REASONS = [
  'deactivated',
  'probation',
  'rejected',
  'timeout',
  'giveup',
  'noresource',
  'invariant',
] as const;
export type TerminationReason = (typeof TERMINATION_REASONS)[number];

/** What a subscription is made of. */
export interface SubscriptionParts {
  readonly end: DialogEnd;
  readonly package: EventPackage;
  /** The id parameter of Event. */
  readonly eventId: string | undefined;
  readonly resource: string;
  /** URI of the watcher: From of the SUBSCRIBE. */
  readonly watcher: string;
  readonly contentType: string;
  readonly status: 'pending' | 'active';
  /** The duration a SUBSCRIBE gets, in seconds; undefined when it was refused with 423. */
  readonly grant: (request: ServerRequest) => number | undefined;
  readonly onGone: (subscription: Subscription) => void;
}

/**
 * One watcher of one resource, seen by the notifier. NOTIFYs go out one at a time: what changes meanwhile is told by the next one.
 * @rfc 6665 §4.2
 */
export class Subscription implements DialogUsage {
  /** Stays the same as long as the subscription lives. */
  readonly id: string;
  readonly package: EventPackage;
  readonly resource: string;
  readonly watcher: string;
  readonly startMs: number;
  readonly #parts: SubscriptionParts;
  readonly #changed = new Emitter<Subscription>();
  #status: SubscriptionStatus;
  #reason: TerminationReason | undefined;
  #retryAfterSec: number | undefined;
  #expiresAtMs = 0;
  #expiry: Timer | undefined;
  #retry: Timer | undefined;
  /** Until the package allows another NOTIFY. */
  #pace: Timer | undefined;
  #lastSentMs = -Infinity;
  #isSending = false;
  #isGone = false;
  /** A NOTIFY is due. */
  #isDue = false;
  /** The next NOTIFY has the whole state, whatever the watcher knows. */
  #wantsFull = true;
  #wantsState = true;
  #known: unknown;
  #version = 0;
  #notifyCount = 0;

  constructor(parts: SubscriptionParts) {
    const { context } = parts.end;
    this.id = context.ids.token(10);
    this.package = parts.package;
    this.resource = parts.resource;
    this.watcher = parts.watcher;
    this.startMs = context.clock.now();
    this.#parts = parts;
    this.#status = parts.status;
  }

  get callId(): string {
    return this.#parts.end.dialog.callId;
  }

  get localTag(): string {
    return this.#parts.end.dialog.localTag;
  }

  get status(): SubscriptionStatus {
    return this.#status;
  }

  /** It had to be approved. */
  get wasPending(): boolean {
    return this.#parts.status === 'pending';
  }

  /** Why it ended. */
  get reason(): TerminationReason | undefined {
    return this.#reason;
  }

  /** NOTIFY requests that went out so far. */
  get notifyCount(): number {
    return this.#notifyCount;
  }

  /** `Clock.now()` at which it ends unless it is refreshed. */
  get expiresAtMs(): number {
    return this.#expiresAtMs;
  }

  /** Its status changed, or it was refreshed. */
  onChanged(listener: (subscription: Subscription) => void): Unsubscribe {
    return this.#changed.on(listener);
  }

  /** A SUBSCRIBE (or REFER) was answered: tells the whole state at once. 0 seconds end it. @rfc 6665 §4.2.1.2 */
  begin(durationSec: number): void {
    const { clock } = this.#parts.end.context;
    this.#expiry?.cancel();
    this.#expiresAtMs = clock.now() + durationSec * 1000;
    this.#wantsFull = true;
    if (durationSec === 0) {
      this.terminate('timeout', { withState: true });
      return;
    }
    this.#expiry = clock.after(durationSec * 1000, () => {
      this.terminate('timeout');
    });
    // What a SUBSCRIBE asks for is told at once. (RFC 6665 §4.2.1.2)
    this.#isDue = true;
    this.#pump();
    this.#changed.emit(this);
  }

  /** The state may have changed. @rfc 6665 §4.2.2 */
  notify(): void {
    // After the last NOTIFY, or while it waits for its turn, there is no other.
    if (this.#status === 'terminated') return;
    this.#isDue = true;
    this.#paced();
  }

  /** Tells the whole state again, whether it has changed or not. */
  notifyFully(): void {
    this.#wantsFull = true;
    this.notify();
  }

  /** A pending watcher may see the state now. @rfc 6665 §4.2.1.3 */
  approve(): void {
    if (this.#status !== 'pending') return;
    this.#status = 'active';
    this.#wantsFull = true;
    this.notify();
    this.#changed.emit(this);
  }

  /**
   * Ends it with a last NOTIFY.
   * @param options.withState - the last NOTIFY has the state.
   */
  terminate(
    reason: TerminationReason,
    options: { readonly retryAfterSec?: number; readonly withState?: boolean } = {},
  ): void {
    if (this.#status === 'terminated') return;
    this.#wantsState = options.withState === true && this.#status === 'active';
    this.#status = 'terminated';
    this.#reason = reason;
    this.#retryAfterSec = options.retryAfterSec;
    this.#stopTimers();
    this.#isDue = true;
    this.#pump();
    this.#changed.emit(this);
  }

  /** A SUBSCRIBE in the dialog refreshes it, or ends it with Expires 0. */
  handle(request: ServerRequest): boolean {
    if (this.#status === 'terminated' || request.method !== 'SUBSCRIBE') return false;
    const wanted = event(request.message);
    if (wanted?.package !== this.package.name || wanted.id !== this.#parts.eventId) return false;
    const { dialog } = this.#parts.end;
    if (request.session === undefined && dialog.accepts(request.message) === 'out-of-order') {
      request.respond(500, { reason: 'CSeq Out Of Order' });
      return true;
    }
    const durationSec = this.#parts.grant(request);
    if (durationSec === undefined) return true;
    dialog.refreshTarget(request.message);
    request.respond(200, { headers: [['Expires', String(durationSec)]] });
    this.begin(durationSec);
    return true;
  }

  lose({ remoteTag }: Dialog): void {
    if (remoteTag === this.#parts.end.dialog.remoteTag) this.#lost();
  }

  stop(): void {
    this.terminate('deactivated');
  }

  /** Without a word on the wire. */
  dispose(): void {
    this.#stopTimers();
    this.#isDue = false;
    this.#status = 'terminated';
    this.#gone();
  }

  /** Sends now, or when the package allows the next one. @rfc 6665 §5.4.10 */
  #paced(): void {
    const { clock } = this.#parts.end.context;
    if (!this.#isDue) return;
    const waitMs = this.#lastSentMs + (this.package.minIntervalMs ?? 0) - clock.now();
    if (!(waitMs > 0)) this.#pump();
    else
      this.#pace ??= clock.after(waitMs, () => {
        this.#pump();
      });
  }

  #pump(): void {
    this.#pace?.cancel();
    this.#pace = undefined;
    if (this.#isSending || !this.#isDue) return;
    this.#lastSentMs = this.#parts.end.context.clock.now();
    this.#isDue = false;
    this.#isSending = true;
    this.#notifyCount++;
    this.#retry?.cancel();
    const body = this.#document();
    sendInUsage(
      this.#parts.end,
      'NOTIFY',
      {
        headers: [
          ['Event', this.#eventValue()],
          ['Subscription-State', this.#stateValue()],
        ],
        ...(body === '' ? {} : { body, contentType: this.#parts.contentType }),
      },
      {
        onResult: (result) => {
          this.#isSending = false;
          this.#onNotified(result);
        },
      },
    );
  }

  /** Makes the document of now, and remembers what the watcher knows by it. */
  #document(): string {
    if (this.#status === 'pending' || !this.#wantsState) return '';
    const state = this.package.snapshot(this.resource);
    if (state === undefined) return '';
    const known = this.#wantsFull ? undefined : this.#known;
    this.#known = state;
    this.#wantsFull = false;
    return this.package.format(state, { resource: this.resource, version: this.#version++, known });
  }

  #onNotified(result: ResponseResult): void {
    if (this.#status === 'terminated') {
      // What became due while an earlier NOTIFY was out is the last one.
      if (this.#isDue && !endsUsage(result)) this.#pump();
      else this.#gone();
      return;
    }
    if (successOf(result) !== undefined) {
      this.#paced();
    } else if (endsUsage(result)) {
      this.#lost();
    } else if (result.kind === 'response') {
      this.#wantsFull = true;
      this.#retryLater(retryAfter(result.message)?.delaySec);
    }
  }

  /** The watcher does not know it any more. */
  #lost(): void {
    if (this.#status === 'terminated') return;
    this.#stopTimers();
    this.#status = 'terminated';
    this.#reason = 'noresource';
    this.#isDue = false;
    this.#gone();
    this.#changed.emit(this);
  }

  /** The watcher refused this NOTIFY, not the subscription: it is told the whole state later. @rfc 6665 §4.2.2 */
  #retryLater(afterSec: number | undefined): void {
    if (afterSec === undefined) {
      this.#pump();
      return;
    }
    this.#retry = this.#parts.end.context.clock.after(Math.max(1, afterSec) * 1000, () => {
      this.notify();
    });
  }

  #eventValue(): string {
    const { eventId } = this.#parts;
    return eventId === undefined ? this.package.name : `${this.package.name};id=${eventId}`;
  }

  /** @rfc 6665 §4.1.3 */
  #stateValue(): string {
    if (this.#status !== 'terminated') {
      const leftMs = this.#expiresAtMs - this.#parts.end.context.clock.now();
      return `${this.#status};expires=${Math.max(1, Math.ceil(leftMs / 1000))}`;
    }
    const retry = this.#retryAfterSec === undefined ? '' : `;retry-after=${this.#retryAfterSec}`;
    return `terminated;reason=${this.#reason ?? 'noresource'}${retry}`;
  }

  #stopTimers(): void {
    this.#expiry?.cancel();
    this.#retry?.cancel();
    this.#pace?.cancel();
    this.#pace = undefined;
  }

  #gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#parts.onGone(this);
  }
}
