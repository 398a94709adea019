import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import { formatHost } from '../../stack/core/address.ts';
import type { Logger } from '../../stack/core/logger.ts';
import { CONTRACT_VERSION, workbench } from '../contract/workbench.ts';
import { MAX_REQUEST_CHARS } from '../rpc/frame.ts';
import { serve } from '../rpc/serve.ts';
import { wsNodeLink } from '../rpc/ws-link-node.ts';
import { DOWNLOAD_PATH } from '../services/storage/downloads.ts';
import type { RunningWorkbench } from '../workbench.ts';
import { API_PATH, serveApi } from './api.ts';
import { createGuard, type Guard } from './guard.ts';
import { SECURITY_HEADERS } from './headers.ts';
import { serveStatic } from './static-files.ts';

/** How long a connection may take to say who it is. */
const HELLO_WITHIN_MS = 5000;

/** Pages at a time; far more than people open, far fewer than would hurt. */
const MAX_CONNECTIONS = 32;

export interface DaemonOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** What a page must say in its first frame. */
  readonly token: string;
  /** The built page; without it only the API is served. */
  readonly rendererDir?: string;
  /** Of the product, for the description of the API. */
  readonly version: string;
  readonly workbench: RunningWorkbench;
  readonly log: Logger;
}

export interface Daemon {
  /** Where a browser opens the workbench. The token is in the fragment, which never leaves the browser. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the workbench to browsers. Rejects with the error of the socket when the port cannot be bound. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const server = createServer();
  server.listen({ host: options.host, port: options.port });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const guard = createGuard({ host: options.host, port, token: options.token });
  server.on('request', (request, response) => {
    void answer(request, response, guard, options);
  });
  const sockets = acceptSockets(server, guard, options);

  const { host } = options;
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : formatHost(host);
  return {
    url: `http://${shown}:${port}/#token=${options.token}`,
    port,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  guard: Guard,
  { rendererDir, workbench, version, log }: DaemonOptions,
): Promise<void> {
  try {
    if (!guard.isOwnHost(request.headers.host) || !guard.isOwnOrigin(request.headers.origin)) {
      response.writeHead(403, SECURITY_HEADERS).end('This address is not served here.\n');
      return;
    }
    const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
    if (path.startsWith(DOWNLOAD_PATH) && request.method === 'GET')
      return await sendDownload(response, path, workbench);
    if (path === API_PATH || path.startsWith(`${API_PATH}/`))
      return await serveApi(request, response, path, { guard, workbench, version, log });
    if (rendererDir === undefined) {
      response.writeHead(404, SECURITY_HEADERS).end(`Only the API is served here: see ${API_PATH}.\n`);
      return;
    }
    const { status, headers, body } = await serveStatic(rendererDir, request.method ?? '', path);
    response.writeHead(status, headers).end(body);
  } catch (error) {
    log.error('request failed', { reason: error instanceof Error ? error.message : String(error) });
    response.destroy();
  }
}

async function sendDownload(
  response: ServerResponse,
  path: string,
  workbench: RunningWorkbench,
): Promise<void> {
  const download = workbench.takeDownload(path);
  if (download === undefined) {
    response.writeHead(404, SECURITY_HEADERS).end('This download is gone: make it again.\n');
    return;
  }
  const name = download.fileName.replaceAll(/[^\w.-]/g, '_');
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(download.sizeBytes),
    'Content-Disposition': `attachment; filename="${name}"`,
    'Cache-Control': 'no-store',
  });
  await pipeline(download.stream, response);
}

/** Why an upgrade is refused; undefined when it may go on. */
function refusal(request: IncomingMessage, guard: Guard, connections: number): string | undefined {
  if (!guard.isOwnHost(request.headers.host)) return '403 Forbidden';
  if (!guard.isOwnOrigin(request.headers.origin)) return '403 Forbidden';
  if (request.url !== '/rpc') return '404 Not Found';
  return connections >= MAX_CONNECTIONS ? '503 Service Unavailable' : undefined;
}

function acceptSockets(server: Server, guard: Guard, options: DaemonOptions): WebSocketServer {
  // A character of JSON takes up to three octets, so that the link's own limit comes first.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_REQUEST_CHARS * 3,
    perMessageDeflate: false,
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => undefined);
    const reason = refusal(request, guard, sockets.clients.size);
    if (reason === undefined) {
      sockets.handleUpgrade(request, stream, head, (socket) => {
        accept(socket, guard, options);
      });
    } else {
      options.log.warn('connection refused', {
        reason,
        origin: request.headers.origin,
        host: request.headers.host,
      });
      stream.end(`HTTP/1.1 ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    }
  });
  return sockets;
}

function accept(socket: WebSocket, guard: Guard, { workbench: running, log }: DaemonOptions): void {
  const deadline = setTimeout(() => {
    socket.terminate();
  }, HELLO_WITHIN_MS);
  socket.on('close', () => {
    clearTimeout(deadline);
  });
  serve(workbench, running.handlers, running.events, wsNodeLink(socket), {
    contractVersion: CONTRACT_VERSION,
    isAuthorized: (token) => {
      const isRight = guard.isToken(token);
      if (!isRight) log.warn('connection with a wrong token refused');
      return isRight;
    },
    onWelcomed: () => {
      clearTimeout(deadline);
    },
    report: (what, error) => {
      log.error(what, { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    },
  });
}
