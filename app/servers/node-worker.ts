import { parentPort, workerData } from 'node:worker_threads';
import { createRandomIds } from '../../stack/core/node/random-ids.ts';
import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import { createIds } from '../../stack/core/seeded-ids.ts';
import { type LoopLag, watchLoopLag } from './metrics/loop-lag.ts';
import { NodeStartError, startNode, type RunningNode } from './node.ts';
import {
  STATS_EVERY_MS,
  type FromNode,
  type NodeOrders,
  type NodeProblem,
  type ToNode,
} from './node-protocol.ts';
import { answerTo } from './questions/worker-asks.ts';
import { usersIn } from './users.ts';
import { createOutbox } from './worker-outbox.ts';

/* The script of a worker that runs one node: orders come as workerData, everything else by messages (node-protocol.ts). */

function problemOf(error: unknown): NodeProblem {
  if (error instanceof NodeStartError) {
    const { code, message, hint, listener } = error;
    return { code, message, hint, ...(listener === undefined ? {} : { listener }) };
  }
  return {
    code: 'internal',
    message: `The server could not start: ${error instanceof Error ? error.message : String(error)}.`,
    hint: 'This is a fault of the workbench; the log of the server has the details.',
  };
}

function main(
  port: NonNullable<typeof parentPort>,
  { config, idSeed, dataDir, users, dnsServers }: NodeOrders,
): void {
  const clock = createSystemClock();
  const post = (message: FromNode, transfer: readonly ArrayBuffer[] = []): void => {
    port.postMessage(message, transfer);
  };
  const outbox = createOutbox({ clock, level: config.logLevel, post });
  let lag: LoopLag | undefined;
  let node: RunningNode | undefined;
  let messages = 0;
  let measuredAtMs = clock.now();
  let isStopping = false;

  const measure = (): void => {
    if (node === undefined) return;
    const stats = node.stats();
    const nowMs = clock.now();
    const messagesPerSec = ((stats.messages - messages) * 1000) / Math.max(1, nowMs - measuredAtMs);
    messages = stats.messages;
    measuredAtMs = nowMs;
    post({ kind: 'stats', stats: { ...stats, messagesPerSec, loopLagMs: lag?.takeMs() ?? 0 } });
  };
  const beat = setInterval(measure, STATS_EVERY_MS);

  /** Nothing may keep the worker alive after this, so that it ends by itself. */
  const end = (last: FromNode): void => {
    clearInterval(beat);
    measure();
    lag?.dispose();
    outbox.flush();
    clock.dispose();
    post(last);
    port.close();
  };
  const stop = async (graceMs: number): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    await node?.stop(graceMs);
    end({ kind: 'stopped' });
  };

  // The last lines before a crash are the ones that matter.
  process.on('uncaughtExceptionMonitor', (error) => {
    outbox.log.error('crashed', {
      reason: error.message,
      ...(error.stack === undefined ? {} : { stack: error.stack }),
    });
    outbox.flush();
  });
  process.once('exit', () => {
    outbox.flush();
  });
  port.on('message', (message: ToNode) => {
    switch (message.kind) {
      case 'taken':
        return outbox.taken(message.bytes);
      case 'stop':
        return void stop(message.graceMs);
      case 'ask':
        return void answerTo(message, node?.ask, post, (error) => {
          outbox.log.error('a question could not be answered', { reason: String(error) });
        });
    }
  });

  const start = async (): Promise<void> => {
    const ids = idSeed === undefined ? createRandomIds() : createIds(idSeed);
    const onStep = (step: string): void => {
      post({ kind: 'step', step });
    };
    try {
      const running = await startNode(config, {
        clock,
        ids,
        log: outbox.log,
        dataDir,
        ...(users !== undefined && { users: usersIn(users, 'authUsers') }),
        ...(dnsServers && { dnsServers }),
        capture: outbox.capture,
        onStep,
        onWaiting: (items) => {
          post({ kind: 'waiting', items });
        },
      });
      if (isStopping) return await running.stop(0);
      node = running;
    } catch (error) {
      outbox.log.error('start failed', { reason: error instanceof Error ? error.message : String(error) });
      return end({ kind: 'failed', problem: problemOf(error) });
    }
    lag = watchLoopLag();
    post({ kind: 'started', listeners: node.listeners });
    measure();
  };
  void start();
}

if (parentPort !== null) main(parentPort, workerData as NodeOrders);
