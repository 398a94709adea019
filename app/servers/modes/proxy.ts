import { nodeHashes } from '../../../stack/auth/node/hashes.ts';
import { digestOf } from '../../../stack/proxy/authenticate.ts';
import type { ProxyPolicy } from '../../../stack/proxy/policy.ts';
import { createProxy, type Proxy } from '../../../stack/proxy/proxy.ts';
import { options } from '../../../stack/server/handlers/options.ts';
import { unsupported } from '../../../stack/server/handlers/unsupported.ts';
import type { Handler } from '../../../stack/server/handler.ts';
import { parseUri } from '../../../stack/message/uri.ts';
import type { ServerConfig } from '../../contract/server-config.ts';
import { localAddresses } from '../advertise.ts';
import type { ModeFactory } from './mode.ts';
import { authenticationPart } from './parts/authentication.ts';
import { registerPart } from './parts/register.ts';

/** Octets of the secret that signs flow tokens. */
const SECRET_LENGTH = 52;

/** What can be turned while it runs. */
function livePolicy(config: ServerConfig, authenticate: ProxyPolicy['authenticate']): Partial<ProxyPolicy> {
  const { fork, forkTimeMs, recordRoute, recurseRedirects } = config;
  return {
    forking: fork,
    groupTimeMs: forkTimeMs === 0 ? undefined : forkTimeMs,
    recordsRoute: recordRoute,
    recursesRedirects: recurseRedirects,
    authenticate,
  };
}

/** Says in `explain` what the relay does, which takes its requests before any handler sees them. */
function forwards(config: ServerConfig): Handler {
  const { fork, nextHop, otherDomains, stateless, recordRoute } = config;
  const state = stateless ? 'without state to one target' : `to every contact of their user (${fork})`;
  const unknown = nextHop === '' ? '404 for users without one' : `to ${nextHop} for users without one`;
  const others = otherDomains === 'relay' ? 'other domains are relayed' : '403 for other domains';
  return {
    name: 'forward',
    methods: [],
    explain: () =>
      `Other requests: forwards them ${state}, ${unknown}; ${others}${recordRoute ? '; stays in the path with Record-Route' : ''}.`,
    handle: (_request, next) => next(),
  };
}

/** Forwards to registered users, and registers them. @rfc 3261 §16 */
export const proxy: ModeFactory = (means) => {
  const { config, ids, users } = means;
  const authentication = authenticationPart(means, ['REGISTER']);
  let core: Proxy | undefined;
  const registrations = registerPart(means, (flow, incoming) => core?.pathOver(flow, incoming));
  const authenticate: ProxyPolicy['authenticate'] = (request) =>
    config().auth ? digestOf(authentication.server())(request) : undefined;
  return {
    registrar: registrations.registrar,
    relay: (context) => {
      const { domain, stateless, addPath, nextHop, otherDomains } = config();
      core = createProxy(context, {
        locations: registrations.registrar,
        policy: {
          ...livePolicy(config(), authenticate),
          domains: domain,
          addresses: localAddresses().map(({ address }) => address),
          isStateless: stateless,
          addsPath: addPath,
          nextHop: nextHop === '' ? undefined : nextHop,
          sign: nodeHashes.hmac(ids.token(SECRET_LENGTH)),
          relays: () => otherDomains === 'relay',
          knows: (aor) => users(parseUri(aor).user ?? '') !== undefined,
        },
      });
      return core;
    },
    handlers: () => {
      core?.usePolicy(livePolicy(config(), authenticate));
      return [
        ...authentication.handlers(),
        options(),
        ...registrations.handlers(),
        forwards(config()),
        unsupported(),
      ];
    },
    dispose: () => undefined,
  };
};
