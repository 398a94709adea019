import type { UserAgent } from '../../../stack/agent/user-agent.ts';
import type { Protocol } from '../../../stack/core/address.ts';
import { createAgentLab, type AgentLab } from '../../../stack/testing/agent-lab.ts';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import { DEFAULT_PORTS } from '../../../stack/resolver/services.ts';
import { ServerConfig, type ServerConfigInput } from '../../contract/server-config.ts';
import { answerDials } from '../questions/dials.ts';
import { answerOperator } from '../questions/operator.ts';
import { answerState } from '../questions/state.ts';
import type { Serving, ServingMeans } from '../serving.ts';
import { serveInLab } from './serve-in-lab.ts';

/** A server of a configuration at 10.0.0.1, over UDP and TCP of a network in memory unless others are named, in virtual time. */
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

/**
 * @param means - what a start would have read from files: users, session descriptions.
 * @param protocols - each at its default port.
 */
export function servingLab(
  input: ServerConfigInput,
  means: Partial<ServingMeans> = {},
  protocols: readonly Protocol[] = PROTOCOLS,
): ServingLab {
  const lab = createAgentLab();
  const { clock, network } = lab;
  const crossed: CapturedMessage[] = [];
  const server = serveInLab(lab, ServerConfig.parse(input), {
    means,
    listeners: protocols.map((protocol) => ({
      protocol,
      address: { host: HOST, port: DEFAULT_PORTS[protocol] },
    })),
    seed: 'serving',
    sink: (message) => crossed.push(message),
  });
  const { serving, transports, resolver } = server;
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
      const stopped = server.stop();
      await clock.settle();
      clock.advance(0);
      await stopped;
    },
  };
}
