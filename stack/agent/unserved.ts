import type { ServerRequest } from './handler.ts';
import type { Session } from './session.ts';

/** Warning 399 says in words what no other code does. @rfc 3261 §20.43 */
const UNCHANGEABLE = '"the session cannot be changed here"';

/**
 * Answers a request that keeps or changes a call where no handler does: a mere refresh is accepted with what is agreed, a change refused.
 * @returns false for requests that are no business of the call itself.
 * @rfc 3261 §14.2, RFC 3311 §5.2, RFC 4028 §9
 */
export function answerUnserved(request: ServerRequest, { offers }: Session): boolean {
  const { method, localHost } = request;
  if (method !== 'INVITE' && method !== 'UPDATE') return false;
  const isChange = offers.state === 'remote-offer' && offers.offered !== offers.remoteSdp;
  const needsBody = method === 'INVITE' || offers.state === 'remote-offer';
  if (isChange) {
    const agent = localHost.includes(':') ? `[${localHost}]` : localHost;
    request.respond(488, { headers: [['Warning', `399 ${agent} ${UNCHANGEABLE}`]] });
  } else request.respond(200, needsBody && offers.localSdp !== undefined ? { body: offers.localSdp } : {});
  return true;
}
