import type { Ladder, MessageSummary } from '../../contract/traffic.ts';

/** One message as a trace shows it. */
export interface TraceMessage extends MessageSummary {
  readonly callId: string;
}

/** Messages of a ladder with the Call-ID of their dialogs. */
export function traceMessages({ dialogs, messages }: Ladder): readonly TraceMessage[] {
  const callIds = new Map(dialogs.map(({ id, callId }) => [id, callId]));
  return messages.map((message) => ({ ...message, callId: callIds.get(message.dialogId) ?? '' }));
}

/** The words on an arrow: method or status, what it carries, and whether it is an old friend. */
export function labelOf(message: TraceMessage): string {
  const { kind, method, status, reason, sdp, retransmissionOf, findings, sizeBytes } = message;
  const words =
    kind === 'request'
      ? method
      : kind === 'response'
        ? `${status ?? ''} ${reason ?? ''}${(status ?? 0) >= 200 && method !== '' ? ` (${method})` : ''}`.trim()
        : `not SIP, ${sizeBytes} octets`;
  const badges = [
    ...(sdp === undefined ? [] : [sdp.direction === 'sendrecv' ? 'SDP' : `SDP ${sdp.direction}`]),
    ...(retransmissionOf === undefined ? [] : ['again']),
    ...(findings > 0 ? [`${findings}!`] : []),
  ];
  return badges.length === 0 ? words : `${words} [${badges.join(', ')}]`;
}
