import { routes, type NameAddr } from '../message/headers/name-addr.ts';
import { requestUri } from '../message/headers/request-uri.ts';
import { parseUri, type Uri } from '../message/uri.ts';
import type { BindingFlow } from '../registrar/location.ts';
import type { Incoming } from '../transaction/types.ts';
import type { FlowTokens } from './flow-token.ts';
import type { OwnNames } from './own-names.ts';

/** What a request says about its way once what was meant for this proxy is taken off. @rfc 3261 §16.4 */
export interface Preprocessed {
  readonly incoming: Incoming;
  /** To be worked on from here; the Request-URI of the message or what replaces it. */
  readonly uri: Uri;
  /** All Route values, those that go included. */
  readonly routes: readonly NameAddr[];
  /** How many of them go from the top: they name this proxy. */
  readonly dropFirst: number;
  /** The last one has become the Request-URI. */
  readonly dropsLast: boolean;
  /** The Route values that stay. */
  readonly left: readonly NameAddr[];
  /** The flow that our own Route value names; `forged` when we have not written it. @rfc 5626 §5.3 */
  readonly flow: BindingFlow | 'forged' | undefined;
  /** Our own Route value, the last one where there were two, is that of a listener for WebSockets over TLS. */
  readonly isOverWss: boolean;
}

/** Marks the two Record-Route values of one proxy, as other proxies do too. @rfc 5658 §3.3 */
export const DOUBLE = 'r2';

export interface PreprocessOptions {
  readonly own: OwnNames;
  readonly tokens: FlowTokens | undefined;
}

/** Takes off what the request says to this proxy: its own Route values, the damage of a strict router before it, a maddr that means it. */
export function preprocess(incoming: Incoming, { own, tokens }: PreprocessOptions): Preprocessed {
  const { message } = incoming;
  let uri = requestUri(message) ?? parseUri('');
  let left: readonly NameAddr[] = message.first('Route') === undefined ? NO_ROUTES : routes(message);
  const all = left;
  let dropsLast = false;
  let ownRoute: Uri | undefined;

  const last = left.at(-1);
  // A strict router has put our Record-Route value into the Request-URI and the real one to the end.
  if (last !== undefined && uri.params.has('lr') && own.isListener(uri)) {
    ownRoute = uri;
    uri = parseUri(last.uri);
    left = left.slice(0, -1);
    dropsLast = true;
  } else if (uri.params.has('maddr')) {
    uri = withoutOwnMaddr(uri, own);
  }

  let dropFirst = 0;
  for (let isOpen = true; isOpen;) {
    const [first] = left;
    const route = first && parseUri(first.uri);
    if (route === undefined || !own.isOwn(route)) break;
    ownRoute = route;
    dropFirst++;
    left = left.slice(1);
    isOpen = dropFirst === 1 && route.params.has(DOUBLE);
  }
  return {
    incoming,
    uri,
    routes: all,
    dropFirst,
    dropsLast,
    left,
    flow: flowOf(ownRoute?.user, tokens),
    isOverWss: ownRoute !== undefined && own.isOverWss(ownRoute),
  };
}

const NO_ROUTES: readonly NameAddr[] = [];

function flowOf(token: string | undefined, tokens: FlowTokens | undefined): Preprocessed['flow'] {
  if (token === undefined || tokens === undefined) return undefined;
  return tokens.read(token) ?? 'forged';
}

/** A maddr that is ours has done its work: it goes, and with it the port and transport that belong to it. */
function withoutOwnMaddr(uri: Uri, own: OwnNames): Uri {
  const maddr = uri.params.get('maddr') ?? '';
  const host = maddr.startsWith('[') ? maddr.slice(1, -1) : maddr;
  if (!own.isOwn({ ...uri, host })) return uri;
  let text = uri.text.replace(/;maddr=[^;?]*/i, '').replace(/;transport=[^;?]*/i, '');
  if (uri.port !== undefined) text = text.replace(`:${uri.port}`, '');
  return parseUri(text);
}
