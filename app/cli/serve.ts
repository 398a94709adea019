import { formatAddress } from '../../stack/core/address.ts';
import { type CaptureFile, openCaptureFile } from './capture-file.ts';
import { type CliIo, EXIT } from './io.ts';
import { createLogger } from './logging.ts';
import { OperatorPrompt } from './operator/operator-prompt.ts';
import { targetFor } from './scenario/listener-target.ts';
import type { ReadyRuns } from './scenario/run-files.ts';
import type { ServeContext } from './serve-context.ts';
import type { ResolvedServers } from './server-list.ts';

/** How long open calls may take to end after the first signal. */
const GRACE_MS = 5000;

/** What a server does besides serving. */
export interface ServePurpose {
  /** Whether an operator types. */
  readonly hasPrompt: boolean;
  /** Run against the first server when it listens; siphond ends with them. */
  readonly scenarios: ReadyRuns | undefined;
}

/** @throws CliError 2 or 3 in one sentence. */
export async function serve(
  { own: { config }, servers, isList }: ResolvedServers,
  { hasPrompt, scenarios }: ServePurpose,
  io: CliIo,
): Promise<number> {
  const lines = hasPrompt ? io.input?.open('siphond> ') : undefined;
  const out = lines?.print ?? io.out;
  const log = createLogger({
    level: config.logLevel,
    format: config.logFormat,
    isTerminal: io.isTerminal,
    write: lines?.log ?? io.err,
  });
  const quit = new AbortController();
  const signal = AbortSignal.any([io.signal, quit.signal]);
  let capture: CaptureFile | undefined;
  try {
    if (config.capture !== '') capture = await openCaptureFile(config.capture, log);
    const context: ServeContext = {
      config,
      servers: servers.map((server) => server.config),
      io,
      log,
      out,
      capture,
      graceMs: GRACE_MS,
      until: async (listeners) => {
        if (scenarios !== undefined)
          return scenarios.run({ ...io, out, signal }, (program) => targetFor(program, listeners));
        await aborted(signal);
        return EXIT.ok;
      },
      announce: ({ name, mode }, listeners) => {
        const who = isList ? `${name} (${mode})` : mode;
        for (const { protocol, host, port } of listeners)
          out(`siphond ${who} listening on ${protocol} ${formatAddress({ host, port })}\n`);
      },
      prompt:
        lines &&
        ((source) => {
          const prompt = new OperatorPrompt({
            source,
            lines,
            quit: () => {
              quit.abort();
            },
          });
          return () => {
            prompt.dispose();
          };
        }),
    };
    // One server starts without what several, or the API, need.
    if (!isList && config.apiBind === '') return await (await import('./serve-node.ts')).serveNode(context);
    return await (await import('./serve-workers.ts')).serveWorkers(context);
  } finally {
    lines?.close();
    await capture?.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
