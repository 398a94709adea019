import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { formatAddress, type Address } from '../../core/address.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import type { OnLimit } from '../../core/limits.ts';
import type { Pass } from '../admission.ts';
import { firstSpeech } from '../first-line.ts';
import type { PoolLimits, StreamTransport } from '../stream-transport.ts';
import { TransportError } from '../transport.ts';
import { SocketAddresses, SocketStream } from './socket-stream.ts';
import type { TlsContext } from './tls-context.ts';
import { toTlsError } from './tls-errors.ts';
import { tlsDetails } from './tls-peer.ts';
import { WebSocketStream } from './web-socket-stream.ts';
import type { WebSocketUpgrades } from './web-socket-upgrade.ts';

export interface LobbyOptions {
  readonly clock: Clock;
  readonly limits: PoolLimits;
  readonly tls: TlsContext | undefined;
  readonly takes: 'sip' | 'web-socket' | 'both';
  readonly upgrades: WebSocketUpgrades;
  /** Where connections go that speak SIP as it is. */
  readonly sip: StreamTransport;
  /** Where WebSockets go. */
  readonly webSocket: StreamTransport;
  readonly onLimit: OnLimit | undefined;
}

const LEFT = new TransportError('closed', 'the peer left before the first message');
const REPLACED = new TransportError('closed', 'the peer opened the same connection again');
const CUT_OFF = Object.assign(new Error('cut off'), { code: 'ECONNRESET' });

/** A connection that carries no messages yet. */
interface Visitor {
  /** Both ends of its connection. */
  readonly key: string;
  readonly local: Address;
  readonly remote: Address;
  readonly pass: Pass;
  socket: Socket;
  deadline: Timer | undefined;
}

/**
 * Where accepted connections wait until they can carry messages: for the TLS handshake, for the first line that tells what they speak, for the
 * WebSocket handshake. They count as connections of the listener, have little time, and leave a trace when they come to nothing.
 */
export class Lobby {
  readonly #options: LobbyOptions;
  readonly #visitors = new Map<string, Visitor>();

  constructor(options: LobbyOptions) {
    this.#options = options;
  }

  /** The pool whose limits and events stand for the whole listener. */
  get #host(): StreamTransport {
    const { takes, sip, webSocket } = this.#options;
    return takes === 'web-socket' || (takes === 'both' && sip.isClosed) ? webSocket : sip;
  }

  /** A connection was accepted. */
  enter(socket: Socket): void {
    const remote = { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    const { sip, takes, tls } = this.#options;
    // Its errors are told by the sockets and streams over it, and before that its end is enough.
    socket.on('error', () => undefined);
    const pass = this.#host.admit(remote);
    if (pass === undefined) {
      socket.destroy();
      return;
    }
    if (tls === undefined && takes === 'sip') {
      sip.accept(remote, (events) => new SocketStream(socket, remote, events), pass);
      return;
    }
    // Read at once: a socket that is gone cannot tell any more.
    const { local } = new SocketAddresses(socket, remote);
    const visitor: Visitor = { key: keyOf(socket), local, remote, pass, socket, deadline: undefined };
    // A peer that was cut off may be back before its former end is heard of.
    const former = this.#visitors.get(visitor.key);
    if (former !== undefined) this.#fail(former, REPLACED);
    this.#visitors.set(visitor.key, visitor);
    this.#limit(visitor, this.#options.limits.connectTimeoutMs, 'no handshake in time');
    socket.on('close', () => {
      // The sockets tell no more about a handshake that was cut off.
      const isHandshaking = tls !== undefined && visitor.socket === socket;
      this.#fail(visitor, isHandshaking ? toTlsError(CUT_OFF, remote, false) : LEFT);
    });
    if (tls === undefined) this.#listen(visitor);
  }

  /** Its TLS handshake is done. */
  secured(socket: TLSSocket): void {
    const visitor = this.#find(socket);
    if (visitor === undefined) {
      socket.destroy();
      return;
    }
    visitor.socket = socket;
    socket.on('error', () => undefined);
    const { clientAuth = 'none' } = this.#options.tls?.options ?? {};
    if (clientAuth === 'require' && !socket.authorized) {
      const { whyNot } = tlsDetails(socket, true);
      const message = `TLS with ${formatAddress(visitor.remote)} failed: ${whyNot ?? 'no client certificate'}`;
      this.#fail(visitor, new TransportError('tls', message));
      return;
    }
    socket.on('close', () => {
      this.#fail(visitor, LEFT);
    });
    this.#listen(visitor);
  }

  /** Its TLS handshake failed, which has destroyed it. */
  handshakeFailed(error: Error, socket: TLSSocket): void {
    const visitor = this.#find(socket);
    if (visitor !== undefined) this.#fail(visitor, toTlsError(error, visitor.remote, false));
  }

  /** Drops everybody: the listener closes. */
  clear(): void {
    for (const visitor of [...this.#visitors.values()])
      this.#fail(visitor, new TransportError('closed', 'the listener was closed'));
  }

  #find(socket: TLSSocket): Visitor | undefined {
    return this.#visitors.get(keyOf(socket));
  }

  /** Finds out what it speaks. */
  #listen(visitor: Visitor): void {
    const { takes, limits } = this.#options;
    if (takes === 'sip') {
      this.#giveToSip(visitor);
    } else if (takes === 'web-socket') {
      this.#upgrade(visitor);
    } else {
      this.#limit(visitor, limits.messageTimeoutMs, 'no message after connecting');
      this.#sniff(visitor);
    }
  }

  /** Reads until the first line tells, then puts back what was read. */
  #sniff(visitor: Visitor): void {
    const { socket } = visitor;
    let seen = Buffer.alloc(0);
    const look = (): void => {
      const chunk = socket.read() as Buffer | null;
      if (chunk === null) return;
      seen = Buffer.concat([seen, chunk]);
      const speech = firstSpeech(seen);
      if (speech === undefined) return;
      socket.off('readable', look);
      socket.off('end', end);
      socket.unshift(seen);
      if (speech === 'http') this.#upgrade(visitor);
      else this.#giveToSip(visitor);
    };
    const end = (): void => {
      this.#fail(visitor, LEFT);
    };
    socket.on('readable', look);
    socket.on('end', end);
  }

  #giveToSip(visitor: Visitor): void {
    const { socket, remote, pass } = visitor;
    if (!this.#release(visitor)) return;
    const { sip } = this.#options;
    sip.accept(remote, (events) => new SocketStream(socket, remote, events, this.#securely(socket)), pass);
    socket.resume();
  }

  #upgrade(visitor: Visitor): void {
    const { socket, remote, pass } = visitor;
    this.#options.upgrades.take(socket, {
      onUpgraded: (webSocket) => {
        if (!this.#release(visitor)) {
          webSocket.terminate();
          return;
        }
        this.#options.webSocket.accept(
          remote,
          (events) => new WebSocketStream(webSocket, socket, remote, events, this.#securely(socket)),
          pass,
        );
      },
      onRefused: (reason) => {
        this.#fail(
          visitor,
          new TransportError('refused', `the WebSocket handshake was refused: ${reason}`),
          this.#options.webSocket,
        );
      },
    });
  }

  #securely(socket: Socket) {
    const { tls } = this.#options;
    if (tls === undefined) return {};
    const wasAsked = (tls.options.clientAuth ?? 'none') !== 'none';
    return { details: () => tlsDetails(socket as TLSSocket, wasAsked), toError: toTlsError };
  }

  #limit(visitor: Visitor, delayMs: number, message: string): void {
    const { clock, onLimit } = this.#options;
    visitor.deadline?.cancel();
    visitor.deadline = clock.after(delayMs, () => {
      onLimit?.({ limit: 'first-message-time', source: visitor.remote, atMs: clock.now() });
      this.#fail(visitor, new TransportError('timed-out', `${message} (${delayMs} ms)`));
    });
  }

  /** It is no visitor any more; false when it was none. */
  #release(visitor: Visitor): boolean {
    if (this.#visitors.get(visitor.key) !== visitor) return false;
    this.#visitors.delete(visitor.key);
    visitor.deadline?.cancel();
    return true;
  }

  #fail(visitor: Visitor, error: TransportError, where = this.#host): void {
    if (!this.#release(visitor)) return;
    visitor.pass.leave();
    // What was written, such as the refusal of a handshake, still goes out.
    if (error.code === 'refused') visitor.socket.destroySoon();
    else visitor.socket.destroy();
    where.reportStillborn(visitor.local, visitor.remote, error);
  }
}

/** Both ends: from one port a peer may reach several addresses of a listener on a wildcard. */
function keyOf({ localAddress, remoteAddress, remotePort }: Socket): string {
  return `${localAddress ?? ''} ${remoteAddress ?? ''} ${remotePort ?? 0}`;
}
