import type { ServerRequest } from '../../../../stack/agent/handler.ts';
import type { Refusal } from '../../../../stack/agent/refusal.ts';
import type { BridgeRoute, BridgeTarget } from '../../../../stack/b2bua/options.ts';
import { formatAddress } from '../../../../stack/core/address.ts';
import { telNumber } from '../../../../stack/message/tel-uri.ts';
import { parseUri } from '../../../../stack/message/uri.ts';
import { isOnlyWay } from '../../../../stack/registrar/binding-flow.ts';
import type { Binding } from '../../../../stack/registrar/location.ts';
import type { Registrar } from '../../../../stack/registrar/registrar.ts';
import type { ServerConfig } from '../../../contract/server-config.ts';

/** Where a request goes: to whom, best first, or why to nobody. */
export type Targets = Refusal | readonly BridgeTarget[];

/** Tells where requests of a B2BUA go. */
export interface Routes {
  readonly ofCall: (request: ServerRequest) => Promise<BridgeRoute>;
  readonly targets: (request: ServerRequest) => Promise<Targets>;
  /** Where a call to another URI would go, that a request speaks of. */
  readonly ofUri: (uri: string, request: ServerRequest) => Promise<BridgeRoute>;
  /** Whether a URI is a user of this server, or a number. */
  readonly isOurs: (uri: string, request: ServerRequest) => boolean;
}

export function routesOf(registrar: Registrar, config: () => ServerConfig): Routes {
  const isOurs = (uri: string, { incoming }: ServerRequest): boolean => {
    const { host, scheme } = parseUri(uri);
    const { to } = incoming.received;
    const names = [to.host, 'localhost', ...config().domain];
    return scheme === 'tel' || names.some((own) => own.toLowerCase() === host.toLowerCase());
  };
  const targetsOf = async (uri: string, request: ServerRequest): Promise<Targets> => {
    const { domain, nextHop, otherDomains } = config();
    const { to } = request.incoming.received;
    const digits = parseUri(uri).scheme === 'tel' ? telNumber(uri)?.digits : undefined;
    // A telephone number is a user of ours, or nobody. (RFC 3966 §5.1.1)
    const aor = digits === undefined ? uri : `sip:${digits}@${domain[0] ?? formatAddress(to)}`;
    let bindings: readonly Binding[];
    try {
      bindings = await registrar.bindings(aor);
    } catch {
      // The store is away, and has said so in the log.
      return { status: 503, headers: [['Retry-After', '5']] };
    }
    if (bindings.length > 0) return bindings.map(targetOf);
    if (nextHop !== '') return [{ uri, nextHop }];
    if (isOurs(uri, request)) return { status: 404 };
    return otherDomains === 'relay' ? [{ uri }] : { status: 403, reason: 'Relaying Denied' };
  };
  const ofUri = async (uri: string, request: ServerRequest): Promise<BridgeRoute> => {
    const found = await targetsOf(uri, request);
    return 'status' in found ? found : { targets: found, forking: config().fork };
  };
  return {
    isOurs,
    ofUri,
    ofCall: (request) => ofUri(uriOf(request), request),
    targets: (request) => targetsOf(uriOf(request), request),
  };
}

function uriOf({ message: { startLine } }: ServerRequest): string {
  return startLine.kind === 'request' ? startLine.uri : '';
}

/**
 * A contact that registered through proxies is reached by way of the first of its Path. One behind a WebSocket, or one of outbound, is reached
 * over the connection it registered with and no other; every other one over it as long as it is there.
 * @rfc 3327 §5.3, RFC 7118 §5, RFC 5626 §5.3, RFC 5923 §3
 */
function targetOf({ contactUri: uri, flow, regId, path, q, instanceId }: Binding): BridgeTarget {
  const [edge] = path;
  if (edge !== undefined)
    return {
      uri,
      q,
      instanceId,
      headers: path.map((route) => ['Route', route] as const),
      nextHop: edge.replace(/^[^<]*<|>.*$/g, ''),
    };
  return {
    uri,
    q,
    instanceId,
    ...(flow !== undefined && isOnlyWay({ flow, regId })
      ? { nextHop: `sip:${formatAddress(flow.remote)}`, protocol: flow.protocol }
      : {}),
    ...(flow !== undefined && flow.holder === undefined ? { over: flow } : {}),
  };
}
