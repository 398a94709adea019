import type { Refusal } from '../agent/refusal.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import { formatAddress } from '../core/address.ts';
import { telNumber } from '../message/tel-uri.ts';
import { parseUri, type Uri } from '../message/uri.ts';
import type { Incoming } from '../transaction/types.ts';
import { canonicalAor } from '../message/aor.ts';
import type { Binding, Locations } from '../registrar/location.ts';
import { storeRefusal } from '../registrar/store-refusal.ts';
import type { FlowTokens } from './flow-token.ts';
import { flowOf } from './forward.ts';
import { isSameFlow } from './flow-token.ts';
import type { OwnNames } from './own-names.ts';
import type { ProxyPolicy } from './policy.ts';
import type { Preprocessed } from './preprocess.ts';
import { targetOf, type Target } from './target.ts';

/** Where a request goes, or why it goes nowhere. */
export type TargetSet = { readonly targets: readonly Target[] } | { readonly refusal: Refusal };

export interface TargetOptions {
  readonly own: OwnNames;
  readonly tokens: FlowTokens | undefined;
  readonly locations: Locations;
  readonly policy: ProxyPolicy;
}

/**
 * Determines the target set: the flow or route that the request names, else the bindings of a user of ours, else the domain it is for.
 * @param done - called once, before the return when nothing has to be looked up.
 * @rfc 3261 §16.5, RFC 5627 §5.1
 */
export function findTargets(
  request: Preprocessed,
  options: TargetOptions,
  done: (found: TargetSet) => void,
): void {
  const { uri, flow, left, incoming } = request;
  const { own, policy } = options;
  if (flow === 'forged') {
    done({ refusal: { status: 403, reason: 'Forged Flow Token' } });
    return;
  }
  const itself: Target = { uri: uri.text, routes: [], q: 1 };
  if (flow !== undefined && !isSameFlow(flow, flowOf(incoming))) {
    // Inside a dialog a contact over TLS is where it says it is when its own connection is gone.
    const isOnlyWay =
      flow.protocol !== 'tls' || uri.params.has('ob') || toHeader(incoming.message)?.tag === undefined;
    done({ targets: [isOnlyWay ? { ...itself, flow, flowFailure: 430 } : { ...itself, connection: flow }] });
    return;
  }
  const number = left.length === 0 ? numberAt(uri, options, incoming) : undefined;
  if (number === undefined && (left.length > 0 || !own.isOwn(uri))) {
    // Inside a dialog the way was agreed upon when it was set up; outside, the operator says for whom he relays.
    const mayPass = toHeader(incoming.message)?.tag !== undefined || policy.relays(uri, incoming.message);
    done(mayPass ? { targets: [itself] } : { refusal: { status: 403, reason: 'Relaying Denied' } });
    return;
  }
  const aor = number ?? canonicalAor(uri);
  if (aor === undefined) {
    done({ refusal: { status: 404 } });
    return;
  }
  // A GRUU names one instance of a user; a registrar tells which.
  const asked = uri.params.has('gr') ? uri.text : aor;
  void options.locations.bindings(asked).then(
    (bindings) => {
      if (bindings.length === 0) done(unregistered(itself, aor, policy));
      else done({ targets: bindings.map((binding) => withoutOwnPath(binding, options)) });
    },
    (error: unknown) => {
      done({ refusal: storeRefusal(error) });
    },
  );
}

/**
 * The address of record of a telephone number: a user of ours whose name it is, without visual separators.
 * @rfc 3966 §5.1.1, RFC 3261 §19.1.6
 */
function numberAt(uri: Uri, { policy }: TargetOptions, { received }: Incoming): string | undefined {
  const digits = uri.scheme === 'tel' ? telNumber(uri)?.digits : undefined;
  return digits && canonicalAor(`sip:${digits}@${policy.domains[0] ?? formatAddress(received.to)}`);
}

/** Nobody is there: on to the next hop, which is put into the route as RFC 3261 §16.6 step 6 lets a policy do, or a refusal. */
function unregistered(itself: Target, aor: string, policy: ProxyPolicy): TargetSet {
  if (policy.nextHop === undefined) return { refusal: { status: policy.knows(aor) ? 480 : 404 } };
  return { targets: [{ ...itself, routes: [`<${policy.nextHop};lr>`] }] };
}

/** A Path that begins with this node, which is edge and home at once, has done its work here. @rfc 3327 §5.3 */
function withoutOwnPath(binding: Binding, { own, tokens }: TargetOptions): Target {
  const target = targetOf(binding);
  let { routes } = target;
  let token: string | undefined;
  for (;;) {
    const [first] = routes;
    const uri = first === undefined ? undefined : parseUri(first.replace(/^[^<]*<|>.*$/g, ''));
    if (uri === undefined || !own.isListener(uri)) break;
    token = uri.user;
    routes = routes.slice(1);
  }
  const flow = token === undefined ? undefined : tokens?.read(token);
  // A token of a former life of this node names nothing any more.
  const way = flow ?? (token === undefined ? undefined : binding.flow);
  return way === undefined ? { ...target, routes } : { ...target, routes, flow: way, flowFailure: 480 };
}
