import { Worker } from 'node:worker_threads';
import {
  NodeRefusal,
  STATS_EVERY_MS,
  type FromNode,
  type LaunchedNode,
  type NodeEnd,
  type NodeListener,
  type NodeOrders,
  type ToNode,
} from './node-protocol.ts';
import { readJournal } from '../services/traffic/capture-batch.ts';
import { createWorkerAsks } from './questions/worker-asks.ts';

/** A build replaces WORKER_FILE by the name of the bundled worker; from source it is the .ts file itself. */
declare const WORKER_FILE: string | undefined;
const ownWorker = (): URL =>
  new URL(typeof WORKER_FILE === 'string' ? WORKER_FILE : './node-worker.ts', import.meta.url);

/** A node that leaks ends alone: its worker runs out of memory, not the workbench. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 1024 };

/** Beats that may be missed before a node counts as not responding. */
const MISSED_BEATS = 4;

/** What a worker may take over its grace before it is ended by force. */
const STOP_MARGIN_MS = 1000;

export interface WorkerOptions {
  /** The script of the worker; the node of this product when absent. */
  readonly workerUrl?: URL;
  /** Longest silence between two beats of the watch; shorter in tests. */
  readonly beatMs?: number;
  readonly maxOldGenerationSizeMb?: number;
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function crash(exitCode: number, error: unknown): NodeEnd & { kind: 'crashed' } {
  const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const reason = isMemory
    ? 'it ran out of memory'
    : error === undefined
      ? 'it ended by itself'
      : describe(error);
  return { kind: 'crashed', exitCode, reason };
}

/** Runs one node in a worker thread of its own, so that nothing it does can freeze or end the workbench. */
export function startWorker(
  orders: NodeOrders,
  listener: NodeListener,
  options: WorkerOptions = {},
): LaunchedNode {
  const worker = new Worker(options.workerUrl ?? ownWorker(), {
    workerData: orders,
    name: orders.config.name,
    resourceLimits: {
      maxOldGenerationSizeMb: options.maxOldGenerationSizeMb ?? RESOURCE_LIMITS.maxOldGenerationSizeMb,
    },
  });
  const tell = (message: ToNode): void => {
    worker.postMessage(message);
  };
  const asks = createWorkerAsks(tell);
  let journal: SharedArrayBuffer | undefined;
  let lastBatch = 0;
  let error: unknown;
  let isStopping = false;
  let hasStarted = false;
  let missedBeats = 0;
  let force: ReturnType<typeof setTimeout> | undefined;

  const heard = (): void => {
    if (missedBeats >= MISSED_BEATS) listener.onResponding(true);
    missedBeats = 0;
  };
  let watch: ReturnType<typeof setInterval> | undefined;
  /** From the start on. Beats are counted, not timed: a machine that slept has not missed any. */
  const startWatch = (): void => {
    watch = setInterval(() => {
      missedBeats++;
      if (missedBeats === MISSED_BEATS) listener.onResponding(false);
    }, options.beatMs ?? STATS_EVERY_MS);
    watch.unref();
  };

  let exited: () => void;
  const exit = new Promise<void>((resolve) => {
    exited = resolve;
  });
  const started = new Promise<{ listeners: Extract<FromNode, { kind: 'started' }>['listeners'] }>(
    (resolve, reject) => {
      let refusal: NodeRefusal | undefined;
      const receive = (message: FromNode): void => {
        heard();
        switch (message.kind) {
          case 'step':
            return listener.onStep(message.step);
          case 'started':
            hasStarted = true;
            startWatch();
            return resolve({ listeners: message.listeners });
          case 'failed':
            refusal = new NodeRefusal(message.problem);
            return;
          case 'stats':
            return listener.onStats(message.stats);
          case 'log':
            return listener.onLog(message.lines);
          case 'journal':
            journal = message.memory;
            return;
          case 'captured':
            lastBatch = message.number;
            tell({ kind: 'taken', bytes: message.batch.byteLength });
            return listener.onCaptured(message.batch);
          case 'answer':
            return asks.onAnswer(message.id, message.outcome);
          case 'waiting':
            return listener.onWaiting(message.items);
          case 'stopped':
            isStopping = true;
        }
      };
      worker.on('message', receive);
      worker.on('error', (thrown) => {
        error = thrown;
      });
      worker.on('exit', (exitCode) => {
        clearInterval(watch);
        clearTimeout(force);
        asks.end();
        const unsent = journal && readJournal(journal, lastBatch);
        if (unsent !== undefined) listener.onCaptured(unsent);
        const end: NodeEnd =
          isStopping || refusal !== undefined ? { kind: 'stopped' } : crash(exitCode, error);
        if (!hasStarted) reject(refusal ?? refusalOf(end));
        listener.onEnded(end);
        exited();
      });
    },
  );
  // Whoever launched may only look at `onEnded`.
  started.catch(() => undefined);

  return {
    started,
    ask: asks.ask,
    stop(graceMs) {
      if (!isStopping) {
        isStopping = true;
        tell({ kind: 'stop', graceMs });
        force = setTimeout(() => void worker.terminate(), graceMs + STOP_MARGIN_MS);
      }
      return exit;
    },
  };
}

/** The start of a worker that ended before it could say anything. */
function refusalOf(end: NodeEnd): NodeRefusal {
  return end.kind === 'stopped'
    ? new NodeRefusal({
        code: 'internal',
        message: 'The server was stopped while it started.',
        hint: 'Start it again when you need it.',
      })
    : new NodeRefusal({
        code: 'crashed',
        message: `The server crashed while it started: ${end.reason} (exit code ${end.exitCode}).`,
        hint: 'Its log may say why. Start it again, or change its configuration.',
      });
}
