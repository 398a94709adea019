import { fromHeader, toHeader } from '../../message/headers/name-addr.ts';
import type { Seen } from '../seen.ts';
import { Dialog } from './dialog.ts';
import { Party } from './party.ts';
import { Transaction, transactionKey } from './transaction.ts';

const MAX_TRANSACTIONS = 128;
const MAX_DIALOGS = 32;

/** Everything remembered of the messages with one Call-ID. */
export class Call {
  readonly transactions = new Map<string, Transaction>();
  readonly dialogs: Dialog[] = [];
  /** The latest request of a sender outside dialogs, by From tag. */
  readonly outside = new Map<string, Seen>();
  /** Allow as the owner of a tag gave it last. */
  readonly allow = new Map<string, Seen>();
  lastAtMs = 0;

  dialogOf(seen: Seen): Dialog | undefined {
    // A peer of RFC 2543 has the empty tag.
    const { fromTag, toTag } = seen;
    return this.dialogs.find(
      ({ caller, callee }) =>
        (caller.tag === fromTag && callee.tag === toTag) || (caller.tag === toTag && callee.tag === fromTag),
    );
  }

  /** The dialog between the sender of a request and the owner of a tag, made where it is not there yet. */
  openDialog(request: Seen, calleeTag: string): Dialog {
    const known = this.dialogs.find((d) => d.caller.tag === request.fromTag && d.callee.tag === calleeTag);
    if (known !== undefined) return known;
    const dialog = new Dialog(
      request,
      new Party(request.fromTag, fromHeader(request.message)?.uri ?? ''),
      new Party(calleeTag, toHeader(request.message)?.uri ?? ''),
    );
    this.dialogs.push(dialog);
    if (this.dialogs.length > MAX_DIALOGS) this.dialogs.shift();
    return dialog;
  }

  /** The transaction of a request that was seen before, or that a response answers. */
  transactionOf(seen: Seen): Transaction | undefined {
    return this.transactions.get(transactionKey(seen, seen.method));
  }

  /** The INVITE of an ACK or CANCEL with the same branch. */
  inviteByBranch(seen: Seen): Transaction | undefined {
    return this.transactions.get(transactionKey(seen, 'INVITE'));
  }

  /** The INVITE of the same sender, the latest with that CSeq number if there is one. */
  inviteBySequence(seen: Seen): Transaction | undefined {
    const found = this.where(
      ({ request }) =>
        request.method === 'INVITE' &&
        request.direction === seen.direction &&
        request.fromTag === seen.fromTag,
    );
    return found.filter(({ request }) => request.cseq === seen.cseq).at(-1) ?? found.at(-1);
  }

  where(matches: (transaction: Transaction) => boolean): readonly Transaction[] {
    return [...this.transactions.values()].filter(matches);
  }

  add(request: Seen, relayOf: Transaction | undefined): Transaction {
    const transaction = new Transaction(request, relayOf);
    this.transactions.set(transactionKey(request, request.method), transaction);
    if (this.transactions.size > MAX_TRANSACTIONS) {
      for (const oldest of this.transactions.keys()) {
        this.transactions.delete(oldest);
        break;
      }
    }
    return transaction;
  }

  /** The request as it came in, when the recorded node passes it on. */
  sourceOf(request: Seen): Transaction | undefined {
    if (request.direction === 'in' || request.viaCount < 2) return undefined;
    return this.where((t) => t.request.direction === 'in' && t.request.originKey === request.originKey).at(
      -1,
    );
  }
}
