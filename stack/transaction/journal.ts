import type { Disposable, Unsubscribe } from '../core/emitter.ts';
import type { AnyTransaction, Fired, Transition } from './types.ts';

/** What was noted of one transaction. */
export interface JournalEntry {
  /** `Clock.now()` of its start; undefined when it had begun before anybody looked. */
  readonly startMs: number | undefined;
  readonly callId: string | undefined;
  /** Latest last. */
  readonly transitions: readonly Transition[];
}

interface Notes extends JournalEntry {
  readonly transitions: Transition[];
}

/** What the journal needs of the layer. */
export interface JournalSource {
  onFired(listener: (fired: Fired) => void): Unsubscribe;
}

/** Transitions kept of each transaction. */
const MAX_TRANSITIONS = 16;
/** Transactions whose transitions are kept; while there are so many, later ones go without. */
const MAX_TRANSACTIONS = 2000;

/**
 * Remembers the latest transitions of transactions while it is open: for somebody who watches. Closed, it costs nothing, and transactions
 * that began meanwhile have no history.
 */
export class TransactionJournal implements Disposable {
  readonly #source: JournalSource;
  readonly #notes = new Map<AnyTransaction, Notes>();
  #stop: Unsubscribe | undefined;

  constructor(source: JournalSource) {
    this.#source = source;
  }

  /** Harmless when it is open. */
  open(): void {
    this.#stop ??= this.#source.onFired((fired) => {
      this.#note(fired);
    });
  }

  /** Stops listening and forgets everything. */
  close(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#notes.clear();
  }

  dispose(): void {
    this.close();
  }

  of(transaction: AnyTransaction): JournalEntry | undefined {
    return this.#notes.get(transaction);
  }

  #note({ transaction, transition }: Fired): void {
    if (transition.to === 'terminated') {
      this.#notes.delete(transaction);
      return;
    }
    let notes = this.#notes.get(transaction);
    if (notes === undefined) {
      if (this.#notes.size >= MAX_TRANSACTIONS) return;
      const { callId } = transaction.facts();
      const startMs = transition.from === 'idle' ? transition.atMs : undefined;
      notes = { startMs, callId, transitions: [] };
      this.#notes.set(transaction, notes);
    }
    if (notes.transitions.length >= MAX_TRANSITIONS) notes.transitions.shift();
    notes.transitions.push(transition);
  }
}
