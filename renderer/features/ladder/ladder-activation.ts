import type { MessageSummary } from '../../../app/contract/traffic.ts';
import type { MessageRow } from './ladder-rows.ts';

/**
 * What a lane is busy with between two messages: a transaction that waits for its final response, an early dialog, a confirmed one, one
 * on hold, or a transaction that failed.
 */
export type ActivationKind = 'transaction' | 'failed' | 'early' | 'confirmed' | 'hold';

/** A bar on a lane, from the line of one row to the line of another; row numbers index the message rows. */
export interface Activation {
  readonly kind: ActivationKind;
  readonly lane: number;
  readonly first: number;
  readonly last: number;
  /** Nothing has ended it yet. */
  readonly isOpen: boolean;
}

interface Exchange {
  readonly method: string;
  readonly isInitial: boolean;
  readonly dialogId: number;
  readonly cseq: number | undefined;
  readonly lanes: readonly number[];
  readonly first: number;
  /** First provisional response that made an early dialog. */
  early?: number;
  final?: { readonly at: number; readonly status: number };
  /** The ACK of a failed INVITE, which is of the same transaction. @rfc 3261 §17.1.1.3 */
  ack?: number;
  holds: boolean;
}

/** A call between two lanes: from its 2xx to its BYE. */
interface Session {
  readonly lane: number;
  readonly dialogId: number;
  readonly first: number;
  last?: number;
  /** Rows at which hold begins (true) and ends (false). */
  readonly changes: { readonly at: number; readonly isHeld: boolean }[];
}

/** One key for a transaction and its ACK; two hops of one request differ in branch. @rfc 3261 §17.1.3 */
const exchangeKey = (message: MessageSummary): string =>
  `${String(message.dialogId)} ${message.branch} ${message.method === 'ACK' ? 'INVITE' : message.method} ${String(message.cseq ?? '')}`;

const isHolding = (message: MessageSummary): boolean =>
  message.sdp !== undefined && message.sdp.direction !== 'sendrecv';

function collectExchanges(rows: readonly MessageRow[]): readonly Exchange[] {
  const exchanges = new Map<string, Exchange>();
  rows.forEach((row, at) => {
    const { message } = row;
    if (message.kind === 'invalid') return;
    const key = exchangeKey(message);
    const open = exchanges.get(key);
    if (message.kind === 'request') {
      if (message.method === 'ACK') {
        if (open?.final !== undefined) open.ack ??= at;
      } else if (open === undefined) {
        exchanges.set(key, {
          method: message.method,
          isInitial: message.method === 'INVITE' && !message.hasToTag,
          dialogId: message.dialogId,
          cseq: message.cseq,
          lanes: row.from === row.to ? [row.from] : [row.from, row.to],
          first: at,
          holds: isHolding(message),
        });
      }
      return;
    }
    const status = message.status ?? 0;
    if (open === undefined || open.final !== undefined) return;
    if (status >= 200) open.final = { at, status };
    else if (status > 100 && message.hasToTag) open.early ??= at;
  });
  return [...exchanges.values()];
}

/** Lanes that pass an INVITE on: they take part in more than one exchange of the same CSeq. */
function findForwarders(exchanges: readonly Exchange[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const forwarders = new Set<string>();
  for (const exchange of exchanges) {
    if (!exchange.isInitial) continue;
    for (const lane of exchange.lanes) {
      const key = `${String(exchange.dialogId)} ${String(exchange.cseq ?? '')} ${String(lane)}`;
      if (seen.has(key)) forwarders.add(key);
      seen.add(key);
    }
  }
  return forwarders;
}

function initialInvite(
  exchange: Exchange,
  end: number,
  forwarders: ReadonlySet<string>,
  sessions: Session[],
  out: Activation[],
): void {
  const { early, final, first } = exchange;
  for (const lane of exchange.lanes) {
    const isForwarder = forwarders.has(
      `${String(exchange.dialogId)} ${String(exchange.cseq ?? '')} ${String(lane)}`,
    );
    const earlyAt = isForwarder ? undefined : early;
    const isOpen = final === undefined;
    const failed = final !== undefined && final.status >= 300;
    const finalAt = final?.at ?? end;
    const closedAt = failed ? (exchange.ack ?? finalAt) : finalAt;
    if (earlyAt === undefined) {
      const kind = failed ? 'failed' : 'transaction';
      out.push({ kind, lane, first, last: closedAt, isOpen });
    } else {
      out.push({ kind: 'transaction', lane, first, last: earlyAt, isOpen: false });
      out.push({ kind: 'early', lane, first: earlyAt, last: finalAt, isOpen });
      if (failed && closedAt > finalAt) {
        out.push({ kind: 'failed', lane, first: finalAt, last: closedAt, isOpen: false });
      }
    }
    if (final !== undefined && final.status < 300 && !isForwarder) {
      sessions.push({ lane, dialogId: exchange.dialogId, first: final.at, changes: [] });
    }
  }
}

function sessionBars(session: Session, end: number, out: Activation[]): void {
  const last = session.last ?? end;
  const isOpen = session.last === undefined;
  let kind: ActivationKind = 'confirmed';
  let first = session.first;
  for (const change of session.changes) {
    const next = change.isHeld ? 'hold' : 'confirmed';
    if (next === kind || change.at >= last) continue;
    if (change.at > first) out.push({ kind, lane: session.lane, first, last: change.at, isOpen: false });
    kind = next;
    first = change.at;
  }
  if (last > first || isOpen) out.push({ kind, lane: session.lane, first, last, isOpen });
}

/** The bars of a ladder, drawn from nothing but its messages. */
export function buildActivations(rows: readonly MessageRow[]): readonly Activation[] {
  const out: Activation[] = [];
  const sessions: Session[] = [];
  const exchanges = collectExchanges(rows);
  const forwarders = findForwarders(exchanges);
  const end = rows.length - 1;
  const during = (lane: number, dialogId: number, at: number): Session | undefined =>
    sessions.find(
      (session) =>
        session.lane === lane &&
        session.dialogId === dialogId &&
        session.first <= at &&
        (session.last ?? end) >= at,
    );
  for (const exchange of exchanges) {
    if (exchange.isInitial) {
      initialInvite(exchange, end, forwarders, sessions, out);
      continue;
    }
    for (const lane of exchange.lanes) {
      const session = during(lane, exchange.dialogId, exchange.first);
      if (session !== undefined) {
        const isAccepted = exchange.final === undefined || exchange.final.status < 300;
        if (exchange.method === 'BYE') session.last = exchange.first;
        else if (exchange.method === 'INVITE' && isAccepted) {
          session.changes.push({ at: exchange.first, isHeld: exchange.holds });
        }
        continue;
      }
      if (exchange.method === 'CANCEL' || exchange.method === 'BYE') continue;
      if (out.some((bar) => bar.lane === lane && bar.first <= exchange.first && bar.last > exchange.first)) {
        continue;
      }
      const failed = exchange.final !== undefined && exchange.final.status >= 300;
      out.push({
        kind: failed ? 'failed' : 'transaction',
        lane,
        first: exchange.first,
        last: exchange.ack ?? exchange.final?.at ?? end,
        isOpen: exchange.final === undefined,
      });
    }
  }
  for (const session of sessions) sessionBars(session, end, out);
  return out;
}
