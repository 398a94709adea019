import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { ContractError } from '../../contract/errors.ts';

/** The file dialogs of a desktop; each resolves to a path, or undefined when the person thought better of it. */
export interface FileDialogs {
  chooseSave(options: {
    readonly title: string;
    readonly suggestedName: string;
  }): Promise<string | undefined>;
  chooseOpen(options: {
    readonly title: string;
    readonly extensions: readonly string[];
  }): Promise<string | undefined>;
}

/** Handles nobody used; the oldest go first. */
const MAX_HANDLES = 50;

type Purpose = 'save' | 'open';

/** Paths people chose. A face knows only handles, each good for one use in the direction the person chose it for. */
export interface GrantedFiles {
  grant(path: string, purpose: Purpose): { readonly handle: string; readonly name: string };
  /** @throws ContractError 'gone' when the handle was used, was never granted, or was granted for something else. */
  take(handle: string, purpose: Purpose): string;
}

export function createGrantedFiles(): GrantedFiles {
  const granted = new Map<string, { readonly path: string; readonly purpose: Purpose }>();
  return {
    grant(path, purpose) {
      const handle = randomUUID();
      granted.set(handle, { path, purpose });
      for (const oldest of granted.keys()) {
        if (granted.size <= MAX_HANDLES) break;
        granted.delete(oldest);
      }
      return { handle, name: basename(path) };
    },
    take(handle, purpose) {
      const file = granted.get(handle);
      if (file?.purpose !== purpose)
        throw new ContractError('gone', 'Choose the file again: this choice was used up.');
      granted.delete(handle);
      return file.path;
    },
  };
}
