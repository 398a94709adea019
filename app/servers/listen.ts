import { formatAddress } from '../../stack/core/address.ts';
import type { Clock } from '../../stack/core/clock.ts';
import type { OnLimit } from '../../stack/core/limits.ts';
import { bindTcp } from '../../stack/transport/node/tcp.ts';
import type { TlsContext } from '../../stack/transport/node/tls-context.ts';
import { bindTls } from '../../stack/transport/node/tls.ts';
import { bindUdp } from '../../stack/transport/node/udp.ts';
import { bindWs, bindWss } from '../../stack/transport/node/web-socket.ts';
import type { Transport } from '../../stack/transport/transport.ts';
import { bindsOf, parseBind, type ListenerProtocol, type ServerConfig } from '../contract/server-config.ts';
import type { Listener } from '../contract/servers.ts';
import { addressesOf } from './addresses.ts';
import { listenError, NodeStartError } from './node-start-error.ts';
import { tlsContextOf, type TlsEnvironment } from './tls.ts';

export interface ListenEnvironment extends TlsEnvironment {
  readonly clock: Clock;
  readonly onLimit: OnLimit;
}

interface Means {
  readonly clock: Clock;
  readonly onLimit: OnLimit;
  readonly tls: () => Promise<TlsContext>;
}

type Bind = (address: { host: string; port: number }, means: Means) => Promise<Transport>;

const BINDERS: Readonly<Record<ListenerProtocol, Bind>> = {
  udp: (address, { clock }) => bindUdp(address, { clock }),
  tcp: (address, { clock, onLimit }) => bindTcp(address, { clock, onLimit }),
  tls: async (address, { clock, onLimit, tls }) => bindTls(address, { clock, onLimit, tls: await tls() }),
  ws: (address, { clock, onLimit }) => bindWs(address, { clock, onLimit }),
  wss: async (address, { clock, onLimit, tls }) => bindWss(address, { clock, onLimit, tls: await tls() }),
};

/**
 * Binds every listener of a configuration, or none.
 * @throws NodeStartError code 'port-in-use' | 'address-not-available' | 'permission-denied' | 'invalid-config'.
 */
export async function listen(config: ServerConfig, env: ListenEnvironment): Promise<readonly Transport[]> {
  const bound: Transport[] = [];
  let context: Promise<TlsContext> | undefined;
  const { clock, onLimit } = env;
  const means: Means = { clock, onLimit, tls: () => (context ??= tlsContextOf(config, env)) };
  try {
    for (const listener of wanted(config)) {
      env.onStep?.(`binding ${listener.protocol} ${formatAddress(listener)}`);
      bound.push(await bind(listener, means));
    }
  } catch (error) {
    await Promise.all(bound.map((transport) => transport.close()));
    throw error;
  }
  return bound;
}

function wanted(config: ServerConfig): readonly Listener[] {
  const listeners = bindsOf(config).map(({ protocol, bind: text }) => ({ protocol, ...parseBind(text) }));
  if (listeners.length > 0) return listeners;
  throw new NodeStartError(
    'invalid-config',
    'The server has no listener.',
    'Give it at least one listener, such as 127.0.0.1:5060 for UDP.',
  );
}

async function bind(listener: Listener, means: Means): Promise<Transport> {
  const address = { host: await resolved(listener), port: listener.port };
  try {
    return await BINDERS[listener.protocol](address, means);
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
