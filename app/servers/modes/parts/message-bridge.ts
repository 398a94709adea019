import type { HeaderLine } from '../../../../stack/agent/header-line.ts';
import type { ResponseResult } from '../../../../stack/agent/result.ts';
import type { UserAgent } from '../../../../stack/agent/user-agent.ts';
import { fromHeader, toHeader } from '../../../../stack/message/headers/name-addr.ts';
import { octetText } from '../../../../stack/message/octets.ts';
import type { Handler, ServerRequest } from '../../../../stack/server/handler.ts';
import type { Targets } from './routes.ts';

/** Statuses for outcomes that are no responses. @rfc 3261 §16.7, §16.9 */
const STATUS_OF: Readonly<Record<Exclude<ResponseResult['kind'], 'response'>, number>> = {
  timeout: 408,
  'transport-failure': 503,
  'not-sent': 503,
};

/** Sends a page-mode message on as one of its own, to one target after the other until one takes it. @rfc 3428 §7 */
export function messageBridge(
  agent: UserAgent,
  targetsOf: (request: ServerRequest) => Promise<Targets>,
): Handler {
  return {
    name: 'message-bridge',
    methods: ['MESSAGE'],
    explain: () => 'MESSAGE: sends it on as a message of its own, and its answer back.',
    handle: async (request) => {
      const targets = await targetsOf(request);
      if ('status' in targets) {
        request.respond(targets.status, targets);
        return;
      }
      let status = 404;
      for (const { uri, nextHop, protocol, over, headers = [] } of targets) {
        const result = await agent.request({
          ...copied(request),
          target: uri,
          headers: [...copied(request).headers, ...headers],
          ...(nextHop === undefined ? {} : { nextHop }),
          ...(protocol === undefined ? {} : { protocol }),
          ...(over === undefined ? {} : { over }),
        });
        status = result.kind === 'response' ? result.status : STATUS_OF[result.kind];
        if (status < 300 || status >= 600) break;
      }
      request.respond(status);
    },
  };
}

const CROSSING = ['Content-Language', 'Subject', 'Date', 'Session-ID'] as const;

/** What crosses: who says what to whom. */
function copied({ message }: ServerRequest) {
  const { bytes, body } = message;
  const headers = CROSSING.flatMap((name): HeaderLine[] => {
    const value = message.first(name);
    return value === undefined ? [] : [[name, value]];
  });
  const from = fromHeader(message)?.uri;
  const to = toHeader(message)?.uri;
  const contentType = message.first('Content-Type');
  return {
    method: 'MESSAGE',
    headers,
    body: octetText(bytes, body.start, body.end),
    ...(contentType === undefined ? {} : { contentType }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
