import { type FSWatcher, watch } from 'node:fs';
import type { Clock, Timer } from '../../../stack/core/clock.ts';

/** Several changes at once, as editors make them, are one. */
const SETTLE_MS = 80;
/** Where the system tells nothing (network drives, too many watchers) the folder is looked at this often. */
const POLL_MS = 3000;

/** Tells when something in folders may have changed. */
export interface FolderWatch {
  /** Watches exactly these folders from now on. */
  setFolders(folders: readonly string[]): void;
  dispose(): void;
}

export function createFolderWatch(clock: Clock, onChange: () => void): FolderWatch {
  const watchers = new Map<string, FSWatcher>();
  let settling: Timer | undefined;
  let polling: Timer | undefined;
  let isDisposed = false;

  const notice = (): void => {
    if (isDisposed) return;
    settling?.cancel();
    settling = clock.after(SETTLE_MS, () => {
      settling = undefined;
      onChange();
    });
  };
  const poll = (): void => {
    polling ??= clock.after(POLL_MS, () => {
      polling = undefined;
      onChange();
    });
  };
  const drop = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const add = (folder: string): void => {
    try {
      const watcher = watch(folder, { persistent: false }, notice);
      watcher.on('error', () => {
        drop(folder);
        notice();
      });
      watchers.set(folder, watcher);
    } catch {
      poll();
    }
  };
  return {
    setFolders(folders) {
      if (isDisposed) return;
      const wanted = new Set(folders);
      for (const folder of watchers.keys()) if (!wanted.has(folder)) drop(folder);
      for (const folder of wanted) if (!watchers.has(folder)) add(folder);
    },
    dispose() {
      isDisposed = true;
      settling?.cancel();
      polling?.cancel();
      for (const folder of [...watchers.keys()]) drop(folder);
    },
  };
}
