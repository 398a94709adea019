import type { RecordableHistogram } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import type { CallTimes } from '../../scenarios/load/histogram.ts';
import type { LoadDelta } from '../../scenarios/load/load-runner.ts';
import type { FromLoadWorker, LoadOrders, SharedTimes, ToLoadWorker } from './load-protocol.ts';

/** A build replaces LOAD_WORKER_FILE by the name of the bundled worker; from source it is the .ts file itself. */
declare const LOAD_WORKER_FILE: string | undefined;
const ownWorker = (): URL =>
  new URL(typeof LOAD_WORKER_FILE === 'string' ? LOAD_WORKER_FILE : './load-worker.ts', import.meta.url);

/** Calls come and go: with room for the young ones most are gone before anybody has to move them. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 64, maxOldGenerationSizeMb: 2048 };

/** What a stop may take besides the time for each call that is on. */
const STOP_MARGIN_MS = 6000;
/** A stop ends two calls a millisecond. */
const STOP_PER_CALL_MS = 0.5;

export interface LoadWorker {
  /** It can begin; else why it cannot. */
  readonly ready: Promise<string | undefined>;
  /** It is over; of one that broke down why. */
  readonly ended: Promise<string | undefined>;
  readonly isOver: boolean;
  readonly tell: (order: ToLoadWorker) => void;
  /** Ends every call; by force when that takes too long. @param active - about how many there are. */
  readonly stop: (active: number) => void;
}

/** @param onSecond - takes what it tells of each second; the times are good until `taken` is called. */
export function startLoadWorker(
  orders: LoadOrders,
  onSecond: (delta: LoadDelta, times: CallTimes<RecordableHistogram>, taken: () => void) => void,
): LoadWorker {
  const worker = new Worker(ownWorker(), {
    workerData: orders,
    name: `load ${orders.share.worker + 1}`,
    resourceLimits: RESOURCE_LIMITS,
  });
  let shared: SharedTimes | undefined;
  let problem: string | undefined;
  let isOver = false;
  let force: NodeJS.Timeout | undefined;
  const tell = (order: ToLoadWorker): void => worker.postMessage(order);
  let setReady: (problem: string | undefined) => void;
  const ready = new Promise<string | undefined>((resolve) => {
    setReady = resolve;
  });
  const ended = new Promise<string | undefined>((resolve) => {
    worker.on('message', (message: FromLoadWorker) => {
      switch (message.kind) {
        case 'ready':
          shared = message.times;
          return setReady(undefined);
        case 'refused':
          return setReady(message.problem);
        case 'second':
          isOver = message.isLast;
          if (shared !== undefined)
            onSecond(message.delta, shared[message.times], () => tell({ kind: 'taken' }));
      }
    });
    worker.on('error', (error: Error) => {
      problem = `A thread of the run broke down: ${error.message}.`;
    });
    worker.on('exit', () => {
      clearTimeout(force);
      isOver = true;
      setReady(problem);
      resolve(problem);
    });
  });
  return {
    ready,
    ended,
    get isOver() {
      return isOver;
    },
    tell,
    stop: (active) => {
      tell({ kind: 'stop' });
      force ??= setTimeout(
        () => {
          problem = 'A thread of the run did not end in time: calls may be left.';
          void worker.terminate();
        },
        STOP_MARGIN_MS + active * STOP_PER_CALL_MS,
      );
    },
  };
}
