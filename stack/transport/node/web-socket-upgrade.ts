import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { SUBPROTOCOL } from './web-socket-stream.ts';

export interface WebSocketOptions {
  /** Path of the handshake, as server and as client; by default a server takes any and a client asks for `/`. */
  readonly path?: string;
  /** Web pages that may connect, as their Origin header says (`https://example.com`); by default all. Programs send none and may. */
  readonly origins?: readonly string[];
}

/** Hears what became of a handshake. */
export interface UpgradeOutcome {
  onUpgraded(webSocket: WebSocket): void;
  /** The peer has its answer; the socket ends by itself or is ended by the caller. */
  onRefused(reason: string): void;
}

/** The server's side of WebSocket handshakes on sockets that are open. @rfc 6455 §4.2, RFC 7118 §4.2 */
export class WebSocketUpgrades {
  readonly #http: Server;
  readonly #webSockets: WebSocketServer;
  readonly #options: WebSocketOptions;
  readonly #waiting = new WeakMap<Duplex, UpgradeOutcome>();

  constructor(options: WebSocketOptions, maxPayload: number) {
    this.#options = options;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload,
      handleProtocols: () => SUBPROTOCOL,
    });
    // It listens to nothing: sockets are handed to it.
    this.#http = createServer((request, response) => {
      const reason = 'Only WebSocket handshakes are served here.\n';
      response.writeHead(426, { Connection: 'close', Upgrade: 'websocket', 'Content-Type': 'text/plain' });
      response.end(reason);
      this.#waiting.get(request.socket)?.onRefused('it asks for a page, not for a WebSocket');
    });
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head);
    });
    this.#http.on('clientError', (_error: Error, socket: Duplex) => {
      refuse(socket, 400, 'This is no HTTP request.');
      this.#waiting.get(socket)?.onRefused('it sends no HTTP request');
    });
  }

  /** Reads the handshake from a socket; what was read of it before must have been put back. */
  take(socket: Socket, outcome: UpgradeOutcome): void {
    this.#waiting.set(socket, outcome);
    this.#http.emit('connection', socket);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const outcome = this.#waiting.get(socket);
    const defect = this.#defect(request);
    if (defect !== undefined) {
      refuse(socket, ...defect);
      outcome?.onRefused(defect[1]);
      return;
    }
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      outcome?.onUpgraded(webSocket);
    });
  }

  #defect({ headers, url = '' }: IncomingMessage): readonly [status: number, reason: string] | undefined {
    const { path, origins } = this.#options;
    const { origin } = headers;
    if (path !== undefined && url.split('?')[0] !== path) return [404, `The WebSocket is at ${path}.`];
    if (origins !== undefined && origin !== undefined && !origins.includes(origin))
      return [403, 'Pages of this origin may not connect.'];
    const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    return offered.includes(SUBPROTOCOL)
      ? undefined
      : [400, 'The subprotocol sip must be offered (RFC 7118).'];
  }
}

const REASONS: Readonly<Record<number, string>> = { 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found' };

function refuse(socket: Duplex, status: number, reason: string): void {
  if (!socket.writable) return;
  const body = `${reason}\n`;
  socket.end(
    [
      `HTTP/1.1 ${status} ${REASONS[status] ?? ''}`,
      'Connection: close',
      'Content-Type: text/plain',
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  );
}
