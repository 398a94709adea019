import { createUserAgent, type UserAgent, type UserAgentOptions } from '../agent/user-agent.ts';
import type { Address, Protocol } from '../core/address.ts';
import { createIds } from '../core/seeded-ids.ts';
import { createProxy, type Proxy, type ProxyOptions } from '../proxy/proxy.ts';
import type { Binding, Locations } from '../registrar/location.ts';
import { createAgentLab, type AgentLab } from './agent-lab.ts';
import { RawPeer } from './raw-peer.ts';

/** Bindings that a test writes down, by address of record. */
export class WrittenLocations implements Locations {
  readonly #bindings = new Map<string, Binding[]>();

  /** Binds a contact; what is left out has a usable value. */
  bind(aor: string, contactUri: string, more: Partial<Binding> = {}): void {
    const binding: Binding = {
      aor,
      contactUri,
      q: 1,
      expiresAtMs: Number.MAX_SAFE_INTEGER,
      callId: 'reg',
      cseq: 1,
      path: [],
      ...more,
    };
    this.#bindings.set(aor, [...(this.#bindings.get(aor) ?? []), binding]);
  }

  bindings(aor: string): Promise<readonly Binding[]> {
    return Promise.resolve(this.#bindings.get(aor) ?? []);
  }
}

/** A proxy and the agent on whose listeners it works. */
export interface ProxyNode {
  readonly agent: UserAgent;
  readonly proxy: Proxy;
}

export interface ProxyLab extends AgentLab {
  readonly locations: WrittenLocations;
  /** A node with the listeners given, or one on UDP port 5060 of the host. */
  readonly node: (
    host: string,
    options?: Partial<ProxyOptions> & {
      readonly listeners?: readonly (readonly [Protocol, Address])[];
      readonly agent?: Partial<UserAgentOptions>;
    },
  ) => ProxyNode;
  /** A peer over any protocol that talks to a listener of a node. */
  readonly peerOver: (protocol: Protocol, local: Address, to: Address) => RawPeer;
  /** Lets happen what happens at once, look-ups of locations included. */
  readonly settle: () => Promise<void>;
  /** Moves time in steps, with a turn for promises between them. */
  readonly pass: (ms: number) => Promise<void>;
}

/** Look-ups chained one after the other that a test may have to wait for. */
const TURNS = 12;
const STEP_MS = 100;

/** Proxies, agents and peers on one network in memory. @param seed - the same seed gives the same run. */
export function createProxyLab(seed = 'proxy-lab'): ProxyLab {
  const lab = createAgentLab(seed);
  const { clock, network, lint } = lab;
  const locations = new WrittenLocations();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < TURNS; turn++) {
      clock.advance(0);
      await Promise.resolve();
    }
    clock.advance(0);
  };
  return {
    ...lab,
    locations,
    settle,
    pass: async (ms) => {
      await settle();
      for (let left = ms; left > 0; left -= STEP_MS) {
        clock.advance(Math.min(left, STEP_MS));
        await settle();
      }
    },
    peerOver: (protocol, local, to) => new RawPeer(clock, network.bind(protocol, local), to),
    node: (host, { listeners, agent: agentOptions, ...options } = {}) => {
      let proxy: Proxy | undefined;
      const agent = createUserAgent({
        clock,
        ids: createIds(`${seed}-${host}`),
        identity: { product: 'Proxy', contactUser: 'node' },
        ...agentOptions,
        relay: (context) => (proxy = createProxy(context, { locations, ...options })),
      });
      for (const [protocol, address] of listeners ?? [['udp', { host, port: 5060 }] as const]) {
        agent.addTransport(lint.tap(network.bind(protocol, address), host));
      }
      if (proxy === undefined) throw new Error('the agent made no relay');
      return { agent, proxy };
    },
  };
}
