import { createStore, type StoreApi } from 'zustand/vanilla';
import { type CaptureFile, MAX_CAPTURE_BYTES, UPLOAD_PART_BYTES } from '../../../app/contract/captures.ts';
import { ContractError } from '../../../app/contract/errors.ts';
import type { Workbench } from '../../../app/contract/workbench.ts';
import type { Backend } from '../../../app/rpc/types.ts';

/** A file on its way to the workbench. */
export interface Sending {
  readonly key: number;
  readonly name: string;
  /** 0 to 1. */
  readonly progress: number;
}

export interface CapturesState {
  readonly captures: readonly CaptureFile[];
  readonly sending: readonly Sending[];
  readonly load: () => Promise<void>;
  /** Lets a person choose a file by the dialog of the desktop, and opens it. */
  readonly choose: () => Promise<CaptureFile>;
  /** Sends a file that the page has, and opens it. */
  readonly send: (file: File) => Promise<CaptureFile>;
  readonly stopSending: (key: number) => void;
  readonly close: (id: string) => Promise<void>;
  readonly dispose: () => void;
}
export type CapturesStore = StoreApi<CapturesState>;

export const CAPTURE_EXTENSIONS = ['pcap', 'pcapng', 'cap', 'gz'] as const;

/** The opened capture files, and those on their way. */
export function createCapturesStore(backend: Backend<Workbench>): CapturesStore {
  return createStore<CapturesState>((set, get) => {
    let lastKey = 0;
    const stop = backend.on('captures.changed', ({ captures }) => {
      set({ captures });
    });
    const progress = (key: number, done: number): void => {
      set(({ sending }) => ({
        sending: sending.map((one) => (one.key === key ? { ...one, progress: done } : one)),
      }));
    };
    const forget = (key: number): void => {
      set(({ sending }) => ({ sending: sending.filter((one) => one.key !== key) }));
    };
    const upload = async (file: File, key: number): Promise<string> => {
      const sent = await backend.call('uploads.begin', { name: file.name, sizeBytes: file.size });
      for (let at = 0; at < file.size; at += UPLOAD_PART_BYTES) {
        if (get().sending.every((one) => one.key !== key))
          throw new ContractError('cancelled', `${file.name} was not sent to its end.`);
        const base64 = await base64Of(file.slice(at, at + UPLOAD_PART_BYTES), file.name);
        await backend.call('uploads.append', { upload: sent.upload, base64 });
        progress(key, Math.min(1, (at + UPLOAD_PART_BYTES) / file.size));
      }
      return sent.upload;
    };
    return {
      captures: [],
      sending: [],
      load: async () => {
        set(await backend.call('captures.list', {}));
      },
      choose: async () => {
        const extensions = [...CAPTURE_EXTENSIONS];
        const { handle } = await backend.call('files.chooseOpen', { title: 'Open capture', extensions });
        return backend.call('captures.open', { handle });
      },
      send: async (file) => {
        if (file.size > MAX_CAPTURE_BYTES)
          // The same sentence as of a file that a path leads to.
          await backend.call('uploads.begin', { name: file.name, sizeBytes: file.size });
        const key = ++lastKey;
        set(({ sending }) => ({ sending: [...sending, { key, name: file.name, progress: 0 }] }));
        try {
          const sent = await upload(file, key);
          forget(key);
          return await backend.call('captures.open', { upload: sent });
        } finally {
          forget(key);
        }
      },
      stopSending: forget,
      close: async (id) => {
        set(await backend.call('captures.close', { id }));
      },
      dispose: stop,
    };
  });
}

/** @throws ContractError 'file-error' when it cannot be read: a folder, or a file that is gone. */
function base64Of(part: Blob, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = typeof reader.result === 'string' ? reader.result : '';
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => {
      reject(new ContractError('file-error', `${name} cannot be read: it is a folder, or is gone.`));
    };
    reader.readAsDataURL(part);
  });
}
