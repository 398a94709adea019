import type { Finding } from '../../../stack/lint/finding.ts';
import { checkMessage } from '../../../stack/message/check.ts';
import { topVia } from '../../../stack/message/headers/via.ts';
import type { SipMessage } from '../../../stack/message/message.ts';
import { decodeText } from '../../../stack/message/octets.ts';
import { parseMessage } from '../../../stack/message/parse.ts';
import type { DialogSummary, MessageSummary } from '../../contract/traffic.ts';
import { isSaidBy, sdpOf } from './details.ts';
import type { DialogFindings } from './findings.ts';
import type { Defect, DialogRecord, StoredMessage } from './store/records.ts';

/** Records as faces see them: decoded, and with what is too dear to keep for every message. */

/** @param found - what the rules say about it. */
export function messageSummary(
  message: StoredMessage,
  found: readonly Finding[],
  parsed = parseMessage(message.bytes),
): MessageSummary {
  const { flow, kind, status, reason, cseq, retransmissionOf } = message;
  const sdp = sdpOf(parsed);
  const problems = problemsOf(message, found, parsed);
  return {
    id: message.id,
    dialogId: message.dialog.id,
    direction: flow.direction,
    protocol: flow.protocol,
    source: flow.source,
    destination: flow.destination,
    atMs: message.atMs,
    sizeBytes: message.length,
    kind,
    method: decodeText(message.method),
    branch: shown(topVia(parsed)?.branch ?? ''),
    hasToTag: message.hasToTag,
    findings: problems.length,
    serverId: flow.serverId,
    ...(kind === 'response' && { status, reason: decodeText(reason) }),
    ...(cseq !== undefined && { cseq }),
    ...(sdp && { sdp }),
    ...(retransmissionOf !== undefined && { retransmissionOf }),
    ...(problems.length > 0 && { worst: problems.includes('error') ? 'error' : 'warning' }),
  };
}

/**
 * @param found - what the rules say about its messages, by their numbers.
 * @param capture - name of the opened capture it came with.
 */
export function dialogSummary(
  dialog: DialogRecord,
  found: DialogFindings,
  capture: string | undefined,
): DialogSummary {
  const { first, setupMs, durationMs, result } = dialog;
  return {
    id: dialog.id,
    callId: shown(dialog.callId),
    state: dialog.state,
    method: shown(dialog.method),
    fromUser: shown(dialog.fromUser),
    toUser: shown(dialog.toUser),
    fromUri: shown(dialog.fromUri),
    toUri: shown(dialog.toUri),
    source: first?.flow.source ?? '',
    destination: first?.flow.destination ?? '',
    protocol: first?.flow.protocol ?? '',
    startedAtMs: first?.atMs ?? 0,
    lastAtMs: dialog.lastAtMs,
    messages: dialog.messages.length,
    retransmissions: dialog.retransmissions,
    findings: dialog.messages.reduce(
      (sum, message) => sum + problemsOf(message, found.get(message.id) ?? []).length,
      0,
    ),
    ...(setupMs !== undefined && { setupMs }),
    ...(durationMs !== undefined && { durationMs }),
    ...(result && { result: { status: result.status, reason: decodeText(result.reason) } }),
    ...(first && { serverId: first.flow.serverId }),
    ...(capture !== undefined && { capture }),
  };
}

/** Hundreds of rows go out at once: a text longer than anybody reads in a list is cut, the inspector has it whole. */
const MAX_SHOWN = 1000;
const shown = (text: string): string =>
  text.length > MAX_SHOWN ? `${decodeText(text.slice(0, MAX_SHOWN))}…` : decodeText(text);

/** Severities above info of everything that is wrong with a message; the structural ones are looked for once and kept. */
function problemsOf(
  message: StoredMessage,
  found: readonly Finding[],
  parsed?: SipMessage,
): readonly ('error' | 'warning')[] {
  message.defects ??= defectsOf(parsed ?? parseMessage(message.bytes));
  const structural = message.defects.filter(({ code }) => !isSaidBy(found, code));
  return [...structural, ...found].flatMap(({ severity }) => (severity === 'info' ? [] : [severity]));
}

const NONE: readonly Defect[] = [];

function defectsOf(parsed: SipMessage): readonly Defect[] {
  const defects = checkMessage(parsed).flatMap(({ code, severity }) =>
    severity === 'info' ? [] : [{ code, severity }],
  );
  return defects.length === 0 ? NONE : defects;
}
