import { encode } from '../message/draft.ts';
import { cseq } from '../message/headers/cseq.ts';
import { topVia } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import type { CancelLines } from './types.ts';

/** Of a hop-by-hop request that no proxy relays. */
const MAX_FORWARDS = '70';

/** The ACK to a non-2xx final response: To as in the response, all else as in the INVITE. @rfc 3261 §17.1.1.3 */
export function buildAck(invite: SipMessage, response: SipMessage): Uint8Array {
  return buildCompanion(invite, 'ACK', response.first('To'));
}

/** The CANCEL of an INVITE: everything as in the INVITE but the method. @rfc 3261 §9.1 */
export function buildCancel(invite: SipMessage, lines: CancelLines = []): Uint8Array {
  return buildCompanion(invite, 'CANCEL', invite.first('To'), lines);
}

/** A request with the branch, the Route and the CSeq number of the INVITE it belongs to. */
function buildCompanion(
  invite: SipMessage,
  method: 'ACK' | 'CANCEL',
  to: string | undefined,
  lines: CancelLines = [],
): Uint8Array {
  const uri = invite.startLine.kind === 'request' ? invite.startLine.uri : '';
  const headers: [string, string][] = [['Via', topVia(invite)?.text ?? '']];
  for (const route of invite.all('Route')) headers.push(['Route', route]);
  headers.push(
    ['Max-Forwards', MAX_FORWARDS],
    ['From', invite.first('From') ?? ''],
    ['To', to ?? ''],
    ['Call-ID', invite.first('Call-ID') ?? ''],
    ['CSeq', `${cseq(invite)?.number ?? ''} ${method}`],
  );
  for (const [name, value] of lines) headers.push([name, value]);
  return encode({ method, uri, headers });
}
