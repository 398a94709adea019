import { createUserAgent, type UserAgent, type UserAgentOptions } from '../agent/user-agent.ts';
import type { Handler } from '../agent/handler.ts';
import { createIds } from '../core/seeded-ids.ts';
import { type LintWatch, createLintWatch } from './lint-watch.ts';
import { LoopNetwork } from './loop-network.ts';
import { ManualClock } from './manual-clock.ts';
import { RawPeer } from './raw-peer.ts';

const PORT = 5060;
const AGENT_HOST = '10.0.0.1';

/** Agents and peers on one network in memory, in virtual time. */
export interface AgentLab {
  readonly clock: ManualClock;
  readonly network: LoopNetwork;
  /** Lints what the agents send; the suite asks it after each test. */
  readonly lint: LintWatch;
  /** An agent with a UDP listener at `host`, port 5060. */
  readonly agent: (host: string, handler?: Handler, options?: Partial<UserAgentOptions>) => UserAgent;
  /** A peer at `host` that talks to the agent at `to`; by default 10.0.0.1. */
  readonly peer: (host: string, to?: string) => RawPeer;
}

/** @param seed - the same seed gives the same run. */
export function createAgentLab(seed = 'lab'): AgentLab {
  const clock = new ManualClock();
  const network = new LoopNetwork({ clock, ids: createIds(`${seed}-network`) });
  const lint = createLintWatch({ clock });
  return {
    clock,
    network,
    lint,
    agent: (host, handler, options = {}) => {
      const agent = createUserAgent({
        clock,
        ids: createIds(`${seed}-${host}`),
        identity: { product: 'Lab', contactUser: 'lab' },
        ...options,
      });
      agent.addTransport(lint.tap(network.bind('udp', { host, port: PORT })));
      if (handler !== undefined) agent.serve(handler);
      return agent;
    },
    peer: (host, to = AGENT_HOST) =>
      new RawPeer(clock, network.bind('udp', { host, port: PORT }), { host: to, port: PORT }),
  };
}
