import { fnv1a } from '../core/fnv.ts';
import { cseq } from '../message/headers/cseq.ts';
import { fromHeader, toHeader } from '../message/headers/name-addr.ts';
import { callId } from '../message/headers/simple.ts';
import { vias } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';

/**
 * Everything of a request that decides where this proxy sends it, as a short text for the end of the branch: equal again means that the request
 * came round unchanged. The top Via is no part of it, since that differs each time round.
 * @param seed - of this node, so that no other node's branches look like ours.
 * @rfc 3261 §16.6 step 8, RFC 5393 §4.2.1
 */
export function loopHash(request: SipMessage, seed: number): string {
  const { startLine } = request;
  const uri = startLine.kind === 'request' ? startLine.uri : '';
  let sum = fnv1a(uri, seed);
  sum = fnv1a(`${callId(request) ?? ''}\n${cseq(request)?.number ?? ''}`, sum);
  sum = fnv1a(`${fromHeader(request)?.tag ?? ''}\n${toHeader(request)?.tag ?? ''}`, sum);
  for (const name of ['Route', 'Proxy-Require', 'Proxy-Authorization'] as const) {
    if (request.first(name) === undefined) continue;
    for (const value of request.all(name)) sum = fnv1a(`\n${value}`, sum);
  }
  return sum.toString(36);
}

/** Separates the unique part of a branch from the hash. */
const MARK = '.';

/** A branch that tells loops from spirals. */
export function branchWith(unique: string, hash: string): string {
  return `${unique}${MARK}${hash}`;
}

/** Whether the request has been here before, and nothing that decides its way has changed since. @rfc 3261 §16.3 step 4 */
export function isLoop(request: SipMessage, hash: string): boolean {
  const end = MARK + hash;
  return vias(request).some(({ branch }) => branch?.endsWith(end) === true);
}
