import type { Disposable } from '../core/emitter.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import { callId } from '../message/headers/simple.ts';
import type { SipMessage } from '../message/message.ts';
import type { AgentContext } from './context.ts';
import type { ServerRequest } from './handler.ts';

/** A subscription of ours, for whoever looks. */
export interface SubscribedFacts {
  readonly package: string;
  /** Whom it asks. */
  readonly resource: string;
  readonly isActive: boolean;
  /** `Clock.now()` at which it ends unless it is refreshed; undefined while nothing is granted. */
  readonly expiresMs: number | undefined;
  /** NOTIFY requests that came. */
  readonly notifyCount: number;
}

/**
 * Something other than a call that lives in a dialog: a subscription. It is found by Call-ID and our tag alone, because a NOTIFY may make the
 * dialog before the 2xx does. @rfc 5057 §2, RFC 6665 §4.4.1
 */
export interface DialogUsage extends Disposable {
  readonly callId: string;
  readonly localTag: string;
  /**
   * Answers a request of the peer, at once; false leaves it to the next usage of the dialog. In a call (`request.session`) the order of CSeq
   * numbers has been checked.
   */
  handle(request: ServerRequest): boolean;
  /** The peer does not know the dialog any more: what of the usage lives in it is over, without a further message. @rfc 5057 §5.1 */
  lose(dialog: Dialog): void;
  /** Of a subscription of ours: what it is about now. */
  facts?(): SubscribedFacts;
  /** The agent stops: says goodbye to the peer, and leaves {@link Usages} when that is done. */
  stop(): void;
}

/** {@link AgentContext} for those who serve more than calls. */
export interface UsageContext extends AgentContext {
  /** What lives in dialogs besides calls. */
  readonly usages: Usages;
}

/** The usages of one agent. */
export class Usages implements Disposable {
  readonly #byDialog = new Map<string, readonly DialogUsage[]>();
  readonly #onChange: () => void;
  #size = 0;

  /** @param onChange - a usage is over. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#size;
  }

  add(usage: DialogUsage): void {
    const key = keyOf(usage.callId, usage.localTag);
    this.#byDialog.set(key, [...(this.#byDialog.get(key) ?? []), usage]);
    this.#size++;
  }

  /** Harmless when it is gone already. */
  delete(usage: DialogUsage): void {
    const key = keyOf(usage.callId, usage.localTag);
    const all = this.#byDialog.get(key) ?? [];
    const others = all.filter((u) => u !== usage);
    if (others.length === all.length) return;
    if (others.length === 0) this.#byDialog.delete(key);
    else this.#byDialog.set(key, others);
    this.#size--;
    this.#onChange();
  }

  /** They, for whoever looks. */
  *[Symbol.iterator](): Iterator<DialogUsage> {
    for (const usages of this.#byDialog.values()) yield* usages;
  }

  /** Whether a request with a To tag may belong to a usage. */
  has(request: SipMessage): boolean {
    return this.#byDialog.has(keyOfRequest(request));
  }

  /** Lets the usages of the dialog answer; false when none of them does. */
  offer(request: ServerRequest): boolean {
    const usages = this.#byDialog.get(keyOfRequest(request.message)) ?? [];
    return usages.some((usage) => usage.handle(request));
  }

  /** A dialog is no more for the peer. */
  lose(dialog: Dialog): void {
    const usages = this.#byDialog.get(keyOf(dialog.callId, dialog.localTag)) ?? [];
    for (const usage of usages) usage.lose(dialog);
  }

  stop(): void {
    for (const usage of [...this]) usage.stop();
  }

  dispose(): void {
    for (const usage of [...this]) usage.dispose();
    this.#byDialog.clear();
    this.#size = 0;
  }
}

function keyOfRequest(request: SipMessage): string {
  return keyOf(callId(request) ?? '', toHeader(request)?.tag ?? '');
}

function keyOf(id: string, localTag: string): string {
  return `${id} ${localTag}`;
}
