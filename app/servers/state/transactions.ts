import { formatAddress } from '../../../stack/core/address.ts';
import type { Clock, Timer } from '../../../stack/core/clock.ts';
import type { Disposable } from '../../../stack/core/emitter.ts';
import { TransactionJournal } from '../../../stack/transaction/journal.ts';
import type { TransactionLayer } from '../../../stack/transaction/layer.ts';
import type { AnyTransaction, RunningTimer } from '../../../stack/transaction/types.ts';
import { MAX_STATE_ROWS, type NodeState, type TimerLeft, type TransactionRow } from '../../contract/state.ts';
import { wallOf } from './wall.ts';

/** How long transitions are noted after the last look. */
const WATCH_MS = 15_000;

/** Reads transactions, and has their transitions noted while somebody looks again and again. */
export class TransactionWatch implements Disposable {
  readonly #clock: Clock;
  readonly #layer: TransactionLayer;
  readonly #journal: TransactionJournal;
  #end: Timer | undefined;

  constructor(clock: Clock, layer: TransactionLayer) {
    this.#clock = clock;
    this.#layer = layer;
    this.#journal = new TransactionJournal(layer);
  }

  /** Those at work first, then those that only absorb retransmissions, the latest of them. */
  read(): NodeState['transactions'] {
    this.#keepOpen();
    const working: AnyTransaction[] = [];
    const retired: AnyTransaction[] = [];
    for (const transaction of this.#layer.transactions()) {
      if (transaction.isRetired) retired.push(transaction);
      else if (working.length < MAX_STATE_ROWS) working.push(transaction);
    }
    const room = MAX_STATE_ROWS - working.length;
    const shown = room === 0 ? working : [...working, ...retired.slice(-room)];
    return { total: this.#layer.size, rows: shown.map((transaction) => this.#row(transaction)) };
  }

  dispose(): void {
    this.#end?.cancel();
    this.#end = undefined;
    this.#journal.dispose();
  }

  #keepOpen(): void {
    this.#journal.open();
    this.#end?.cancel();
    this.#end = this.#clock.after(WATCH_MS, () => {
      this.#journal.close();
    });
  }

  #row(transaction: AnyTransaction): TransactionRow {
    const { id, side, state } = transaction;
    const noted = this.#journal.of(transaction);
    const facts = transaction.facts();
    const { transport, target } = facts.route;
    const startMs = noted?.startMs ?? facts.startMs ?? this.#clock.now();
    return {
      id: `${side} ${id}`,
      ...partsOf(id),
      side,
      state,
      callId: facts.callId ?? noted?.callId ?? '',
      protocol: transport.protocol,
      peer: formatAddress(target.address),
      timers: transaction.timers.map((timer) => this.#timer(timer)),
      startedAtMs: wallOf(this.#clock, startMs),
      history: (noted?.transitions ?? []).map(({ atMs, from, to, input, rfc }) => ({
        atMs: wallOf(this.#clock, atMs),
        from,
        to,
        input,
        rfc,
      })),
    };
  }

  #timer({ input, dueMs, delayMs }: RunningTimer): TimerLeft {
    const name = input.replace(/^timer-/, '');
    return {
      name: name.length === 1 ? name.toUpperCase() : name,
      dueAtMs: wallOf(this.#clock, dueMs),
      delayMs,
    };
  }
}

/** Transactions are named by branch, sent-by and method; those with peers of RFC 2543, which have no branch of their own, by more. @rfc 3261 §17.2.3 */
function partsOf(id: string): { readonly branch: string; readonly method: string } {
  const parts = id.split(/[ \n]/);
  return { branch: id.includes('\n') ? '' : (parts[0] ?? ''), method: parts.at(-1) ?? '' };
}
