import type { ServerRequest } from '../../../stack/agent/handler.ts';
import { formatAddress } from '../../../stack/core/address.ts';
import { fromHeader, toHeader } from '../../../stack/message/headers/name-addr.ts';
import { callId } from '../../../stack/message/headers/simple.ts';
import { tokens } from '../../../stack/message/headers/token-list.ts';
import { vias } from '../../../stack/message/headers/via.ts';
import { decodeText } from '../../../stack/message/octets.ts';
import type { OperatorItem } from '../../contract/operator.ts';

/** What an operator sees of a request, whatever it asks for. */
export type RequestFacts = Pick<
  OperatorItem,
  | 'method'
  | 'from'
  | 'fromName'
  | 'to'
  | 'protocol'
  | 'source'
  | 'callId'
  | 'arrivedAtMs'
  | 'hops'
  | 'supports'
>;

export function factsOf({ method, message, incoming, clock }: ServerRequest): RequestFacts {
  const { transport, received } = incoming;
  const from = fromHeader(message);
  return {
    method,
    from: decodeText(from?.uri ?? ''),
    fromName: decodeText(from?.displayName ?? ''),
    to: decodeText(toHeader(message)?.uri ?? ''),
    protocol: transport.protocol,
    source: formatAddress(received.from),
    callId: decodeText(callId(message) ?? ''),
    arrivedAtMs: clock.wallMs(),
    hops: Math.max(0, vias(message).length - 1),
    supports: [...tokens(message, 'Supported'), ...tokens(message, 'Require')].map(decodeText),
  };
}
