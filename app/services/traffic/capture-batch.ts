import type { CapturedMessage } from '../../../stack/transport/capture.ts';

/*
 * What crosses from a node's worker to the workbench: many captured messages in one transferable buffer.
 *
 *   u32 magic, u32 count, then entries, little endian:
 *     text:    u8 0, u16 length, UTF-8                      gets the next text number, from 1
 *     message: u8 1 in | 2 out, u8 protocol, u16 local port, u16 remote port, u32 local host, u32 remote host, u32 connection,
 *              f64 atMs, f64 wallMs, u32 length, octets      hosts and connection are text numbers, 0 is none
 *
 * A host or connection is written once a batch, so that a message costs about forty octets more than its own.
 */

const MAGIC = 0x31425753;
const HEADER_BYTES = 8;
/** Before the batch in its memory: u32 number of the batch, u32 its octets so far, in the order of this machine. */
const JOURNAL_BYTES = 8;
const MESSAGE_BYTES = 38;
const FIRST_CAPACITY = 64 * 1024;

const PROTOCOLS = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const;
const ENTRY = { text: 0, in: 1, out: 2 } as const;

/** A batch to send, and its number: they count from 1. */
export interface TakenBatch {
  readonly number: number;
  /** To be transferred. */
  readonly batch: ArrayBuffer;
}

/** Collects captured messages; `add` copies the octets and nothing else, so it may run in a socket callback. */
export interface BatchEncoder {
  add(message: CapturedMessage): void;
  /** The messages since the last call; undefined when there are none. */
  take(): TakenBatch | undefined;
  readonly count: number;
  /** Octets `take` would return now. */
  readonly sizeBytes: number;
}

/**
 * @param onMemory - gets the memory in which batches grow, at once and whenever it has to be larger: {@link readJournal} finds there what was
 *   added and never sent, after the worker that added it is gone.
 */
export function createBatchEncoder(onMemory?: (memory: SharedArrayBuffer) => void): BatchEncoder {
  let journal: Uint32Array = new Uint32Array(0);
  let out: Buffer = Buffer.alloc(0);
  let view: DataView = new DataView(out.buffer);
  let end = HEADER_BYTES;
  let count = 0;
  let number = 1;
  const texts = new Map<string, number>();

  const move = (capacity: number): void => {
    const memory = new SharedArrayBuffer(JOURNAL_BYTES + Math.ceil(capacity / 4) * 4);
    const grown = Buffer.from(memory, JOURNAL_BYTES);
    out.copy(grown, 0, 0, end);
    out = grown;
    view = new DataView(memory, JOURNAL_BYTES);
    view.setUint32(0, MAGIC, true);
    const last = journal;
    journal = new Uint32Array(memory, 0, 2);
    journal.set(last);
    onMemory?.(memory);
  };
  move(FIRST_CAPACITY);

  const reserve = (bytes: number): void => {
    if (end + bytes > out.length) move(Math.max(out.length * 2, end + bytes));
  };
  /** The message is whole: from now on it survives the worker. */
  const commit = (): void => {
    count += 1;
    view.setUint32(4, count, true);
    journal[0] = number;
    journal[1] = end;
  };

  const textNumber = (text: string): number => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    const bytes = Buffer.from(text).subarray(0, 0xffff);
    reserve(3 + bytes.length);
    out[end] = ENTRY.text;
    view.setUint16(end + 1, bytes.length, true);
    out.set(bytes, end + 3);
    end += 3 + bytes.length;
    texts.set(text, texts.size + 1);
    return texts.size;
  };

  return {
    add({ direction, protocol, local, remote, connectionId, atMs, wallMs, bytes }) {
      // The last batch is about to be written over.
      if (count === 0) journal[1] = 0;
      const localHost = textNumber(local.host);
      const remoteHost = textNumber(remote.host);
      const connection = connectionId === undefined ? 0 : textNumber(connectionId);
      reserve(MESSAGE_BYTES + bytes.length);
      out[end] = ENTRY[direction];
      out[end + 1] = PROTOCOLS.indexOf(protocol);
      view.setUint16(end + 2, local.port, true);
      view.setUint16(end + 4, remote.port, true);
      view.setUint32(end + 6, localHost, true);
      view.setUint32(end + 10, remoteHost, true);
      view.setUint32(end + 14, connection, true);
      view.setFloat64(end + 18, atMs, true);
      view.setFloat64(end + 26, wallMs, true);
      view.setUint32(end + 34, bytes.length, true);
      out.set(bytes, end + MESSAGE_BYTES);
      end += MESSAGE_BYTES + bytes.length;
      commit();
    },
    take() {
      if (count === 0) return undefined;
      const batch = copied(out, end);
      const taken = { number, batch };
      // The journal keeps it until the next message: whoever reads there knows by the number whether it has come.
      number += 1;
      end = HEADER_BYTES;
      count = 0;
      texts.clear();
      return taken;
    },
    get count() {
      return count;
    },
    get sizeBytes() {
      return end;
    },
  };
}

function copied(bytes: Uint8Array, end: number): ArrayBuffer {
  const copy = new ArrayBuffer(end);
  new Uint8Array(copy).set(bytes.subarray(0, end));
  return copy;
}

/**
 * What a worker that is gone had captured and not sent.
 * @param memory - the last one its encoder gave.
 * @param received - number of the last batch that came; 0 when none did.
 */
export function readJournal(memory: SharedArrayBuffer, received: number): ArrayBuffer | undefined {
  const [number = 0, end = 0] = new Uint32Array(memory, 0, 2);
  return number > received && end > 0 ? copied(new Uint8Array(memory, JOURNAL_BYTES), end) : undefined;
}

/** One buffer for all of `messages`; for tests and importers, which have them at once. */
export function encodeBatch(messages: Iterable<CapturedMessage>): ArrayBuffer {
  const encoder = createBatchEncoder();
  for (const message of messages) encoder.add(message);
  return encoder.take()?.batch ?? new ArrayBuffer(0);
}

/** A message in a batch: where its octets are, instead of the octets. */
export interface BatchedMessage extends Omit<CapturedMessage, 'bytes'> {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a batch without copying octets.
 * @throws Error when the buffer is none of ours or cut short: both ends are this program, so that is a bug.
 */
export function* readBatch(batch: ArrayBuffer): Generator<BatchedMessage> {
  if (batch.byteLength === 0) return;
  const view = new DataView(batch);
  const bytes = Buffer.from(batch);
  if (view.getUint32(0, true) !== MAGIC) throw new Error('not a capture batch');
  const texts: string[] = [''];
  let at = HEADER_BYTES;
  while (at < bytes.length) {
    const entry = view.getUint8(at);
    if (entry === ENTRY.text) {
      const length = view.getUint16(at + 1, true);
      texts.push(bytes.toString('utf8', at + 3, at + 3 + length));
      at += 3 + length;
      continue;
    }
    const start = at + MESSAGE_BYTES;
    const end = start + view.getUint32(at + 34, true);
    const protocol = PROTOCOLS[view.getUint8(at + 1)];
    if (protocol === undefined || end > bytes.length) throw new Error(`damaged capture batch at octet ${at}`);
    const connection = view.getUint32(at + 14, true);
    yield {
      direction: entry === ENTRY.in ? 'in' : 'out',
      protocol,
      local: { host: texts[view.getUint32(at + 6, true)] ?? '', port: view.getUint16(at + 2, true) },
      remote: { host: texts[view.getUint32(at + 10, true)] ?? '', port: view.getUint16(at + 4, true) },
      connectionId: connection === 0 ? undefined : texts[connection],
      atMs: view.getFloat64(at + 18, true),
      wallMs: view.getFloat64(at + 26, true),
      start,
      end,
    };
    at = end;
  }
}

/** The messages of a batch; their octets point into it. */
export function decodeBatch(batch: ArrayBuffer): CapturedMessage[] {
  return Array.from(readBatch(batch), ({ start, end, ...rest }) => ({
    ...rest,
    bytes: new Uint8Array(batch, start, end - start),
  }));
}
