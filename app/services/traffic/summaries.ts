import { topVia } from '../../../stack/message/headers/via.ts';
import type { SipMessage } from '../../../stack/message/message.ts';
import { decodeText } from '../../../stack/message/octets.ts';
import { parseMessage } from '../../../stack/message/parse.ts';
import type { DialogSummary, MessageSummary } from '../../contract/traffic.ts';
import { findingsOf, sdpOf } from './details.ts';
import type { DialogRecord, StoredMessage } from './store/records.ts';

/** Records as faces see them: decoded, and with what is too dear to keep for every message. */

export function messageSummary(message: StoredMessage, parsed = parseMessage(message.bytes)): MessageSummary {
  const { flow, kind, status, reason, cseq, retransmissionOf } = message;
  const sdp = sdpOf(parsed);
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
    findings: warningsOf(message, parsed),
    serverId: flow.serverId,
    ...(kind === 'response' && { status, reason: decodeText(reason) }),
    ...(cseq !== undefined && { cseq }),
    ...(sdp && { sdp }),
    ...(retransmissionOf !== undefined && { retransmissionOf }),
  };
}

export function dialogSummary(dialog: DialogRecord): DialogSummary {
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
    findings: dialog.messages.reduce((sum, message) => sum + warningsOf(message, undefined), 0),
    ...(setupMs !== undefined && { setupMs }),
    ...(durationMs !== undefined && { durationMs }),
    ...(result && { result: { status: result.status, reason: decodeText(result.reason) } }),
    ...(first && { serverId: first.flow.serverId }),
  };
}

/** Hundreds of rows go out at once: a text longer than anybody reads in a list is cut, the inspector has it whole. */
const MAX_SHOWN = 1000;
const shown = (text: string): string =>
  text.length > MAX_SHOWN ? `${decodeText(text.slice(0, MAX_SHOWN))}…` : decodeText(text);

/** Counted when somebody looks, since it means to read every header; then kept. */
function warningsOf(message: StoredMessage, parsed: SipMessage | undefined): number {
  return (message.findings ??= findingsOf(parsed ?? parseMessage(message.bytes)).filter(
    ({ severity }) => severity !== 'info',
  ).length);
}
