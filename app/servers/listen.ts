import { formatAddress, type Address } from '../../stack/core/address.ts';
import type { Clock } from '../../stack/core/clock.ts';
import type { Limits, OnLimit } from '../../stack/core/limits.ts';
import { bindTcp } from '../../stack/transport/node/tcp.ts';
import type { TlsContext } from '../../stack/transport/node/tls-context.ts';
import { bindTls } from '../../stack/transport/node/tls.ts';
import { bindUdp } from '../../stack/transport/node/udp.ts';
import type { Mux } from '../../stack/transport/node/stream-listener.ts';
import { bindMux, bindWs, bindWss } from '../../stack/transport/node/web-socket.ts';
import type { PoolLimits } from '../../stack/transport/stream-transport.ts';
import type { Transport } from '../../stack/transport/transport.ts';
import { bindsOf, parseBind, type ListenerProtocol, type ServerConfig } from '../contract/server-config.ts';
import type { Listener } from '../contract/servers.ts';
import { addressesOf } from './addresses.ts';
import { connectionLimits } from './limits.ts';
import { listenError, NodeStartError } from './node-start-error.ts';
import { tlsContextOf, type TlsEnvironment } from './tls.ts';

export interface ListenEnvironment extends TlsEnvironment {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly onLimit: OnLimit;
  readonly onStep?: (step: string) => void;
}

interface Means {
  readonly plain: {
    readonly clock: Clock;
    readonly onLimit: OnLimit;
    /** Of connections. */
    readonly limits: Partial<PoolLimits>;
  };
  readonly tls: () => Promise<TlsContext>;
}

type Binders = Readonly<
  Partial<Record<ListenerProtocol, (address: Address, means: Means) => Promise<readonly Transport[]>>>
>;

const BINDERS: Binders = {
  udp: async (address, { plain: { clock } }) => [await bindUdp(address, { clock })],
  tcp: async (address, { plain }) => [await bindTcp(address, plain)],
  tls: async (address, { plain, tls }) => [await bindTls(address, { ...plain, tls: await tls() })],
  ws: async (address, { plain }) => [await bindWs(address, plain)],
  wss: async (address, { plain, tls }) => [await bindWss(address, { ...plain, tls: await tls() })],
};

/** For an address where SIP and WebSocket are both asked for: the first line of a connection tells them apart. */
const SHARED_BINDERS: Binders = {
  tcp: async (address, { plain }) => both(await bindMux(address, plain)),
  tls: async (address, { plain, tls }) => both(await bindMux(address, { ...plain, tls: await tls() })),
};

/** What shares a port with what. */
const PARTNERS: Readonly<Partial<Record<ListenerProtocol, ListenerProtocol>>> = {
  tcp: 'ws',
  ws: 'tcp',
  tls: 'wss',
  wss: 'tls',
};

function both({ sip, webSocket }: Mux): readonly Transport[] {
  return [sip, webSocket];
}

/**
 * Binds every listener of a configuration, or none.
 * @throws NodeStartError code 'port-in-use' | 'address-not-available' | 'permission-denied' | 'invalid-config'.
 */
export async function listen(config: ServerConfig, env: ListenEnvironment): Promise<readonly Transport[]> {
  const bound: Transport[] = [];
  let context: Promise<TlsContext> | undefined;
  const { clock, onLimit } = env;
  const limits = connectionLimits(env.limits);
  const means: Means = {
    plain: { clock, onLimit, limits },
    tls: () => (context ??= tlsContextOf(config, env)),
  };
  try {
    const listeners = wanted(config);
    for (const listener of listeners) {
      const hasPartner = isMuxed(listener, listeners);
      // The WebSocket half of a shared port is bound with its other half.
      if (hasPartner && SHARED_BINDERS[listener.protocol] === undefined) continue;
      env.onStep?.(`binding ${listener.protocol} ${formatAddress(listener)}`);
      bound.push(...(await bind(listener, hasPartner ? SHARED_BINDERS : BINDERS, means)));
    }
  } catch (error) {
    await Promise.all(bound.map((transport) => transport.close()));
    throw error;
  }
  return bound;
}

/** What `requireTls` leaves. */
const SECURE = new Set<ListenerProtocol>(['tls', 'wss']);

function wanted(config: ServerConfig): readonly Listener[] {
  const listeners = bindsOf(config)
    .filter(({ protocol }) => !config.requireTls || SECURE.has(protocol))
    .map(({ protocol, bind: text }) => ({ protocol, ...parseBind(text) }));
  if (listeners.length > 0) return listeners;
  throw new NodeStartError(
    'invalid-config',
    'The server has no listener.',
    'Give it at least one listener, such as 127.0.0.1:5060 for UDP.',
  );
}

/** SIP and WebSocket asked for at one address share its port; port 0 is another one each time. */
function isMuxed({ protocol, host, port }: Listener, listeners: readonly Listener[]): boolean {
  const partner = PARTNERS[protocol];
  return port !== 0 && listeners.some((l) => l.protocol === partner && l.host === host && l.port === port);
}

async function bind(listener: Listener, binders: Binders, means: Means): Promise<readonly Transport[]> {
  const address = { host: await resolved(listener), port: listener.port };
  try {
    return (await binders[listener.protocol]?.(address, means)) ?? [];
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
