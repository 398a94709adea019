import type { ConnectionBound } from './client-transaction.ts';
import type { AnyTransaction } from './types.ts';

/** Which transactions wait for a response over which connection. */
export class Travellers {
  readonly #byConnection = new Map<string, Set<ConnectionBound>>();
  readonly #connectionOf = new Map<AnyTransaction | ConnectionBound, string>();

  add(transaction: ConnectionBound, connectionId: string): void {
    this.remove(transaction);
    this.#connectionOf.set(transaction, connectionId);
    const others = this.#byConnection.get(connectionId);
    if (others === undefined) this.#byConnection.set(connectionId, new Set([transaction]));
    else others.add(transaction);
  }

  /** It waits no more; harmless when it never did. */
  remove(transaction: AnyTransaction | ConnectionBound): void {
    const connectionId = this.#connectionOf.get(transaction);
    if (connectionId === undefined) return;
    this.#connectionOf.delete(transaction);
    const others = this.#byConnection.get(connectionId);
    others?.delete(transaction as ConnectionBound);
    if (others?.size === 0) this.#byConnection.delete(connectionId);
  }

  /** Everybody who waits on the connection; they wait no more. */
  take(connectionId: string): readonly ConnectionBound[] {
    const all = [...(this.#byConnection.get(connectionId) ?? [])];
    for (const transaction of all) this.remove(transaction);
    return all;
  }

  clear(): void {
    this.#byConnection.clear();
    this.#connectionOf.clear();
  }
}
