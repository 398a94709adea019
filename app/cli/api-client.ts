import type { Command } from 'commander';
import { WebSocket } from 'ws';
import { ContractError } from '../contract/errors.ts';
import { CONTRACT_VERSION, workbench, type Workbench } from '../contract/workbench.ts';
import { connect } from '../rpc/connect.ts';
import type { Backend } from '../rpc/types.ts';
import { wsNodeLink } from '../rpc/ws-link-node.ts';
import { type CliIo, CliError, environmentError, EXIT, usageError } from './io.ts';

/** Options of the subcommands that speak with a running workbench or siphond. */
export interface ApiFlags {
  readonly api?: string;
  readonly token?: string;
}

/** Answers are larger than questions: a ladder has thousands of messages. */
const MAX_ANSWER_CHARS = 64 * 1024 * 1024;
const VARIABLE = 'SIPCTL_TOKEN';

/** Declares {@link ApiFlags}. */
export const withApiOptions = (command: Command): Command =>
  command
    .option(
      '--api <URL>',
      'API of a running siphond or workbench: http://127.0.0.1:PORT; the token may stand behind #token=.',
    )
    .option('--token <TEXT>', `Its token; the variable ${VARIABLE} keeps it out of the command line.`);

/** Where the contract is spoken, and the token that stands in the address as the workbench prints it. */
function endpointOf(text: string): { readonly url: string; readonly token: string | undefined } {
  const full = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || !['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol))
    throw usageError(`--api: ${text} is no address, such as http://127.0.0.1:8080`);
  const token = /^#token=(.+)$/.exec(url.hash)?.[1];
  const secure = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss' : 'ws';
  return { url: `${secure}://${url.host}/rpc`, token };
}

/** Connects, works, disconnects. @throws CliError 2 or 3 in one sentence */
export async function withApi<T>(
  flags: ApiFlags,
  io: CliIo,
  work: (backend: Backend<Workbench>) => Promise<T>,
): Promise<T> {
  if (flags.api === undefined) throw usageError('say whose API by --api URL');
  const endpoint = endpointOf(flags.api);
  const token = flags.token ?? io.env[VARIABLE] ?? endpoint.token;
  const socket = new WebSocket(endpoint.url);
  let reason: string | undefined;
  socket.on('error', (error) => {
    reason = error.message;
  });
  const link = wsNodeLink(socket, MAX_ANSWER_CHARS);
  try {
    const backend = await connect(workbench, link, {
      contractVersion: CONTRACT_VERSION,
      ...(token === undefined ? {} : { token }),
    });
    return await work(backend);
  } catch (error) {
    throw inOneSentence(error, endpoint.url, reason);
  } finally {
    link.close();
  }
}

function inOneSentence(error: unknown, url: string, reason: string | undefined): unknown {
  if (!(error instanceof ContractError)) return error;
  switch (error.code) {
    case 'disconnected':
      return environmentError(`no API answers at ${url}${reason === undefined ? '' : `: ${reason}`}`, error);
    case 'unauthorized':
      return usageError(`the API at ${url} does not take this token: give --token TEXT, or set ${VARIABLE}`);
    case 'version-mismatch':
      return environmentError(`the API at ${url} is of another version: ${error.message}`, error);
    default:
      return new CliError(EXIT.negative, error.message, { cause: error });
  }
}
