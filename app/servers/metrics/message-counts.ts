import { cseq } from '../../../stack/message/headers/cseq.ts';
import { parseMessage } from '../../../stack/message/parse.ts';
import type { CaptureSink } from '../../../stack/transport/capture.ts';
import type { Metric, Sample } from './exposition.ts';
import { ResponseTimes } from './response-times.ts';

/** Methods with a label of their own; what a stranger makes up is counted together, so that labels stay few. */
const METHODS = new Set([
  ...['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER', 'PRACK', 'UPDATE', 'INFO', 'MESSAGE'],
  ...['SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'REFER'],
]);
const methodLabel = (method: string): string => (METHODS.has(method) ? method : 'other');

/** Counts and times what crosses the listeners of a node. */
export interface MessageCounts {
  readonly sink: CaptureSink;
  metrics(): readonly Metric[];
}

export function countMessages(): MessageCounts {
  const requests = new Map<string, { labels: Record<string, string>; value: number }>();
  const responses = new Map<string, { labels: Record<string, string>; value: number }>();
  const times = new ResponseTimes();
  let unreadable = 0;
  const count = (table: typeof requests, labels: Record<string, string>): void => {
    const key = Object.values(labels).join(' ');
    const known = table.get(key);
    if (known === undefined) table.set(key, { labels, value: 1 });
    else known.value++;
  };
  const samples = (table: typeof requests): readonly Sample[] => [...table.values()];
  return {
    sink: (crossed) => {
      const { direction, protocol, bytes } = crossed;
      const message = parseMessage(bytes);
      const { startLine } = message;
      if (startLine.kind === 'request') {
        const method = methodLabel(startLine.method);
        count(requests, { direction, method, transport: protocol });
        times.request(crossed, message, method);
      } else if (startLine.kind === 'response') {
        const method = methodLabel(cseq(message)?.method ?? '');
        count(responses, { direction, method, code: String(startLine.status) });
        times.response(crossed, message, method, startLine.status);
      } else unreadable++;
    },
    metrics: () => [
      {
        name: 'siphon_sip_requests_total',
        type: 'counter',
        help: 'SIP requests that crossed a listener, retransmissions included.',
        samples: samples(requests),
      },
      {
        name: 'siphon_sip_responses_total',
        type: 'counter',
        help: 'SIP responses that crossed a listener, retransmissions included.',
        samples: samples(responses),
      },
      {
        name: 'siphon_sip_parse_errors_total',
        type: 'counter',
        help: 'Messages without a readable start line.',
        samples: [{ value: unreadable }],
      },
      ...times.metrics(),
    ],
  };
}
