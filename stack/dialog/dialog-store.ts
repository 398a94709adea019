import { flat } from '../core/flat.ts';
import { fromHeader, toHeader } from '../message/headers/name-addr.ts';
import { callId } from '../message/headers/simple.ts';
import type { SipMessage } from '../message/message.ts';
import type { Dialog } from './dialog.ts';

/**
 * What the map holds of a dialog. V8 leaves the tables that a busy map has outgrown to the next full collection, and with them all they
 * name: emptied with its dialog, a place keeps nothing else alive.
 */
interface Place<T> {
  value: T | undefined;
}

/** Dialogs of one user agent, each with what its owner keeps about it, found by the dialog id of a message. @rfc 3261 §12 */
export class DialogStore<T> {
  readonly #places = new Map<string, Place<T>>();

  get size(): number {
    return this.#places.size;
  }

  /** Adds a dialog, or replaces what is kept about it. */
  set(dialog: Dialog, value: T): void {
    const id = idOf(dialog);
    const place = this.#places.get(id);
    if (place === undefined) this.#places.set(id, { value });
    else place.value = value;
  }

  delete(dialog: Dialog): void {
    const id = idOf(dialog);
    const place = this.#places.get(id);
    if (place === undefined) return;
    place.value = undefined;
    this.#places.delete(id);
  }

  get(dialog: Dialog): T | undefined {
    return this.#places.get(idOf(dialog))?.value;
  }

  /** The dialog of a request that came in: its To tag is ours. */
  ofRequest(request: SipMessage): T | undefined {
    const id = dialogId(callId(request), toHeader(request)?.tag, fromHeader(request)?.tag);
    return this.#places.get(id)?.value;
  }

  /** The dialog of a response that came in: its From tag is ours. */
  ofResponse(response: SipMessage): T | undefined {
    const id = dialogId(callId(response), fromHeader(response)?.tag, toHeader(response)?.tag);
    return this.#places.get(id)?.value;
  }

  *values(): IterableIterator<T> {
    for (const { value } of this.#places.values()) if (value !== undefined) yield value;
  }
}

function idOf({ callId: id, localTag, remoteTag }: Dialog): string {
  return dialogId(id, localTag, remoteTag);
}

/**
 * The name of a dialog, local tag before remote tag; it holds on to no message. A tag that a peer of RFC 2543 does not have counts as an
 * empty one. @rfc 3261 §12, §12.1.1
 */
export function dialogId(
  id: string | undefined,
  localTag: string | undefined,
  remoteTag: string | undefined,
): string {
  return flat(`${id ?? ''}\n${localTag ?? ''}\n${remoteTag ?? ''}`);
}
