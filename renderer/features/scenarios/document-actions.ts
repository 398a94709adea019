import { ContractError } from '../../../app/contract/errors.ts';
import type { ScenarioOutline } from '../../../app/contract/scenarios.ts';
import { changedOnDisk, type Conflict, documentOf, isDirty } from './scenario-document.ts';
import type { Memory, ScenariosState, Tools } from './scenarios-state.ts';

/** From the last key to the check of the text: an error is marked within 200 ms of typing. */
export const CHECK_MS = 40;
/** From the last key to the draft on the disk. */
export const DRAFT_MS = 500;

type DocumentActions = Pick<
  ScenariosState,
  'setText' | 'select' | 'save' | 'resolve' | 'discard' | 'acceptDraft' | 'edit' | 'mend'
> & {
  /** Reads a file into a document. */
  readonly readDocument: (path: string) => Promise<void>;
  /** Somebody else wrote the file; an empty revision says that it is gone. */
  readonly onFileChanged: (path: string, revision: string) => Promise<void>;
  readonly forget: (path: string) => void;
};

const LAST_PATH = 'scenarios.path';
export const rememberPath = (memory: Memory, path: string | undefined): void => {
  memory.set(LAST_PATH, path ?? '');
};
export const rememberedPath = (memory: Memory): string => {
  const path = memory.get(LAST_PATH);
  return typeof path === 'string' ? path : '';
};

/** What happens to the text of open files: typing, checks, drafts, saving, conflicts. */
export function documentActions({ backend, schedule, get, set, change }: Tools): DocumentActions {
  const waiting = new Map<string, () => void>();
  /** Runs `work` after a pause in which nothing of that name was asked again. */
  const after = (delayMs: number, name: string, work: () => void): void => {
    waiting.get(name)?.();
    waiting.set(
      name,
      schedule(delayMs, () => {
        waiting.delete(name);
        work();
      }),
    );
  };
  const callOff = (name: string): void => {
    waiting.get(name)?.();
    waiting.delete(name);
  };

  const check = async (path: string): Promise<void> => {
    const text = get().documents[path]?.text;
    if (text === undefined) return;
    try {
      const { diagnostics, outline, rows } = await backend.call('scenarios.check', { text, path });
      change(path, (d) =>
        d.text === text
          ? {
              ...d,
              check: { text, diagnostics },
              outline: sameOutline(d.outline, outline),
              rows: diagnostics.some(({ severity }) => severity === 'error') ? d.rows : rows,
            }
          : d,
      );
    } catch (error) {
      // Without a connection nothing is checked; the banner of the window says so.
      if (!(error instanceof ContractError)) throw error;
    }
  };
  const keepDraft = async (path: string): Promise<void> => {
    const document = get().documents[path];
    if (document === undefined || document.isSaving) return;
    const { text, revision } = document;
    try {
      if (isDirty(document))
        await backend.call('scenarios.keepDraft', { path, text, baseRevision: revision });
      else await backend.call('scenarios.dropDraft', { path });
      change(path, (d) => ({ ...d, problem: undefined }));
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      change(path, (d) => ({ ...d, problem: error.message }));
    }
  };
  const setText = (path: string, text: string): void => {
    if (get().documents[path]?.text === text) return;
    change(path, (d) => ({ ...d, text }));
    after(CHECK_MS, `check ${path}`, () => void check(path));
    after(DRAFT_MS, `draft ${path}`, () => void keepDraft(path));
  };
  const takeDisk = (path: string, disk: Conflict): void => {
    const before = get().documents[path]?.text;
    change(path, (d) => changedOnDisk(d, disk));
    if (get().documents[path]?.text !== before) void check(path);
  };
  const write = async (path: string, isForced: boolean): Promise<void> => {
    const document = get().documents[path];
    if (document === undefined || document.isSaving) return;
    const { text, revision } = document;
    callOff(`draft ${path}`);
    change(path, (d) => ({ ...d, isSaving: true }));
    try {
      const saved = await backend.call('scenarios.save', {
        path,
        text,
        ...(isForced ? {} : { baseRevision: revision }),
      });
      change(path, (d) => ({
        ...d,
        diskText: text,
        revision: saved.revision,
        isSaving: false,
        problem: undefined,
        conflict: undefined,
        recoveredAtMs: undefined,
      }));
      // What was typed while it was written is a draft again.
      const now = get().documents[path];
      if (now !== undefined && isDirty(now)) after(DRAFT_MS, `draft ${path}`, () => void keepDraft(path));
    } catch (error) {
      change(path, (d) => ({ ...d, isSaving: false }));
      if (!(error instanceof ContractError)) throw error;
      if (error.code === 'conflict') change(path, (d) => ({ ...d, conflict: conflictOf(error.data) }));
      else change(path, (d) => ({ ...d, problem: error.message }));
    }
  };

  return {
    setText,
    select: (path, at) => {
      if (get().documents[path]?.selected !== at) change(path, (d) => ({ ...d, selected: at }));
    },
    save: async (path) => {
      const conflict = get().documents[path]?.conflict;
      // A conflict that stands is decided by a person, not by the same key once more.
      if (conflict === undefined) await write(path, false);
    },
    resolve: async (path, by) => {
      if (by === 'mine') return write(path, true);
      const disk = get().documents[path]?.conflict;
      if (disk?.text === undefined) return;
      const { text, revision } = disk;
      change(path, (d) => ({
        ...d,
        text,
        diskText: text,
        revision,
        conflict: undefined,
        recoveredAtMs: undefined,
      }));
      callOff(`draft ${path}`);
      void check(path);
      await backend.call('scenarios.dropDraft', { path });
    },
    discard: async (path) => {
      callOff(`draft ${path}`);
      change(path, (d) => ({ ...d, text: d.diskText, recoveredAtMs: undefined, problem: undefined }));
      void check(path);
      await backend.call('scenarios.dropDraft', { path });
    },
    acceptDraft: (path) => {
      change(path, (d) => ({ ...d, recoveredAtMs: undefined }));
    },
    edit: async (path, edits) => {
      const before = get().documents[path]?.text;
      if (before === undefined) return;
      let text = before;
      let line = 0;
      for (const edit of edits) ({ text, line } = await backend.call('scenarios.edit', { text, edit }));
      if (get().documents[path]?.text !== before)
        throw new ContractError('conflict', 'The text was changed meanwhile; nothing was edited.');
      setText(path, text);
      callOff(`check ${path}`);
      await check(path);
      const at = get().documents[path]?.outline?.steps.find((s) => s.line === line)?.at;
      if (at !== undefined) change(path, (d) => ({ ...d, selected: at }));
    },
    mend: async (path, { line, column, endLine, endColumn, text }) => {
      const document = get().documents[path];
      if (document === undefined) return;
      if (document.check?.text !== document.text)
        throw new ContractError('conflict', 'The text was changed meanwhile; nothing was mended.');
      const start = offsetOf(document.text, line, column);
      const end = offsetOf(document.text, endLine, endColumn);
      setText(path, document.text.slice(0, start) + text + document.text.slice(end));
      callOff(`check ${path}`);
      await check(path);
    },
    readDocument: async (path) => {
      const document = documentOf(await backend.call('scenarios.read', { path }));
      set({ documents: { ...get().documents, [path]: document } });
      await check(path);
    },
    onFileChanged: async (path, revision) => {
      const document = get().documents[path];
      if (document === undefined || document.isSaving || document.revision === revision) return;
      if (revision === '') {
        takeDisk(path, { text: undefined, revision });
        return;
      }
      try {
        const read = await backend.call('scenarios.read', { path });
        takeDisk(path, { text: read.text, revision: read.revision });
      } catch (error) {
        if (!(error instanceof ContractError)) throw error;
        takeDisk(path, { text: undefined, revision: '' });
      }
    },
    forget: (path) => {
      callOff(`check ${path}`);
      callOff(`draft ${path}`);
    },
  };
}

/** Lines and columns count from 1. */
const offsetOf = (text: string, line: number, column: number): number =>
  text
    .split('\n')
    .slice(0, line - 1)
    .reduce((sum, one) => sum + one.length + 1, column - 1);

/** The outline that is known already where the new one says the same, so that the views need not be drawn again; it too while there is none. */
function sameOutline(
  known: ScenarioOutline | undefined,
  now: ScenarioOutline | undefined,
): ScenarioOutline | undefined {
  return now === undefined || JSON.stringify(known) === JSON.stringify(now) ? known : now;
}

/** What the disk holds, as the refusal of a save tells it. */
function conflictOf(data: unknown): Conflict {
  const { text, revision } = (typeof data === 'object' && data !== null ? data : {}) as {
    text?: unknown;
    revision?: unknown;
  };
  return {
    text: typeof text === 'string' ? text : undefined,
    revision: typeof revision === 'string' ? revision : '',
  };
}
