import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import { readCapture } from '../../capture/read-capture.ts';
import { MAX_CAPTURE_BYTES } from '../../contract/captures.ts';
import { fileReason } from '../storage/file-reason.ts';
import { createBatchEncoder } from '../traffic/capture-batch.ts';
import { unzipped } from '../traffic/unzipped.ts';
import type { CaptureOrders, FromCaptureWorker } from './capture-protocol.ts';

/* The thread that reads a capture file, so that the largest one keeps nobody waiting but who has opened it. */

const CHUNK_BYTES = 4 * 1024 * 1024;
/** The window takes a batch of this size in some milliseconds. */
const BATCH_BYTES = 256 * 1024;
/** Part of the progress that reading is; decoding is the rest. */
const READING = 0.4;

const { path, name } = workerData as CaptureOrders;
const say = (message: FromCaptureWorker, transfer: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, transfer);
const next = (): Promise<void> => new Promise((resolve) => parentPort?.once('message', () => resolve()));

/** @throws Error whose message is a sentence */
async function readWhole(): Promise<Uint8Array> {
  const file = await open(path).catch((error: unknown) => {
    throw new Error(`${name} cannot be read: ${fileReason(error)}.`);
  });
  try {
    const info = await file.stat();
    if (!info.isFile()) throw new Error(`${name} is no file.`);
    if (info.size > MAX_CAPTURE_BYTES) throw new Error(tooLarge(info.size));
    const bytes = new Uint8Array(info.size);
    let at = 0;
    while (at < bytes.length) {
      const { bytesRead } = await file.read(bytes, at, Math.min(CHUNK_BYTES, bytes.length - at), at);
      if (bytesRead === 0) break;
      at += bytesRead;
      say({ kind: 'progress', done: (READING * at) / bytes.length });
    }
    return bytes.subarray(0, at);
  } finally {
    await file.close();
  }
}

const tooLarge = (sizeBytes: number): string =>
  `${name} has ${Math.ceil(sizeBytes / 1024 / 1024)} MiB, and ${MAX_CAPTURE_BYTES / 1024 / 1024} are the most: take the SIP out of it first, as with tshark -Y sip -w.`;

async function read(): Promise<void> {
  const whole = unzipped(await readWhole());
  if (typeof whole === 'string') throw new Error(`${name} cannot be opened: ${whole}.`);
  const capture = readCapture(whole, (done) => {
    say({ kind: 'progress', done: READING + (1 - READING) * done });
  });
  if (capture.kind === 'unreadable') throw new Error(`${name} cannot be opened: ${capture.reason}.`);
  const left = capture.notes.map((note) => `left out: ${note}`);
  const cut = capture.isCut ? ['it ends in the middle of a packet; what is before it is shown'] : [];
  const { messages } = capture;
  if (messages.length === 0) {
    const why = capture.notes.length === 0 ? '' : ` (${capture.notes.join(', ')})`;
    throw new Error(`There is no SIP in ${name}${why}.`);
  }
  const sizeBytes = messages.reduce((sum, { bytes }) => sum + bytes.length, 0);
  say({ kind: 'decoded', messages: messages.length, sizeBytes });
  for (const [batch, count] of batches(messages)) {
    await next();
    say({ kind: 'batch', batch, messages: count }, [batch]);
  }
  await next();
  say({ kind: 'done', notes: [...cut, ...left] });
}

function* batches(messages: readonly CapturedMessage[]): Generator<readonly [ArrayBuffer, number]> {
  const encoder = createBatchEncoder();
  for (const [at, message] of messages.entries()) {
    encoder.add(message);
    if (encoder.sizeBytes < BATCH_BYTES && at < messages.length - 1) continue;
    const { count } = encoder;
    const taken = encoder.take();
    if (taken !== undefined) yield [taken.batch, count];
  }
}

await read().catch((error: unknown) => {
  say({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
});
parentPort?.close();
