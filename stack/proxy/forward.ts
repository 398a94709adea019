import type { Listeners } from '../agent/listeners.ts';
import { formatAddress } from '../core/address.ts';
import { contacts, toHeader } from '../message/headers/name-addr.ts';
import { maxForwards } from '../message/headers/simple.ts';
import { vias } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import { parseUri, type Uri } from '../message/uri.ts';
import type { BindingFlow } from '../registrar/location.ts';
import type { Incoming, Route } from '../transaction/types.ts';
import type { FlowTokens } from './flow-token.ts';
import type { OwnNames } from './own-names.ts';
import { DOUBLE, type Preprocessed } from './preprocess.ts';
import { Splice } from './splice.ts';
import type { Target } from './target.ts';

/** Of a request that came without one. @rfc 3261 §16.6 step 3 */
const MAX_FORWARDS = 70;

/** Make a dialog, so that later requests of it may be wanted here too. */
const DIALOG_METHODS: readonly string[] = ['INVITE', 'SUBSCRIBE', 'REFER', 'NOTIFY'];

export interface ForwardOptions {
  readonly listeners: Listeners;
  readonly own: OwnNames;
  readonly tokens: FlowTokens | undefined;
  /** Stay on the way of later requests of a dialog. @rfc 3261 §16.6 step 4 */
  readonly recordsRoute: boolean;
  /** Stay on the way of requests to whoever registers through us. @rfc 3327 §5.2 */
  readonly addsPath: boolean;
}

/** Request-URI and Route of a copy, and the URI that says where it goes. @rfc 3261 §16.6 steps 2, 6, 7 */
interface Course {
  readonly requestUri: string;
  readonly added: readonly string[];
  /** A strict router comes next: the first Route value left has become the Request-URI. */
  readonly consumesFirst: boolean;
  readonly appended: string | undefined;
  readonly nextHop: Uri;
}

function courseOf({ left }: Preprocessed, target: Target): Course {
  const [path] = target.routes;
  const first = path === undefined ? left[0]?.uri : addrOf(path);
  const plain = { requestUri: target.uri, added: target.routes, consumesFirst: false, appended: undefined };
  if (first === undefined) return { ...plain, nextHop: parseUri(target.uri) };
  const nextHop = parseUri(first);
  if (nextHop.params.has('lr')) return { ...plain, nextHop };
  return {
    requestUri: first,
    added: target.routes.slice(1),
    consumesFirst: path === undefined,
    appended: `<${target.uri}>`,
    nextHop,
  };
}

/** Where the copy for a target goes. */
export function nextHopOf(request: Preprocessed, target: Target): Uri {
  return courseOf(request, target).nextHop;
}

/** A Path value with or without its angle brackets. */
function addrOf(value: string): string {
  const open = value.indexOf('<');
  return open < 0 ? value : value.substring(open + 1, value.indexOf('>', open));
}

/**
 * The copy of a request for one target over one way, as octets.
 * @param breadth - along how many branches it may be forked further down.
 * @rfc 3261 §16.6
 */
export function forwarded(
  request: Preprocessed,
  target: Target,
  way: Route,
  branch: string,
  breadth: number,
  options: ForwardOptions,
): Uint8Array {
  const { incoming } = request;
  const { message, received } = incoming;
  const { startLine } = message;
  const method = startLine.kind === 'request' ? startLine.method : '';
  const splice = new Splice(message);
  const course = courseOf(request, target);
  if (startLine.kind === 'request' && course.requestUri !== startLine.uri)
    splice.requestUri(course.requestUri);
  const face = options.listeners.faceFor(way.transport, way.target.address.host);
  splice.addAbove('Via', face.viaPrefix + branch);
  splice.fillTopVia(received.from);
  splice.set('Max-Forwards', String(hopsLeft(message)));
  splice.set('Max-Breadth', String(breadth));
  if (options.recordsRoute && DIALOG_METHODS.includes(method) && makesDialog(message, method))
    for (const value of ownRoutes(request, target, way, options)) splice.addAbove('Record-Route', value);
  if (options.addsPath && method === 'REGISTER') splice.addAbove('Path', pathValue(incoming, options));
  spliceRoutes(splice, request, course);
  if (way.transport.isReliable) splice.ensureLength();
  return splice.toBytes();
}

function makesDialog(message: SipMessage, method: string): boolean {
  return method === 'NOTIFY' || toHeader(message)?.tag === undefined;
}

function hopsLeft(message: SipMessage): number {
  const hops = maxForwards(message);
  return hops === undefined ? MAX_FORWARDS : Math.max(hops - 1, 0);
}

function spliceRoutes(splice: Splice, request: Preprocessed, course: Course): void {
  const { dropFirst, dropsLast, routes } = request;
  const fromTop = dropFirst + (course.consumesFirst ? 1 : 0);
  if (fromTop > 0 || dropsLast)
    splice.dropValues(
      'Route',
      routes.map(({ span }) => span),
      (place) => place < fromTop || (dropsLast && place === routes.length - 1),
    );
  for (const value of course.added) splice.addAbove('Route', value.includes('<') ? value : `<${value}>`);
  if (course.appended !== undefined) splice.addBelow('Route', course.appended);
}

/** How a peer names us in a Route: one side of the proxy. */
interface Side {
  readonly transport: Incoming['transport'];
  readonly host: string;
  readonly flow: BindingFlow | undefined;
}

/**
 * Our Record-Route values, topmost first: one when both sides look alike, else one for each, the side of the next hop on top, so that each neighbour
 * gets an address and a transport that it can reach. @rfc 5658 §3.3
 */
function ownRoutes(
  request: Preprocessed,
  target: Target,
  way: Route,
  options: ForwardOptions,
): readonly string[] {
  const { listeners, own } = options;
  const { incoming } = request;
  const outHost = listeners.faceFor(way.transport, way.target.address.host).host;
  const inHost = listeners.faceTo(incoming).host;
  own.show(way.transport, outHost);
  own.show(incoming.transport, inHost);
  const scheme = parseUri(target.uri).scheme === 'sips' ? 'sips' : 'sip';
  const outFlow = target.flow ?? (isFlowNamed(way) ? flowOfWay(way) : undefined);
  const outside = ownUri(scheme, { transport: way.transport, host: outHost, flow: outFlow }, options);
  const inside = ownUri(
    scheme,
    { transport: incoming.transport, host: inHost, flow: needsFlow(incoming) ? flowOf(incoming) : undefined },
    options,
  );
  if (inside === outside) return [`<${inside};lr>`];
  return [`<${outside};lr;${DOUBLE}=on>`, `<${inside};lr;${DOUBLE}=on>`];
}

function ownUri(scheme: string, { transport, host, flow }: Side, { tokens }: ForwardOptions): string {
  const user = flow === undefined || tokens === undefined ? '' : `${tokens.write(flow)}@`;
  const at = formatAddress({ host, port: transport.local.port });
  const { protocol } = transport;
  const isImplied = protocol === 'udp' || (scheme === 'sips' && protocol === 'tls');
  // The transport parameter knows no `wss`. (RFC 7118 §5.2)
  const named = protocol === 'wss' ? 'ws' : protocol;
  return `${scheme}:${user}${at}${isImplied ? '' : `;transport=${named}`}`;
}

/** @rfc 3327 §5.2, RFC 5626 §5.1 */
function pathValue(incoming: Incoming, options: ForwardOptions): string {
  const { listeners, own, tokens } = options;
  const { host } = listeners.faceTo(incoming);
  own.show(incoming.transport, host);
  const flow = tokens !== undefined && isFirstHop(incoming) ? flowOf(incoming) : undefined;
  const uri = ownUri('sip', { transport: incoming.transport, host, flow }, options);
  return `<${uri};lr${flow === undefined ? '' : ';ob'}>`;
}

/** Over a connection that the callee has opened, and may be the only one who can. */
function isFlowNamed({ transport, target }: Route): boolean {
  if (target.sharing === 'flow') return true;
  return transport.protocol === 'tls' && target.connectionId !== undefined;
}

/**
 * A route by which other nodes reach a client of this one, whose flow it names: by a listener that takes requests of other servers.
 * @rfc 3327 §5.2, RFC 5626 §5.1
 */
export function pathOver(flow: BindingFlow, incoming: Incoming, options: ForwardOptions): string | undefined {
  const { listeners, own, tokens } = options;
  const transport = ['udp', 'tcp', 'tls']
    .map((name) => listeners.transports.find(({ protocol }) => protocol === name))
    .find((found) => found !== undefined);
  if (tokens === undefined || transport === undefined) return undefined;
  const { host } = listeners.faceTo(incoming);
  own.show(transport, host);
  return `<${ownUri('sip', { transport, host, flow }, options)};lr;ob>`;
}

/**
 * The sender can only be reached over the connection its request came on, or as good as only: few phones have the certificate that they would
 * need to be called over TLS.
 * @rfc 7118 §5, RFC 5626 §5.3, RFC 5923 §3
 */
function needsFlow(incoming: Incoming): boolean {
  if (!isFirstHop(incoming)) return false;
  const { protocol } = incoming.transport;
  if (protocol === 'ws' || protocol === 'wss' || protocol === 'tls') return true;
  const [contact] = contacts(incoming.message);
  return contact !== undefined && parseUri(contact.uri).params.has('ob');
}

/** No other proxy stands between the sender and us. */
function isFirstHop({ message }: Incoming): boolean {
  return vias(message).length === 1;
}

/** The flow a request came over. */
export function flowOf({ transport, received }: Incoming): BindingFlow {
  return {
    protocol: transport.protocol,
    local: received.to,
    remote: received.from,
    connectionId: received.connectionId,
  };
}

function flowOfWay({ transport, target }: Route): BindingFlow {
  return {
    protocol: transport.protocol,
    local: transport.local,
    remote: target.address,
    connectionId: target.connectionId,
  };
}
