import { fromHeader, toHeader } from '../message/headers/name-addr.ts';
import { callId } from '../message/headers/simple.ts';
import type { SipMessage } from '../message/message.ts';
import type { Dialog } from './dialog.ts';

/** Dialogs of one user agent, each with what its owner keeps about it, found by the dialog id of a message. @rfc 3261 §12 */
export class DialogStore<T> {
  readonly #entries = new Map<string, T>();

  get size(): number {
    return this.#entries.size;
  }

  /** Adds a dialog, or replaces what is kept about it. */
  set(dialog: Dialog, value: T): void {
    this.#entries.set(idOf(dialog), value);
  }

  delete(dialog: Dialog): void {
    this.#entries.delete(idOf(dialog));
  }

  get(dialog: Dialog): T | undefined {
    return this.#entries.get(idOf(dialog));
  }

  /** The dialog of a request that came in: its To tag is ours. */
  ofRequest(request: SipMessage): T | undefined {
    const id = dialogId(callId(request), toHeader(request)?.tag, fromHeader(request)?.tag);
    return this.#entries.get(id);
  }

  /** The dialog of a response that came in: its From tag is ours. */
  ofResponse(response: SipMessage): T | undefined {
    const id = dialogId(callId(response), fromHeader(response)?.tag, toHeader(response)?.tag);
    return this.#entries.get(id);
  }

  values(): IterableIterator<T> {
    return this.#entries.values();
  }
}

function idOf({ callId: id, localTag, remoteTag }: Dialog): string {
  return dialogId(id, localTag, remoteTag);
}

/** A tag that a peer of RFC 2543 does not have counts as an empty one. @rfc 3261 §12.1.1 */
function dialogId(
  id: string | undefined,
  localTag: string | undefined,
  remoteTag: string | undefined,
): string {
  return `${id ?? ''}\n${localTag ?? ''}\n${remoteTag ?? ''}`;
}
