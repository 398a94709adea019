import type { Timer } from '../../core/clock.ts';
import { Emitter, type Disposable, type Unsubscribe } from '../../core/emitter.ts';
import type { HeaderLine } from '../../agent/header-line.ts';
import type { OutsideOptions } from '../../agent/outside-request.ts';
import type { ResponseResult } from '../../agent/result.ts';
import type { UserAgent } from '../../agent/user-agent.ts';
import { sipETag } from '../../message/headers/publication.ts';
import { retryAfter } from '../../message/headers/retry-after.ts';
import { expires, minExpires } from '../../message/headers/simple.ts';
import { successOf } from '../dialog-end.ts';
import { refreshDelayMs } from '../subscriber/renewal.ts';

/** What to publish, and where. */
export interface PublishOptions extends Omit<OutsideOptions, 'method' | 'body' | 'contentType'> {
  /** The value of Event. */
  readonly event: string;
  readonly body: string;
  readonly contentType: string;
  /** Seconds it is to last each time. */
  readonly expiresSec: number;
}

/** What a 2xx to a PUBLISH granted. @rfc 3903 §4.1 */
export interface Published {
  readonly etag: string | undefined;
  /** Seconds until it is over, unless it is refreshed. */
  readonly expiresSec: number;
}

/** `ended`: removed, or refused for good. */
export type PublicationStatus = 'publishing' | 'published' | 'ended';

/** A refresh that fails for now is tried again after this many seconds when the server names no time. */
const RETRY_SEC = 30;
/** Times that the server names count as this at least. */
const LEAST_SEC = 2;
/** Attempts in a row that 412 or 423 may cause. */
const MAX_CORRECTIONS = 3;

/** Publishes event state and keeps it published. Listeners registered in the same turn miss nothing. @rfc 3903 §4 */
export function publish(agent: Pick<UserAgent, 'context' | 'send'>, options: PublishOptions): Publication {
  return new Publication(agent, options);
}

/** A publication of ours. One PUBLISH is out at a time; what changes meanwhile goes into the next one. @rfc 3903 §4 */
export class Publication implements Disposable {
  readonly #agent: Pick<UserAgent, 'context' | 'send'>;
  readonly #options: Omit<PublishOptions, 'body'>;
  readonly #changed = new Emitter<PublicationStatus>();
  readonly #failed = new Emitter<ResponseResult>();
  readonly #published = new Emitter<Published>();
  #body: string;
  #expiresSec: number;
  #etag: string | undefined;
  #status: PublicationStatus = 'publishing';
  /** The server does not have the body yet. */
  #isDirty = true;
  #isLeaving = false;
  #isBusy = false;
  #corrections = 0;
  #timer: Timer;

  constructor(agent: Pick<UserAgent, 'context' | 'send'>, options: PublishOptions) {
    this.#agent = agent;
    const { body, ...rest } = options;
    this.#options = rest;
    this.#body = body;
    this.#expiresSec = options.expiresSec;
    this.#timer = agent.context.clock.after(0, () => {
      this.#pump();
    });
    agent.context.openOutcomes.add(this);
  }

  get status(): PublicationStatus {
    return this.#status;
  }

  /** Of the latest 2xx. @rfc 3903 §4.1 */
  get etag(): string | undefined {
    return this.#etag;
  }

  onStatus(listener: (status: PublicationStatus) => void): Unsubscribe {
    return this.#changed.on(listener);
  }

  /** A PUBLISH was taken: the first one, or a later one that refreshed or modified. */
  onPublished(listener: (published: Published) => void): Unsubscribe {
    return this.#published.on(listener);
  }

  /** A PUBLISH failed: for good when the status is `ended` then, else it is tried again. */
  onFailed(listener: (result: ResponseResult) => void): Unsubscribe {
    return this.#failed.on(listener);
  }

  /** Publishes another body in its place. @rfc 3903 §4.4 */
  modify(body: string): void {
    this.#body = body;
    this.#isDirty = true;
    this.#pump();
  }

  /** Takes it back. @rfc 3903 §4.5 */
  remove(): void {
    this.#isLeaving = true;
    this.#pump();
  }

  /** Without a word on the wire. */
  dispose(): void {
    this.#timer.cancel();
    this.#agent.context.openOutcomes.delete(this);
    this.#status = 'ended';
  }

  /** The agent stops. */
  abandon(): void {
    this.dispose();
  }

  #pump(): void {
    if (this.#isBusy || this.#status === 'ended') return;
    if (this.#isLeaving && this.#etag === undefined) {
      this.#finish();
      return;
    }
    this.#timer.cancel();
    this.#isBusy = true;
    const hasBody = this.#isDirty && !this.#isLeaving;
    this.#isDirty = false;
    const { event, headers, contentType, ...rest } = this.#options;
    const lines: HeaderLine[] = [
      ['Event', event],
      ['Expires', String(this.#isLeaving ? 0 : this.#expiresSec)],
      ...(this.#etag === undefined ? [] : [['SIP-If-Match', this.#etag] as const]),
      ...(headers ?? []),
    ];
    this.#agent.send(
      {
        ...rest,
        method: 'PUBLISH',
        headers: lines,
        ...(hasBody ? { body: this.#body, contentType } : {}),
      },
      {
        onResult: (result) => {
          this.#isBusy = false;
          if (this.#status !== 'ended') this.#onAnswered(result, hasBody);
        },
      },
    );
  }

  #onAnswered(result: ResponseResult, hadBody: boolean): void {
    const success = successOf(result);
    if (success === undefined) {
      if (this.#isLeaving) this.#finish();
      else if (!this.#isCorrected(result)) this.#onFailed(result, hadBody);
      return;
    }
    if (this.#isLeaving && expires(success) === 0) {
      this.#finish();
      return;
    }
    this.#corrections = 0;
    this.#etag = sipETag(success);
    this.#become('published');
    const { clock, timing } = this.#agent.context;
    const durationSec = Math.max(LEAST_SEC, expires(success) ?? this.#expiresSec);
    this.#timer = clock.after(refreshDelayMs(durationSec, timing), () => {
      this.#pump();
    });
    this.#published.emit({ etag: this.#etag, expiresSec: durationSec });
    if (this.#isDirty || this.#isLeaving) this.#pump();
  }

  /** 412 says the publication is gone, 423 that it was too brief: the next PUBLISH does better. @rfc 3903 §4.2, §4.3 */
  #isCorrected(result: ResponseResult): boolean {
    if (result.kind !== 'response' || this.#corrections >= MAX_CORRECTIONS) return false;
    const minSec = minExpires(result.message) ?? 0;
    if (result.status === 412 && this.#etag !== undefined) this.#etag = undefined;
    else if (result.status === 423 && minSec > this.#expiresSec) this.#expiresSec = minSec;
    else return false;
    this.#corrections++;
    this.#isDirty = true;
    this.#pump();
    return true;
  }

  #onFailed(result: ResponseResult, hadBody: boolean): void {
    this.#isDirty ||= hadBody;
    if (this.#etag === undefined) this.#finish();
    else {
      const afterSec = result.kind === 'response' ? retryAfter(result.message)?.delaySec : undefined;
      this.#timer = this.#agent.context.clock.after(Math.max(LEAST_SEC, afterSec ?? RETRY_SEC) * 1000, () => {
        this.#pump();
      });
    }
    this.#failed.emit(result);
  }

  #finish(): void {
    this.#etag = undefined;
    this.#become('ended');
    this.dispose();
  }

  #become(status: PublicationStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#changed.emit(status);
  }
}
