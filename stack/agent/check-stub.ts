import type { SipMessage } from '../message/message.ts';
import { cseq } from '../message/headers/cseq.ts';
import { fromHeader, toHeader } from '../message/headers/name-addr.ts';
import { callId } from '../message/headers/simple.ts';
export function requestDefect(m: SipMessage): { status: number; reason: string } | undefined {
  if (m.startLine.kind !== 'request') return undefined;
  if (m.startLine.version !== 'SIP/2.0') return { status: 505, reason: 'Version Not Supported' };
  if (!cseq(m) || !fromHeader(m) || !toHeader(m) || !callId(m)) return { status: 400, reason: 'Bad Request' };
  return undefined;
}
