/** What the thread that reads a capture file is told to do. */
export interface CaptureOrders {
  readonly path: string;
  /** As people know it, for sentences. */
  readonly name: string;
}

/** What the thread says. */
export type FromCaptureWorker =
  /** Of reading and decoding, 0 to 1. */
  | { readonly kind: 'progress'; readonly done: number }
  /** All is decoded; batches come when `next` is said. `sizeBytes`: of all batches. */
  | { readonly kind: 'decoded'; readonly messages: number; readonly sizeBytes: number }
  | { readonly kind: 'batch'; readonly batch: ArrayBuffer; readonly messages: number }
  | { readonly kind: 'done'; readonly notes: readonly string[] }
  /** A sentence. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Asks for the next batch. */
export type ToCaptureWorker = 'next';
