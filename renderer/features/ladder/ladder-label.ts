import type { MessageSummary } from '../../../app/contract/traffic.ts';
import type { IconName } from '../../ui/icon.tsx';
import { methodClass, statusClass, statusIcon, visibleString } from '../wire/index.ts';
import type { MessageRow } from './ladder-rows.ts';

/** What colours an arrow; the shape says the same without colour. */
export const COLOUR_MODES = ['method', 'dialog', 'transaction', 'direction'] as const;
export type ColourMode = (typeof COLOUR_MODES)[number];

/** How the time column counts. */
export const TIME_MODES = ['since-start', 'delta', 'absolute'] as const;
export type TimeMode = (typeof TIME_MODES)[number];

/** The value after `current` in a cycle. */
export function nextOf<T>(cycle: readonly T[], current: T): T {
  const next = cycle[(cycle.indexOf(current) + 1) % cycle.length];
  return next ?? current;
}

export interface LadderLabel {
  readonly icon?: IconName;
  /** Method or status code: never cut. */
  readonly strong: string;
  /** Reason phrase and method of a response: cut first. */
  readonly rest: string;
  /** `SDP`, `sendonly`, `SDP PCMU, PCMA`. */
  readonly badge?: string;
}

/** The words on an arrow. */
export function labelOf(message: MessageSummary, hasSdpDetails: boolean): LadderLabel {
  const badge = sdpBadge(message, hasSdpDetails);
  const extra = badge === undefined ? {} : { badge };
  if (message.kind === 'invalid') {
    return { strong: 'Not SIP', rest: `${String(message.sizeBytes)} octets`, ...extra };
  }
  if (message.kind === 'request') return { strong: message.method, rest: '', ...extra };
  const status = message.status ?? 0;
  const method = status >= 200 && message.method !== '' ? ` (${message.method})` : '';
  return {
    icon: statusIcon(status),
    strong: String(status),
    rest: `${message.reason ?? ''}${method}`.trim(),
    ...extra,
  };
}

function sdpBadge(message: MessageSummary, hasDetails: boolean): string | undefined {
  if (message.sdp === undefined) return undefined;
  const { codecs, direction } = message.sdp;
  const name = direction === 'sendrecv' ? 'SDP' : direction;
  return hasDetails && codecs !== '' ? `${name} ${codecs}` : name;
}

const HUES = 8;

/** The class that gives an arrow its colour. Dialogs and transactions take hues in turn. */
export function toneOf(message: MessageSummary, mode: ColourMode, turnOf: (key: string) => number): string {
  if (message.kind === 'invalid') return 's5';
  switch (mode) {
    case 'method':
      return message.kind === 'response' ? statusClass(message.status ?? 0) : methodClass(message.method);
    case 'dialog':
      return `hue${String(turnOf(`d${String(message.dialogId)}`) % HUES)}`;
    case 'transaction':
      return `hue${String(turnOf(transactionKey(message)) % HUES)}`;
    case 'direction':
      return message.direction === 'in' ? 'hue0' : 'hue2';
  }
}

/** Numbers keys in order of appearance. */
export function createTurns(): (key: string) => number {
  const turns = new Map<string, number>();
  return (key) => {
    const turn = turns.get(key) ?? turns.size;
    turns.set(key, turn);
    return turn;
  };
}

/**
 * What messages of one transaction share; the ACK of a 2xx, a transaction of its own by RFC 3261 §13.2.2.4, counts to its INVITE,
 * because people look for it there.
 */
export function transactionKey(message: MessageSummary): string {
  const method = message.method === 'ACK' || message.method === 'CANCEL' ? 'INVITE' : message.method;
  return `t${String(message.dialogId)} ${String(message.cseq ?? '')} ${method}`;
}

/** Ended badly, or could not be read. A challenge is no failure of its own, but worth a stop too. */
export function isFailure(message: MessageSummary): boolean {
  return message.kind === 'invalid' || (message.status ?? 0) >= 400;
}

/** One sentence for assistive technology. */
export function describeRow(
  row: MessageRow,
  total: number,
  nameOf: (address: string) => string,
  previousMs: number | undefined,
  timeOfDay: string,
): string {
  const { message } = row;
  const what =
    message.kind === 'invalid'
      ? 'unreadable message'
      : message.kind === 'response'
        ? `${String(message.status ?? 0)} ${visibleString(message.reason ?? '')} to ${message.method}`
        : visibleString(message.method);
  const parts = [
    `message ${String(row.number)} of ${String(total)}`,
    `${what} from ${visibleString(nameOf(message.source))} to ${visibleString(nameOf(message.destination))}`,
    message.protocol.toUpperCase(),
    timeOfDay,
  ];
  if (previousMs !== undefined)
    parts.push(`${String(Math.round(message.atMs - previousMs))} ms after previous`);
  if (message.sdp !== undefined) parts.push('has SDP');
  if (row.retransmissions > 0) parts.push(`sent again ${times(row.retransmissions)}`);
  if (message.retransmissionOf !== undefined) parts.push('retransmission');
  if (message.findings > 0)
    parts.push(
      `${String(message.findings)} ${message.findings === 1 ? 'finding' : 'findings'}${message.worst === 'error' ? ', an error' : ''}`,
    );
  return parts.join(', ');
}

const times = (count: number): string => (count === 1 ? 'once' : `${String(count)} times`);
