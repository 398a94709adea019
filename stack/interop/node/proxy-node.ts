import { createUserAgent, type UserAgent } from '../../agent/user-agent.ts';
import { nodeHashes } from '../../auth/node/hashes.ts';
import { createRandomIds } from '../../core/node/random-ids.ts';
import { createSystemClock } from '../../core/node/system-clock.ts';
import type { ProxyPolicy } from '../../proxy/policy.ts';
import { createProxy, type Proxy } from '../../proxy/proxy.ts';
import { createMemoryLocations } from '../../registrar/memory-locations.ts';
import { createRegistrar } from '../../registrar/registrar.ts';
import { compose, type Handler } from '../../server/handler.ts';
import { options } from '../../server/handlers/options.ts';
import { register } from '../../server/handlers/register.ts';
import type { Transport } from '../../transport/transport.ts';
import type { Clock } from '../../core/clock.ts';
import type { Binding } from '../../registrar/location.ts';

export interface ProxyNodeOptions {
  readonly domain: string;
  /** Binds the listeners. */
  readonly listen: (clock: Clock) => Promise<readonly Transport[]>;
  /** Makes the handlers before that of REGISTER. */
  readonly guards?: (clock: Clock) => readonly Handler[];
  /** Asks callers for proxy credentials. */
  readonly authenticate?: (clock: Clock) => ProxyPolicy['authenticate'];
}

/** A registrar and proxy on real sockets. */
export interface ProxyNode {
  readonly agent: UserAgent;
  readonly proxy: Proxy;
  readonly transports: readonly Transport[];
  bindings(aor: string): Promise<readonly Binding[]>;
  stop(): Promise<void>;
}

/** Starts a node that is registrar and proxy of one domain. */
export async function startProxyNode({
  domain,
  listen,
  guards,
  authenticate,
}: ProxyNodeOptions): Promise<ProxyNode> {
  const clock = createSystemClock();
  const ids = createRandomIds();
  const store = createMemoryLocations({ clock });
  const hmac = nodeHashes.hmac(ids.token(32));
  const registrar = createRegistrar({ clock, ids, store, domains: [domain], outbound: {}, gruu: { hmac } });
  let proxy: Proxy | undefined;
  const agent = createUserAgent({
    clock,
    ids,
    identity: { product: 'Siphon', contactUser: 'node' },
    relay: (context) =>
      (proxy = createProxy(context, {
        locations: registrar,
        policy: { domains: [domain], sign: hmac, ...(authenticate && { authenticate: authenticate(clock) }) },
      })),
  });
  if (proxy === undefined) throw new Error('the agent made no relay');
  const transports = await listen(clock);
  for (const transport of transports) agent.addTransport(transport);
  agent.serve(compose([...(guards?.(clock) ?? []), register(registrar), options()]));
  return {
    agent,
    proxy,
    transports,
    bindings: (aor) => registrar.bindings(aor),
    stop: async () => {
      agent.dispose();
      store.dispose();
      await Promise.all(transports.map((transport) => transport.close()));
      clock.dispose();
    },
  };
}
