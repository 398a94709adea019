import type { SipMessage } from '../../stack/message/message.ts';
import { toHeader } from '../../stack/message/headers/name-addr.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import type { SocketUser } from '../engine/actor-socket.ts';

/** Who of one actor waits for a call that somebody else begins: whoever waits longest is the next. */
export class Waiting<C> {
  readonly #slots = new Map<C, { readonly user: SocketUser; left: number }>();
  readonly #callOf: (id: string) => C | undefined;

  /** @param callOf - the call that knows a Call-ID already, at whichever actor. */
  constructor(callOf: (id: string) => C | undefined) {
    this.#callOf = callOf;
  }

  /** @param dialogs - how many requests that begin one it waits for. */
  add(call: C, user: SocketUser, dialogs: number): void {
    if (dialogs > 0) this.#slots.set(call, { user, left: dialogs });
  }

  remove(call: C): void {
    this.#slots.delete(call);
  }

  /** A request that begins a dialog is for the call that has its Call-ID, as behind a proxy, else for the one that waits longest. */
  claim(message: SipMessage): SocketUser | undefined {
    if (toHeader(message)?.tag !== undefined) return undefined;
    const own = this.#callOf(callId(message) ?? '');
    const call = own !== undefined && this.#slots.has(own) ? own : this.#slots.keys().next().value;
    const slot = call === undefined ? undefined : this.#slots.get(call);
    if (call === undefined || slot === undefined) return undefined;
    if (--slot.left === 0) this.#slots.delete(call);
    return slot.user;
  }
}
