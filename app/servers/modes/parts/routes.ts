import type { ServerRequest } from '../../../../stack/agent/handler.ts';
import type { Refusal } from '../../../../stack/agent/refusal.ts';
import type { BridgeRoute, BridgeTarget } from '../../../../stack/b2bua/options.ts';
import { formatAddress } from '../../../../stack/core/address.ts';
import { parseUri } from '../../../../stack/message/uri.ts';
import type { Binding } from '../../../../stack/registrar/location.ts';
import type { Registrar } from '../../../../stack/registrar/registrar.ts';
import type { ServerConfig } from '../../../contract/server-config.ts';

/** Where a request goes: to whom, best first, or why to nobody. */
export type Targets = Refusal | readonly BridgeTarget[];

/** Tells where requests of a B2BUA go. */
export interface Routes {
  readonly ofCall: (request: ServerRequest) => Promise<BridgeRoute>;
  readonly targets: (request: ServerRequest) => Promise<Targets>;
}

export function routesOf(registrar: Registrar, config: () => ServerConfig): Routes {
  const targets = async ({ message: { startLine }, incoming }: ServerRequest): Promise<Targets> => {
    const uri = startLine.kind === 'request' ? startLine.uri : '';
    const { domain, nextHop, otherDomains } = config();
    const { host } = parseUri(uri);
    const { to } = incoming.received;
    const isOurs = [to.host, 'localhost', ...domain].some((own) => own.toLowerCase() === host.toLowerCase());
    let bindings: readonly Binding[];
    try {
      bindings = await registrar.bindings(uri);
    } catch {
      // The store is away, and has said so in the log.
      return { status: 503, headers: [['Retry-After', '5']] };
    }
    if (bindings.length > 0) return bindings.map(targetOf);
    if (nextHop !== '') return [{ uri, nextHop }];
    if (isOurs) return { status: 404 };
    return otherDomains === 'relay' ? [{ uri }] : { status: 403, reason: 'Relaying Denied' };
  };
  return {
    targets,
    ofCall: async (request) => {
      const found = await targets(request);
      return 'status' in found ? found : { targets: found, isParallel: config().fork === 'parallel' };
    },
  };
}

/** A contact behind a WebSocket, or one of outbound, is reached over the connection it registered with. @rfc 7118 §5, RFC 5626 §5.3 */
function targetOf({ contactUri, flow, regId, path }: Binding): BridgeTarget {
  const headers = path.map((route) => ['Route', route] as const);
  const isFlow =
    flow !== undefined && (regId !== undefined || flow.protocol === 'ws' || flow.protocol === 'wss');
  return {
    uri: contactUri,
    ...(headers.length === 0 ? {} : { headers }),
    ...(isFlow ? { nextHop: `sip:${formatAddress(flow.remote)}`, protocol: flow.protocol } : {}),
  };
}
