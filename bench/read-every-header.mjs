// Reads every typed header of a message, so that the "everything" row of the parse bench hides no lazy work.
import { cseq } from '../stack/message/headers/cseq.ts';
import { contacts, fromHeader, recordRoutes, routes, toHeader } from '../stack/message/headers/name-addr.ts';
import { callId, contentLength, contentType, expires, maxForwards } from '../stack/message/headers/simple.ts';
import { tokens } from '../stack/message/headers/token-list.ts';
import { vias } from '../stack/message/headers/via.ts';

const TOKEN_LISTS = ['Require', 'Proxy-Require', 'Supported', 'Unsupported', 'Allow', 'Accept'];

/** @returns a number that depends on everything read. */
export function readEveryHeader(message) {
  let sum = message.headers.length;
  for (const header of message.headers) sum += header.value.length;
  for (const via of vias(message)) sum += via.params.size;
  for (const name of [fromHeader(message), toHeader(message)])
    sum += (name?.uri.length ?? 0) + (name?.params.size ?? 0);
  for (const list of [contacts(message), routes(message), recordRoutes(message)])
    for (const entry of list) sum += entry.uri?.length ?? 1;
  for (const name of TOKEN_LISTS) sum += tokens(message, name).length;
  sum += cseq(message)?.number ?? 0;
  sum += (callId(message)?.length ?? 0) + (maxForwards(message) ?? 0) + (contentLength(message) ?? 0);
  return sum + (expires(message) ?? 0) + (contentType(message)?.length ?? 0);
}
