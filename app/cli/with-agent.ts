import { compose } from '../../stack/server/handler.ts';
import type { Handler } from '../../stack/agent/handler.ts';
import type { OutsideOptions } from '../../stack/agent/outside-request.ts';
import { createUserAgent, type UserAgent } from '../../stack/agent/user-agent.ts';
import type { Clock } from '../../stack/core/clock.ts';
import type { Ids } from '../../stack/core/ids.ts';
import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import { encodeText } from '../../stack/message/octets.ts';
import { parseUri } from '../../stack/message/uri.ts';
import { options } from '../../stack/server/handlers/options.ts';
import type { Transport } from '../../stack/transport/transport.ts';
import type { AgentFlags } from './agent-flags.ts';
import { commandIds } from './command-ids.ts';
import { credentialsOf } from './credentials.ts';
import { type CliIo, usageError } from './io.ts';
import { createReport, type Report } from './reporter.ts';
import { bindAll, CLI_PROTOCOLS, resolveTarget, sipUri } from './target.ts';
import { PRODUCT_VERSION } from './version.ts';

/** What every request of a subcommand says because of its flags. */
export type Outside = Pick<OutsideOptions, 'from' | 'nextHop' | 'protocol' | 'headers'> & {
  readonly target: string;
};

/** What a subcommand works with. */
export interface AgentTools {
  readonly agent: UserAgent;
  /** To be spread over the options of requests and calls. */
  readonly outside: Outside;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The address of our own socket. */
  readonly localHost: string;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Whom a subcommand talks to, and as whom. */
export interface AgentNeeds {
  readonly target: string;
  readonly flags: AgentFlags;
  /** What is served besides OPTIONS. */
  readonly handlers?: readonly Handler[];
}

/** How long what is open may take to end when the command does. */
export const GRACE_MS = 2000;

/** Runs `work` with a user agent on sockets towards the target, and gives everything back afterwards. */
export async function withAgent<T>(
  { target, flags, handlers = [] }: AgentNeeds,
  io: CliIo,
  work: (tools: AgentTools) => Promise<T>,
): Promise<T> {
  const clock = createSystemClock();
  const ids = commandIds(io);
  let transports: readonly Transport[] = [];
  let agent: UserAgent | undefined;
  try {
    const outside = outsideOf(target, flags);
    const credentials = await credentialsOf(flags, io, ids);
    const place = await resolveTarget(flags.proxy ?? target, flags, { clock, ids });
    transports = await bindAll(place, clock, io);
    agent = createUserAgent({
      clock,
      ids,
      resolver: place.resolver,
      identity: { product: `sipctl/${PRODUCT_VERSION}`, contactUser: userOf(flags) },
      ...(credentials === undefined ? {} : { credentials }),
    });
    for (const transport of transports) agent.addTransport(transport);
    agent.serve(compose([options(), ...handlers]));
    const localHost = transports[0]?.local.host ?? '';
    const report = createReport(io, clock, flags.json);
    return await work({ agent, outside, clock, ids, localHost, report, signal: io.signal });
  } finally {
    await agent?.stop(GRACE_MS);
    await Promise.all(transports.map((transport) => transport.close()));
    clock.dispose();
  }
}

/** @throws CliError 2 */
function outsideOf(target: string, { transport, proxy, from, header }: AgentFlags): Outside {
  const isTel = /^tel:/i.test(target);
  if (isTel && proxy === undefined)
    throw usageError(
      `${target}: a telephone number needs --proxy, or \`sipctl resolve\` to find its SIP URI`,
    );
  const protocol = CLI_PROTOCOLS.find((known) => known === transport);
  const route = proxy === undefined ? undefined : looseRoute(proxy);
  const headers = [...(route === undefined ? [] : [['Route', `<${route}>`] as const]), ...(header ?? [])];
  return {
    target: isTel ? encodeText(target) : sipUri(target).text,
    headers,
    ...(protocol === undefined ? {} : { protocol }),
    ...(route === undefined ? {} : { nextHop: route }),
    ...(from === undefined ? {} : { from: sipUri(from).text }),
  };
}

/** A proxy of today routes by loose routing, whether the person says so or not. @rfc 3261 §16.12 */
function looseRoute(proxy: string): string {
  const uri = sipUri(proxy);
  return uri.params.has('lr') ? uri.text : `${uri.text};lr`;
}

/** Who we are in Contact: whoever From names, or the account. */
const userOf = ({ from, user }: AgentFlags): string =>
  (from === undefined ? undefined : parseUri(sipUri(from).text).user) ??
  (user !== undefined && /^[\w.-]+$/.test(user) ? user : 'sipctl');

/** Resolves after the time, or at once when the command is interrupted. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = clock.after(delayMs, resolve);
    signal.addEventListener(
      'abort',
      () => {
        timer.cancel();
        resolve();
      },
      { once: true },
    );
  });
}

/** Resolves when the command is interrupted. */
export const interrupted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
