import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import { createUserAgent, type UserAgent } from '../../stack/agent/user-agent.ts';
import type { Clock } from '../../stack/core/clock.ts';
import type { Ids } from '../../stack/core/ids.ts';
import { commandIds } from './command-ids.ts';
import type { CliIo } from './io.ts';
import { bindTowards, type CliTarget, resolveTarget } from './target.ts';
import { PRODUCT_VERSION } from './version.ts';

/** What a subcommand works with. */
export interface AgentTools {
  readonly agent: UserAgent;
  readonly target: CliTarget;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The address of our own socket. */
  readonly localHost: string;
}

/** How long calls may take to end when the command does. */
const GRACE_MS = 2000;

/** Runs `work` with a user agent on a socket towards the target, and gives everything back afterwards. */
export async function withAgent<T>(
  given: { readonly target: string; readonly transport: string | undefined },
  io: CliIo,
  work: (tools: AgentTools) => Promise<T>,
): Promise<T> {
  const clock = createSystemClock();
  const ids = commandIds(io);
  const target = await resolveTarget(given.target, given.transport, { clock, ids });
  const transport = await bindTowards(target, clock, io);
  const agent = createUserAgent({
    clock,
    ids,
    resolver: target.resolver,
    identity: { product: `sipctl/${PRODUCT_VERSION}`, contactUser: 'sipctl' },
  });
  agent.addTransport(transport);
  try {
    return await work({ agent, target, clock, ids, localHost: transport.local.host });
  } finally {
    await agent.stop(GRACE_MS);
    await transport.close();
    clock.dispose();
  }
}

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
