import { basename } from 'node:path';
import type { Clock } from '../../../stack/core/clock.ts';
import { Emitter, type Unsubscribe } from '../../../stack/core/emitter.ts';
import type { CaptureFile } from '../../contract/captures.ts';
import type { MethodName, Params, Result } from '../../contract/define.ts';
import { ContractError } from '../../contract/errors.ts';
import type { Workbench } from '../../contract/workbench.ts';
import { MESSAGE_COST_BYTES } from '../traffic/capture-store.ts';
import type { Traffic } from '../traffic/traffic-api.ts';
import { type CaptureTaker, readInThread } from './read-in-thread.ts';
import { createUploads } from './uploads.ts';

type CaptureMethod = Extract<
  MethodName<Workbench>,
  'captures.list' | 'captures.open' | 'captures.close' | `uploads.${string}`
>;

type CaptureHandlers = {
  readonly [M in CaptureMethod]: (
    params: Params<Workbench, M>,
  ) => Result<Workbench, M> | Promise<Result<Workbench, M>>;
};

export interface CapturesOptions {
  readonly clock: Clock;
  readonly traffic: Traffic;
  /** The path behind a handle. @throws ContractError 'gone' */
  readonly takeFile: (handle: string) => string;
}

/** Capture files of others, opened beside what is recorded. */
export interface Captures {
  readonly handlers: CaptureHandlers;
  readonly list: readonly CaptureFile[];
  /** Whatever was brought is forgotten elsewhere: nothing is open any more. */
  clear(): void;
  /** Called synchronously after every change: the caller throttles. */
  onChanged(listener: () => void): Unsubscribe;
  dispose(): Promise<void>;
}

/** Part of the progress until all is decoded; the rest is taking it in. */
const DECODED = 0.8;
/** What surrounds the octets of a message in a batch. */
const BATCHED_BYTES = 50;

const MIB = 1024 * 1024;

interface Source {
  readonly path: string;
  readonly name: string;
  readonly discard: () => Promise<void>;
}

export function createCaptures({ clock, traffic, takeFile }: CapturesOptions): Captures {
  const changes = new Emitter<void>();
  const uploads = createUploads(clock);
  const files = new Map<string, CaptureFile>();
  const stops = new Map<string, () => void>();
  let count = 0;

  const update = (id: string, change: Partial<CaptureFile>): void => {
    const file = files.get(id);
    if (file === undefined) return;
    files.set(id, { ...file, ...change });
    changes.emit();
  };
  const forget = (id: string): void => {
    stops.get(id)?.();
    stops.delete(id);
    if (!files.delete(id)) return;
    traffic.forget(id);
    changes.emit();
  };
  const freeName = (name: string): string => {
    const taken = new Set([...files.values()].map((file) => file.name));
    let free = name;
    for (let n = 2; taken.has(free); n++) free = `${name} (${n})`;
    return free;
  };

  const sourceOf = async (params: Params<Workbench, 'captures.open'>): Promise<Source> => {
    if ('upload' in params) return uploads.take(params.upload);
    const path = takeFile(params.handle);
    return { path, name: basename(path), discard: () => Promise.resolve() };
  };

  const open = async (params: Params<Workbench, 'captures.open'>): Promise<CaptureFile> => {
    const source = await sourceOf(params);
    const id = `capture-${++count}`;
    const name = freeName(source.name);
    files.set(id, { id, name, state: 'opening', progress: 0, dialogs: 0, messages: 0, notes: [] });
    changes.emit();
    let expected = 0;
    let taken = 0;
    const taker: CaptureTaker = {
      onProgress: (done) => {
        update(id, { progress: DECODED * done });
      },
      onDecoded: (messages, sizeBytes) => {
        expected = messages;
        const { limitBytes, sizeBytes: heldBytes } = traffic.summary;
        const needed = sizeBytes + messages * (MESSAGE_COST_BYTES + BATCHED_BYTES);
        if (heldBytes + needed <= limitBytes) return undefined;
        const free = Math.max(0, Math.floor((limitBytes - heldBytes) / MIB));
        return `${name} is too large: its SIP takes ${Math.ceil(needed / MIB)} MiB, and ${free} MiB are free. Close captures, clear the traffic, or cut it down first.`;
      },
      onBatch: (batch, messages) => {
        traffic.open(batch, { id, name });
        taken += messages;
        update(id, { progress: DECODED + ((1 - DECODED) * taken) / expected, messages: taken });
      },
    };
    const reading = readInThread({ path: source.path, name }, taker);
    stops.set(id, reading.stop);
    const end = await reading.ended;
    stops.delete(id);
    await source.discard();
    if (end.kind === 'done') {
      update(id, {
        state: 'open',
        progress: 1,
        dialogs: traffic.dialogsOf(id),
        notes: [...end.notes],
      });
      const file = files.get(id);
      if (file !== undefined) return file;
    }
    forget(id);
    if (end.kind === 'failed') throw new ContractError('file-error', end.reason);
    throw new ContractError('cancelled', `${name} was closed before it was open.`);
  };

  return {
    get list() {
      return [...files.values()];
    },
    handlers: {
      'captures.list': () => ({ captures: [...files.values()] }),
      'captures.open': open,
      'captures.close': ({ id }) => {
        if (!files.has(id)) throw new ContractError('not-found', 'This capture is not open any more.');
        forget(id);
        return { captures: [...files.values()] };
      },
      'uploads.begin': async ({ name, sizeBytes }) => ({ upload: await uploads.begin(name, sizeBytes) }),
      'uploads.append': async ({ upload, base64 }) => ({
        receivedBytes: await uploads.append(upload, base64),
      }),
    },
    clear() {
      for (const id of [...files.keys()]) forget(id);
    },
    onChanged: (listener) => changes.on(listener),
    async dispose() {
      for (const stop of stops.values()) stop();
      await uploads.dispose();
    },
  };
}
