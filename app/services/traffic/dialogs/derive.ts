import type { DialogState } from '../../../contract/traffic.ts';
import type { DialogKind, DialogRecord, StoredMessage } from '../store/records.ts';
import { CALL, callInput } from './call.ts';
import type { DialogInput, Transitions } from './inputs.ts';
import { OTHER, otherInput } from './other.ts';

interface Rules {
  readonly transitions: Transitions;
  readonly inputOf: (dialog: DialogRecord, message: StoredMessage) => DialogInput | undefined;
}

/** One entry a kind of dialog. Responses nobody asked for and junk have no rules: they stay out of any dialog. */
const RULES: Readonly<Record<DialogKind, Rules | undefined>> = {
  call: { transitions: CALL, inputOf: callInput },
  other: { transitions: OTHER, inputOf: otherInput },
  stray: undefined,
  junk: undefined,
};

const ENDED: ReadonlySet<DialogState> = new Set<DialogState>([
  'completed',
  'cancelled',
  'rejected',
  'busy',
  'diverted',
  'failed',
  'timed-out',
  'challenged',
  'out-of-dialog',
]);
const FAILED: ReadonlySet<DialogState> = new Set<DialogState>(['failed', 'timed-out', 'rejected']);

/** Nothing more is expected: these go first when room is needed. */
export const hasEnded = (state: DialogState): boolean => ENDED.has(state);
/** Ended badly: neither a success nor somebody's choice to be busy, to cancel or to divert. */
export const hasFailed = (state: DialogState): boolean => FAILED.has(state);

/** Takes the next message into account. The message is already among `dialog.messages`. */
export function derive(dialog: DialogRecord, message: StoredMessage): void {
  dialog.lastAtMs = Math.max(dialog.lastAtMs, message.atMs);
  if (message.retransmissionOf !== undefined) {
    dialog.retransmissions += 1;
    return;
  }
  if (dialog.kind === 'stray' && message.kind === 'request') begin(dialog, message);
  const rules = RULES[dialog.kind];
  const input = rules?.inputOf(dialog, message);
  if (!rules || input === undefined) return;
  if (input === 'request' && !isNewAttempt(dialog, message)) return;
  if (input === 'request') attempt(dialog, message);
  const next = rules.transitions[dialog.state]?.[input];
  if (next === undefined) return;
  dialog.state = next;
  measure(dialog, message, input);
}

function begin(dialog: DialogRecord, { method, hasToTag }: StoredMessage): void {
  dialog.kind = method === 'INVITE' && !hasToTag ? 'call' : 'other';
  dialog.state = 'setup';
  dialog.method = method;
}

/** A second hop of the same request is no new attempt: it has the same CSeq. */
const isNewAttempt = ({ attempt: before }: DialogRecord, { method, cseq }: StoredMessage): boolean =>
  before?.cseq !== cseq || before?.method !== method;

/** The first attempt, or another one under the same Call-ID. */
function attempt(dialog: DialogRecord, { method, cseq, atMs }: StoredMessage): void {
  const before = dialog.attempt;
  const isNewCall = dialog.answeredAtMs !== undefined;
  // A call is set up from its first INVITE on, credentials and diversions included; others from the request that was answered.
  const startsAtMs = dialog.kind === 'call' && before && !isNewCall ? before.atMs : atMs;
  dialog.attempt = { method, cseq, atMs: startsAtMs };
  if (isNewCall) {
    dialog.answeredAtMs = dialog.durationMs = undefined;
    dialog.hasRung = false;
  }
}

function measure(dialog: DialogRecord, { atMs, status, reason }: StoredMessage, input: DialogInput): void {
  const startMs = dialog.attempt?.atMs;
  switch (input) {
    case 'request':
    case 'cancel':
      return;
    case 'bye':
      if (dialog.answeredAtMs !== undefined) dialog.durationMs ??= Math.max(0, atMs - dialog.answeredAtMs);
      return;
    case 'provisional':
      dialog.result = { status, reason };
      return;
    case 'ringing':
      dialog.result = { status, reason };
      if (dialog.kind !== 'call' || dialog.hasRung || startMs === undefined) return;
      dialog.hasRung = true;
      dialog.setupMs = Math.max(0, atMs - startMs);
      return;
    default:
      dialog.result = { status, reason };
      if (input === 'answered') dialog.answeredAtMs ??= atMs;
      if (!dialog.hasRung && startMs !== undefined) dialog.setupMs = Math.max(0, atMs - startMs);
  }
}
