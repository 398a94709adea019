import { DEFAULT_LIMITS } from '../../../stack/core/limits.ts';
import type { UserAgent } from '../../../stack/agent/user-agent.ts';
import type { Protocol } from '../../../stack/core/address.ts';
import { silentLogger } from '../../../stack/core/logger.ts';
import { createIds } from '../../../stack/core/seeded-ids.ts';
import { createMemoryLocations } from '../../../stack/registrar/memory-locations.ts';
import { createAgentLab, type AgentLab } from '../../../stack/testing/agent-lab.ts';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import { faulty } from '../../../stack/transport/faulty.ts';
import { tapped } from '../../../stack/transport/tapped.ts';
import { createResolver } from '../../../stack/resolver/rfc3263.ts';
import { ServerConfig, type ServerConfigInput } from '../../contract/server-config.ts';
import { answerDials } from '../questions/dials.ts';
import { answerOperator } from '../questions/operator.ts';
import { answerState } from '../questions/state.ts';
import { NO_USERS } from '../users.ts';
import { createServing, type Serving, type ServingMeans } from '../serving.ts';
import { noted } from '../state/lookups.ts';

/** A server of a configuration at 10.0.0.1, over UDP and TCP of a network in memory, in virtual time. */
export interface ServingLab extends AgentLab {
  readonly serving: Serving;
  readonly state: ReturnType<typeof answerState>;
  readonly dials: ReturnType<typeof answerDials>;
  readonly operator: ReturnType<typeof answerOperator>;
  /** What crossed the wire of the server, in order. */
  readonly crossed: readonly CapturedMessage[];
  /** An agent with a UDP and a TCP listener that serves nothing. */
  readonly phone: (host: string) => UserAgent;
  readonly close: () => Promise<void>;
}

const HOST = '10.0.0.1';
const PROTOCOLS: readonly Protocol[] = ['udp', 'tcp'];

/** @param means - what a start would have read from files: users, session descriptions. */
export function servingLab(input: ServerConfigInput, means: Partial<ServingMeans> = {}): ServingLab {
  const lab = createAgentLab();
  const { clock, network } = lab;
  const crossed: CapturedMessage[] = [];
  const ids = createIds('serving');
  const store = createMemoryLocations({ clock });
  const dns = { query: () => Promise.resolve({ kind: 'none' } as const) };
  const resolver = noted(createResolver({ dns, clock, ids }), clock);
  const config = ServerConfig.parse(input);
  const serving = createServing(config, {
    clock,
    ids,
    log: silentLogger,
    store,
    onLimit: () => undefined,
    limits: DEFAULT_LIMITS,
    users: NO_USERS,
    sdpProfile: 'audio-only',
    agent: { resolver },
    ...means,
  });
  const transports = PROTOCOLS.map((protocol) => {
    const bound = network.bind(protocol, { host: HOST, port: 5060 });
    const tap = tapped(bound, clock, (message) => crossed.push(message));
    return faulty(tap, serving.misdeeds.faults, clock);
  });
  for (const transport of transports) serving.agent.addTransport(transport);
  const state = answerState({ clock, serving, transports, resolver });
  return {
    ...lab,
    serving,
    state,
    dials: answerDials(serving),
    operator: answerOperator(serving),
    crossed,
    phone: (host) => {
      const phone = lab.agent(host);
      phone.addTransport(network.bind('tcp', { host, port: 5060 }));
      return phone;
    },
    close: async () => {
      state.dispose();
      const stopped = serving.agent.stop(0);
      await clock.settle();
      clock.advance(0);
      await stopped;
      serving.dispose();
      store.dispose();
      await Promise.all(transports.map((transport) => transport.close()));
    },
  };
}
