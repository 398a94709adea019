import { once } from 'node:events';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { Address, Protocol } from '../../core/address.ts';
import type { Clock } from '../../core/clock.ts';
import type { OnLimit } from '../../core/limits.ts';
import { silentLogger, type Logger } from '../../core/logger.ts';
import { Admission } from '../admission.ts';
import type { Dial } from '../byte-stream.ts';
import { poolLimits, StreamTransport, type PoolLimits } from '../stream-transport.ts';
import { Lobby } from './lobby.ts';
import { ipVersionToBind, toBindError } from './socket-errors.ts';
import { dialSocket, SocketStream, type SocketStreamOptions } from './socket-stream.ts';
import type { TlsContext } from './tls-context.ts';
import { dialTls } from './tls-dial.ts';
import { toTlsError } from './tls-errors.ts';
import { tlsDetails } from './tls-peer.ts';
import { dialWebSocket } from './web-socket-stream.ts';
import { WebSocketUpgrades, type WebSocketOptions } from './web-socket-upgrade.ts';

/** Connections the system holds for us until they are accepted. */
const BACKLOG = 1024;

export interface ListenOptions {
  readonly clock: Clock;
  readonly log?: Logger;
  readonly limits?: Partial<PoolLimits>;
  /** How often peers of connections we opened are asked whether they are there; by default never. @rfc 5626 §4.4.1 */
  readonly keepAliveMs?: number;
  readonly onLimit?: OnLimit;
}

/** What is spoken on a listener. */
export interface Speech {
  readonly tls?: TlsContext | undefined;
  /** SIP as it is, WebSockets, or both; with both the first line of a connection tells. */
  readonly takes: 'sip' | 'web-socket' | 'both';
  readonly webSocket?: WebSocketOptions | undefined;
}

/** The transports over one listener. */
export interface Mux {
  /** `tcp` or `tls`. */
  readonly sip: StreamTransport;
  /** `ws` or `wss`. */
  readonly webSocket: StreamTransport;
}

/**
 * Binds a listener, IPv4 or IPv6 by the form of the literal, with a pool of connections for each thing spoken on it; the other pool stays
 * unused. `::` takes IPv6 only. The port is free again when all that are used are closed.
 * @throws TransportError code 'in-use' | 'not-available' | 'denied' | 'tls'.
 */
export async function listenStreams(address: Address, speech: Speech, options: ListenOptions): Promise<Mux> {
  const { tls, takes, webSocket: rules = {} } = speech;
  const version = ipVersionToBind(address);
  const server = createServer(tls);
  try {
    const listening = once(server, 'listening');
    server.listen({ host: address.host, port: address.port, ipv6Only: version === 6, backlog: BACKLOG });
    await listening;
  } catch (error) {
    throw toBindError(error, address);
  }
  const local = { host: address.host, port: portOf(server) };
  const limits = poolLimits(options.limits);
  const admission = new Admission(limits);
  let open = takes === 'both' ? 2 : 1;
  let stopped: Promise<void> | undefined;
  const makePool = (protocol: Protocol, dial: Dial): StreamTransport =>
    new StreamTransport({
      ...options,
      protocol,
      local,
      limits,
      admission,
      dial,
      allocate: (size) => Buffer.allocUnsafeSlow(size),
      stopListening: async () => {
        if (--open === 0) stopped = stop(server, lobby);
        await stopped;
      },
    });
  const maxPayload = limits.headerBytes + limits.bodyBytes;
  const sip = makePool(tls === undefined ? 'tcp' : 'tls', dialStreams(local, tls));
  const webSocket = makePool(tls === undefined ? 'ws' : 'wss', dialWebSockets(local, tls, rules, maxPayload));
  const upgrades = new WebSocketUpgrades(rules, maxPayload);
  const { clock, onLimit } = options;
  const lobby = new Lobby({ clock, limits, tls, takes, upgrades, sip, webSocket, onLimit });
  welcome(server, lobby, tls, options.log ?? silentLogger);
  return { sip, webSocket };
}

function createServer(tls: TlsContext | undefined): Server {
  const options = { allowHalfOpen: true, noDelay: true };
  if (tls === undefined) return createTcpServer(options);
  const server = createTlsServer({ ...options, ...tls.serverOptions() });
  const { onKeyLog } = tls.options;
  if (onKeyLog !== undefined)
    server.on('keylog', (line: Buffer) => {
      onKeyLog(line.toString('latin1').trimEnd());
    });
  server.on(
    'close',
    tls.onChanged((material) => {
      server.setSecureContext(material);
    }),
  );
  return server;
}

function welcome(server: Server, lobby: Lobby, tls: TlsContext | undefined, log: Logger): void {
  server.on('connection', (socket) => {
    lobby.enter(socket);
  });
  if (tls !== undefined) {
    server.on('secureConnection', (socket: TLSSocket) => {
      lobby.secured(socket);
    });
    server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      lobby.handshakeFailed(error, socket);
    });
  }
  server.on('error', (error) => {
    // Accepting failed (out of descriptors, say); the listener goes on.
    log.warn('Listener error', { error: error.message });
  });
}

function dialStreams(local: Address, tls: TlsContext | undefined): Dial {
  if (tls === undefined)
    return (remote, events) =>
      new SocketStream(dialSocket(local, remote), remote, events, { openEvent: 'connect' });
  return (remote, events, serverName) => {
    const socket = dialTls(local, remote, serverName, tls);
    return new SocketStream(socket, remote, events, { openEvent: 'secureConnect', ...securely(socket) });
  };
}

function dialWebSockets(
  local: Address,
  tls: TlsContext | undefined,
  { path = '/' }: WebSocketOptions,
  maxPayload: number,
): Dial {
  return (remote, events, serverName) => {
    const secure = tls && dialTls(local, remote, serverName, tls);
    const socket: Socket = secure ?? dialSocket(local, remote);
    const isSecure = secure !== undefined;
    const options = { socket, remote, isSecure, serverName, path, maxPayload };
    return dialWebSocket({ ...options, ...(secure === undefined ? {} : securely(secure)) }, events);
  };
}

/** Of connections we open: the server's certificate is always asked for. */
function securely(socket: TLSSocket): SocketStreamOptions {
  return { details: () => tlsDetails(socket, true), toError: toTlsError };
}

async function stop(server: Server, lobby: Lobby): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  lobby.clear();
  await closed;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
