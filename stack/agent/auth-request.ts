import type { AuthRequest } from '../auth/client-session.ts';
import { sourceOf } from '../message/chars.ts';
import { canonicalName } from '../message/header-names.ts';
import { parseNameAddr } from '../message/headers/parse-name-addr.ts';
import type { RequestDraft } from '../message/draft.ts';

/** What of a draft goes into its credentials. @param nextHop - URI of the next hop. */
export function authRequest(draft: RequestDraft, nextHop: string): AuthRequest {
  const { method, uri, body } = draft;
  const value = (wanted: string): string =>
    draft.headers.find(([name]) => name === wanted || canonicalName(name) === wanted)?.[1] ?? '';
  return {
    method,
    uri,
    body,
    callId: value('Call-ID'),
    from: uriOf(value('From')),
    to: uriOf(value('To')),
    nextHop,
  };
}

function uriOf(value: string): string {
  return parseNameAddr(sourceOf(value), 0, value.length, false).uri;
}
