import { homedir } from 'node:os';
import { Emitter } from '../../stack/core/emitter.ts';
import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import type { OperatorItem } from '../contract/operator.ts';
import { watchLoopLag } from '../servers/metrics/loop-lag.ts';
import { NodeStartError, type RunningNode, startNode } from '../servers/node.ts';
import { defaultDataDir } from '../services/storage/data-dir.ts';
import { commandIds } from './command-ids.ts';
import { environmentError, usageError } from './io.ts';
import { type OpenMetrics, openMetrics } from './open-metrics.ts';
import type { ServeContext } from './serve-context.ts';

/**
 * Serves a configuration in this process until it is told to stop.
 * @throws CliError 2 or 3 in one sentence.
 */
export async function serveNode(context: ServeContext): Promise<number> {
  const { config, io, log, capture, until } = context;
  let metrics: OpenMetrics | undefined;
  let node: RunningNode | undefined;
  const lag = watchLoopLag();
  const clock = createSystemClock();
  const waiting = new Emitter<readonly OperatorItem[]>();
  const endPrompt = context.prompt?.({
    list: async () => (await node?.ask('operator.list', undefined)) ?? [],
    decide: async (item, decision) => node?.ask('operator.decide', { item, decision }),
    onChanged: (listener) => waiting.on(listener),
  });
  try {
    metrics = await openMetrics(context, async () => {
      const gauges = await node?.ask('gauges.read', undefined);
      return [{ name: config.name, loopLagMs: lag.takeMs(), gauges }];
    });
    const sinks = [capture?.add, metrics.counts.get(config.name)?.sink].filter((sink) => sink !== undefined);
    node = await startNode(config, {
      clock,
      ids: commandIds(io),
      log,
      dataDir: defaultDataDir(process.platform, io.env, homedir()),
      onStep: (step) => {
        log.debug(step);
      },
      onWaiting: (items) => {
        waiting.emit(items);
      },
      ...(sinks.length === 0
        ? {}
        : {
            capture: (message) => {
              for (const sink of sinks) sink(message);
            },
          }),
    });
    context.announce(config, node.listeners);
    try {
      return await until(node.listeners);
    } finally {
      log.info('stopping', { activeCalls: node.stats().activeCalls });
      await node.stop(context.graceMs);
    }
  } catch (error) {
    if (error instanceof NodeStartError)
      throw error.code === 'invalid-config'
        ? usageError(`${error.message} ${error.hint}`)
        : environmentError(`${error.message} ${error.hint}`, error);
    throw error;
  } finally {
    endPrompt?.();
    await metrics?.close();
    lag.dispose();
    clock.dispose();
  }
}
