import { Worker } from 'node:worker_threads';
import type { CaptureOrders, FromCaptureWorker, ToCaptureWorker } from './capture-protocol.ts';

/** A build replaces CAPTURE_WORKER_FILE by the name of the bundled worker; from source it is the .ts file itself. */
declare const CAPTURE_WORKER_FILE: string | undefined;
const ownWorker = (): URL =>
  new URL(
    typeof CAPTURE_WORKER_FILE === 'string' ? CAPTURE_WORKER_FILE : './capture-worker.ts',
    import.meta.url,
  );

/** The octets of the file are outside of this; its messages are not. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 2048 };

export interface CaptureTaker {
  /** Of reading and decoding, 0 to 1. */
  onProgress(done: number): void;
  /** All is decoded. @returns why it is not wanted, a sentence. */
  onDecoded(messages: number, sizeBytes: number): string | undefined;
  onBatch(batch: ArrayBuffer, messages: number): void;
}

/** How the reading ended: what was left out, a sentence why it failed, or nothing at all when it was stopped. */
export type CaptureEnd =
  | { readonly kind: 'done'; readonly notes: readonly string[] }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'stopped' };

/** Reads a capture file in a thread of its own. `stop` ends it at once. */
export function readInThread(
  orders: CaptureOrders,
  taker: CaptureTaker,
): { readonly ended: Promise<CaptureEnd>; readonly stop: () => void } {
  const worker = new Worker(ownWorker(), {
    workerData: orders,
    name: 'capture',
    resourceLimits: RESOURCE_LIMITS,
  });
  let end: CaptureEnd | undefined;
  const finish = (how: CaptureEnd): void => {
    end ??= how;
    void worker.terminate();
  };
  // Between two batches everybody else has a turn.
  const goOn = (): void => {
    setImmediate(() => worker.postMessage('next' satisfies ToCaptureWorker));
  };
  const ended = new Promise<CaptureEnd>((resolve) => {
    worker.on('message', (message: FromCaptureWorker) => {
      if (end !== undefined) return;
      switch (message.kind) {
        case 'progress':
          return taker.onProgress(message.done);
        case 'decoded': {
          const refusal = taker.onDecoded(message.messages, message.sizeBytes);
          return refusal === undefined ? goOn() : finish({ kind: 'failed', reason: refusal });
        }
        case 'batch':
          taker.onBatch(message.batch, message.messages);
          return goOn();
        case 'done':
          return finish({ kind: 'done', notes: message.notes });
        case 'failed':
          return finish({ kind: 'failed', reason: message.reason });
      }
    });
    worker.on('error', (error: Error & { code?: string }) => {
      const why = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'there is not enough memory' : error.message;
      finish({ kind: 'failed', reason: `${orders.name} cannot be opened: ${why}.` });
    });
    worker.once('exit', () => {
      resolve(end ?? { kind: 'failed', reason: `${orders.name} cannot be opened: its reading broke off.` });
    });
  });
  return {
    ended,
    stop: () => {
      finish({ kind: 'stopped' });
    },
  };
}
