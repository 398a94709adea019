import { lookup } from 'node:dns/promises';
import { createUserAgent, type UserAgent } from '../../stack/agent/user-agent.ts';
import { formatAddress } from '../../stack/core/address.ts';
import type { Clock } from '../../stack/core/clock.ts';
import type { Ids } from '../../stack/core/ids.ts';
import type { Logger } from '../../stack/core/logger.ts';
import { encodeText } from '../../stack/message/octets.ts';
import { parseUri } from '../../stack/message/uri.ts';
import { createSystemDns } from '../../stack/resolver/node/system-dns.ts';
import { createResolver } from '../../stack/resolver/rfc3263.ts';
import type { CaptureSink } from '../../stack/transport/capture.ts';
import { bindTcp } from '../../stack/transport/node/tcp.ts';
import { bindUdp } from '../../stack/transport/node/udp.ts';
import { tapped } from '../../stack/transport/tapped.ts';
import type { Transport } from '../../stack/transport/transport.ts';
import { parseBind, type ServerConfig } from '../contract/server-config.ts';
import type { Listener } from '../contract/servers.ts';
import { createAdvertise } from './advertise.ts';
import { explainConfig, handlerFor } from './modes.ts';
import { listenError, NodeStartError } from './node-start-error.ts';

export { explainConfig } from './modes.ts';
export { NodeStartError } from './node-start-error.ts';

/** What a node lives on. */
export interface NodeEnvironment {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** Takes every message that crosses a socket of the node. */
  readonly capture?: CaptureSink;
  /** Progress of the start, in words for people: `binding udp 127.0.0.1:5060`. */
  readonly onStep?: (step: string) => void;
}

/** A node that serves. */
export interface RunningNode {
  /** With the real ports. */
  readonly listeners: readonly Listener[];
  /** What it does, one sentence a handler. */
  explain(): readonly string[];
  stats(): NodeFigures;
  /** Refuses new requests, ends calls for at most `graceMs`, closes the sockets. Harmless when called twice. */
  stop(graceMs: number): Promise<void>;
}

interface NodeFigures {
  /** Both directions. */
  readonly messages: number;
  readonly activeCalls: number;
  readonly activeTransactions: number;
}

/**
 * Starts a node: all of its listeners, or nothing.
 * @throws NodeStartError code 'port-in-use' | 'address-not-available' | 'permission-denied' | 'invalid-config'.
 */
export async function startNode(config: ServerConfig, env: NodeEnvironment): Promise<RunningNode> {
  const bound: Transport[] = [];
  try {
    for (const listener of wanted(config)) {
      env.onStep?.(`binding ${listener.protocol} ${formatAddress(listener)}`);
      bound.push(await bind(listener, env));
    }
  } catch (error) {
    await Promise.all(bound.map((transport) => transport.close()));
    throw error;
  }
  return serve(config, env, bound);
}

function serve(config: ServerConfig, env: NodeEnvironment, bound: readonly Transport[]): RunningNode {
  const { clock, ids, log, capture } = env;
  const agent = createUserAgent({
    clock,
    ids,
    log,
    timing: { t1Ms: config.t1Ms, t2Ms: config.t2Ms, t4Ms: config.t4Ms },
    identity: {
      product: encodeText(config.userAgent),
      contactUser: parseUri(encodeText(config.localUri)).user ?? 'siphon',
    },
    advertise: createAdvertise(),
    resolver: createResolver({ dns: createSystemDns(), clock, ids }),
  });
  agent.serve(handlerFor(config));
  for (const transport of bound) {
    // The tap listens first, so that a request is recorded before its answer.
    if (capture !== undefined) tapped(transport, clock, capture);
    agent.addTransport(transport);
  }
  const listeners = bound.map(({ protocol, local }) => ({ protocol, host: local.host, port: local.port }));
  env.onStep?.('serving');
  let stopping: Promise<void> | undefined;
  return {
    listeners,
    explain: () => explainConfig(config),
    stats: () => {
      const { activeCalls, serverTransactions, clientTransactions } = agent.stats;
      const messages = bound.reduce((sum, transport) => sum + transport.messageCount, 0);
      return { messages, activeCalls, activeTransactions: serverTransactions + clientTransactions };
    },
    stop: (graceMs) => (stopping ??= stop(agent, bound, graceMs)),
  };
}

async function stop(agent: UserAgent, bound: readonly Transport[], graceMs: number): Promise<void> {
  await agent.stop(graceMs);
  await Promise.all(bound.map((transport) => transport.close()));
}

/** The listeners of a configuration as they are asked for. */
function wanted(config: ServerConfig): readonly Listener[] {
  const listeners = [
    ...config.udpBind.map((text): Listener => ({ protocol: 'udp', ...parseBind(text) })),
    ...config.tcpBind.map((text): Listener => ({ protocol: 'tcp', ...parseBind(text) })),
  ];
  if (listeners.length > 0) return listeners;
  throw new NodeStartError(
    'invalid-config',
    'The server has no listener.',
    'Give it at least one UDP or TCP listener, such as 127.0.0.1:5060.',
  );
}

async function bind(listener: Listener, { clock }: NodeEnvironment): Promise<Transport> {
  const address = { host: await resolved(listener), port: listener.port };
  try {
    return listener.protocol === 'udp'
      ? await bindUdp(address, { clock })
      : await bindTcp(address, { clock });
  } catch (error) {
    throw listenError(listener, error);
  }
}

async function resolved(listener: Listener): Promise<string> {
  const [address] = await addressesOf(listener.host);
  if (address !== undefined) return address;
  throw new NodeStartError(
    'address-not-available',
    `${listener.protocol.toUpperCase()} ${formatAddress(listener)} cannot be bound: ${listener.host} is no address and no name that resolves.`,
    'Write an IP address of this machine, such as 127.0.0.1.',
    listener,
  );
}

/** IP literals of a name, or the literal itself. */
async function addressesOf(host: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    // A name without address is an answer, not a failure: the caller says what it means.
    return [];
  }
}
