import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../../stack/core/logger.ts';
import { ContractError } from '../contract/errors.ts';
import { HTTP_STATUS, openApi } from '../contract/openapi.ts';
import { workbench as contract } from '../contract/workbench.ts';
import { MAX_REQUEST_CHARS } from '../rpc/frame.ts';
import { describeMisfit } from '../rpc/describe-misfit.ts';
import type { RunningWorkbench } from '../workbench.ts';
import { apiPage } from './api-page.ts';
import type { Guard } from './guard.ts';
import { SECURITY_HEADERS } from './headers.ts';

/** Where the contract is served over HTTP. */
export const API_PATH = '/api';

export interface ApiOptions {
  readonly guard: Guard;
  readonly workbench: RunningWorkbench;
  readonly version: string;
  readonly log: Logger;
}

type MethodName = keyof typeof contract.methods;
const isMethod = (name: string): name is MethodName => Object.hasOwn(contract.methods, name);

/**
 * The contract over HTTP: `POST /api/METHOD` with its parameters as JSON, `GET /api/events` as a stream, `GET /api` for people and
 * `GET /api/openapi.json` for programs. The last two hold no secrets; everything else asks for the token.
 */
export async function serveApi(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  options: ApiOptions,
): Promise<void> {
  const name = path.slice(API_PATH.length).replace(/^\//, '');
  const { method } = request;
  if (method === 'GET' && name === '') return send(response, 200, 'text/html; charset=utf-8', apiPage());
  if (method === 'GET' && name === 'openapi.json') return sendJson(response, 200, openApi(options.version));
  try {
    if (!options.guard.isToken(bearerOf(request))) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      throw new ContractError('unauthorized', 'Give the token of this server: Authorization: Bearer TOKEN.');
    }
    if (method === 'GET' && name === 'events') return streamEvents(response, options.workbench);
    if (method !== 'POST') throw new ContractError('unknown-method', 'Methods are called with POST.');
    return sendJson(response, 200, await call(name, await bodyOf(request), options));
  } catch (error) {
    if (!(error instanceof ContractError)) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      options.log.error('request failed', { method: name, reason });
    }
    const { code, message, data } =
      error instanceof ContractError
        ? error
        : new ContractError('internal', 'The workbench could not answer.');
    return sendJson(response, HTTP_STATUS[code], { code, message, data });
  }
}

function call(name: string, body: unknown, { workbench }: ApiOptions): unknown {
  if (!isMethod(name))
    throw new ContractError('unknown-method', `There is no method ${name}; see GET ${API_PATH}.`);
  let params: unknown;
  try {
    params = contract.methods[name].params.parse(body);
  } catch (error) {
    throw new ContractError('bad-params', describeMisfit(error));
  }
  const handler = workbench.handlers[name] as (given: unknown) => unknown;
  return handler(params);
}

function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_REQUEST_CHARS)
      throw new ContractError('bad-params', `The request is larger than ${MAX_REQUEST_CHARS} octets.`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ContractError('bad-params', 'The parameters are no JSON.');
  }
}

/** Server-sent events: one for each event of the contract, until the client goes. */
function streamEvents(response: ServerResponse, { events }: RunningWorkbench): void {
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.flushHeaders();
  const names = Object.keys(contract.events) as (keyof typeof contract.events)[];
  const ends = names.map((name) =>
    events.on(name, (payload) => {
      response.write(`event: ${name}\ndata: ${JSON.stringify(payload)}\n\n`);
    }),
  );
  response.on('close', () => {
    for (const end of ends) end();
  });
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, 'application/json; charset=utf-8', `${JSON.stringify(value)}\n`);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response
    .writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': type, 'Cache-Control': 'no-store' })
    .end(body);
}
