import type { Refusal } from '../agent/refusal.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import { parseUri } from '../message/uri.ts';
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
    done({ targets: [{ ...itself, flow, flowFailure: 430 }] });
    return;
  }
  if (left.length > 0 || !own.isOwn(uri)) {
    // Inside a dialog the way was agreed upon when it was set up; outside, the operator says for whom he relays.
    const mayPass = toHeader(incoming.message)?.tag !== undefined || policy.relays(uri, incoming.message);
    done(mayPass ? { targets: [itself] } : { refusal: { status: 403, reason: 'Relaying Denied' } });
    return;
  }
  const aor = canonicalAor(uri);
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
  return flow === undefined ? { ...target, routes } : { ...target, routes, flow, flowFailure: 480 };
}
