import { NodeError, type StartNode } from '../../../scenarios/engine/nodes/node-port.ts';
import type { AgentLab } from '../../../stack/testing/agent-lab.ts';
import { DEFAULT_PORTS } from '../../../stack/resolver/services.ts';
import { TransportError } from '../../../stack/transport/transport.ts';
import { bindsOf, parseBind } from '../../contract/server-config.ts';
import { limitsOf } from '../limits.ts';
import { nodeConfig } from '../scenario-nodes/node-config.ts';
import { NO_USERS, usersIn } from '../users.ts';
import { serveInLab } from './serve-in-lab.ts';

const PROFILES = ['none', 'audio-only', 'audio-video'] as const;

/**
 * Starts nodes on a network in memory: the first at 10.2.0.1 or fd02::1, the next at 10.2.0.2 and so on, at the usual port of each transport
 * where the scenario asks for a free one. What needs files, databases or certificates needs sockets.
 */
export function nodesInLab(lab: Pick<AgentLab, 'clock' | 'network'>): StartNode {
  const numbers = new Map<string, number>();
  return ({ name, options, capture }) => {
    const { config, users } = nodeConfig(name, options);
    const number = numbers.get(name) ?? numbers.size + 1;
    numbers.set(name, number);
    const listeners = bindsOf(config).map(({ protocol, bind }) => {
      const { host, port } = parseBind(bind);
      const own = host.includes(':') ? `fd02::${number}` : `10.2.0.${number}`;
      return { protocol, address: { host: own, port: port === 0 ? DEFAULT_PORTS[protocol] : port } };
    });
    const sdpProfile = PROFILES.find((profile) => profile === config.sdpProfile) ?? 'audio-only';
    try {
      const server = serveInLab(lab, config, {
        means: {
          limits: limitsOf(config.limit),
          users: users === undefined ? NO_USERS : usersIn(users, 'authUsers'),
          sdpProfile,
        },
        listeners,
        seed: `node-${name}`,
        sink: (message) => capture?.(message),
      });
      return Promise.resolve({
        listeners: listeners.map(({ protocol, address }) => ({ transport: protocol, address })),
        stop: () => server.stop(),
      });
    } catch (error) {
      if (error instanceof TransportError) throw new NodeError(error.message, { cause: error });
      throw error;
    }
  };
}
