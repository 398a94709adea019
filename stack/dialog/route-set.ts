import { recordRoutes } from '../message/headers/name-addr.ts';
import type { SipMessage } from '../message/message.ts';
import { parseUri } from '../message/uri.ts';

/** URIs with their parameters, the next hop first; nothing else of Record-Route is kept. */
export type RouteSet = readonly string[];

/** The server's route set: Record-Route in order. @rfc 3261 §12.1.1 */
export function routeSetOfServer(request: SipMessage): RouteSet {
  return recordRoutes(request).map((route) => route.uri);
}

/** The client's route set: Record-Route in reverse order. @rfc 3261 §12.1.2 */
export function routeSetOfClient(response: SipMessage): RouteSet {
  return [...routeSetOfServer(response)].reverse();
}

/** Where a request of the dialog goes, and what it says about it. */
export interface Routing {
  readonly requestUri: string;
  /** Values of the Route header. */
  readonly routes: readonly string[];
}

/** Request-URI and Route for a loose or a strict first hop. @rfc 3261 §12.2.1.1 */
export function routingOf(routeSet: RouteSet, remoteTarget: string): Routing {
  const [first, ...others] = routeSet;
  if (first === undefined) return { requestUri: asRequestUri(remoteTarget), routes: [] };
  if (parseUri(first).params.has('lr'))
    return { requestUri: asRequestUri(remoteTarget), routes: routeSet.map(bracketed) };
  return { requestUri: asRequestUri(first), routes: [...others, remoteTarget].map(bracketed) };
}

/** Without what a Request-URI must not have: headers and the method parameter. @rfc 3261 §19.1.1, table 1 */
export function asRequestUri(text: string): string {
  const { scheme } = parseUri(text);
  if (scheme !== 'sip' && scheme !== 'sips') return text;
  const query = text.indexOf('?', text.lastIndexOf('@') + 1);
  const uri = query < 0 ? text : text.substring(0, query);
  return uri.replace(/;method=[^;]*/i, '');
}

function bracketed(uri: string): string {
  return `<${uri}>`;
}
