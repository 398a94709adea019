import { flat } from '../core/flat.ts';
import { cseq } from '../message/headers/cseq.ts';
import { fromHeader, toHeader } from '../message/headers/name-addr.ts';
import { callId } from '../message/headers/simple.ts';
import type { Via } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';

/** What a branch of RFC 3261 starts with; alone it identifies nothing. @rfc 3261 §8.1.1.7, RFC 4475 §3.1.2 */
const MAGIC_COOKIE = 'z9hG4bK';

/** The branch is unique by itself, so requests of RFC 2543 are told apart by more. @rfc 3261 §17.2.3 */
export function hasUniqueBranch(via: Via): boolean {
  return (
    via.branch !== undefined && via.branch.length > MAGIC_COOKIE.length && via.branch.startsWith(MAGIC_COOKIE)
  );
}

/** Branch, sent-by and method of the top Via: finds transactions of RFC 3261 on both sides. @rfc 3261 §17.1.3, §17.2.3 */
export function branchKey(via: Via, method: string): string {
  const { host, port } = via.sentBy;
  return flat(`${via.branch ?? ''} ${host.toLowerCase()}:${port ?? ''} ${method}`);
}

/**
 * The key of a server transaction. ACK and CANCEL name the method of the transaction they belong to.
 * For RFC 2543 peers all that their requests repeat is compared. The To tag of an INVITE is no part of it, since its ACK carries the
 * tag of the response; that is compared when an ACK comes.
 * @rfc 3261 §17.2.3
 */
export function serverKey(request: SipMessage, uri: string, via: Via, method: string): string {
  if (hasUniqueBranch(via)) return branchKey(via, method);
  const toTag = method === 'INVITE' ? '' : (toHeader(request)?.tag ?? '');
  const fromTag = fromHeader(request)?.tag ?? '';
  const number = cseq(request)?.number ?? '';
  return [uri, toTag, fromTag, callId(request) ?? '', number, via.text, method].join('\n');
}
