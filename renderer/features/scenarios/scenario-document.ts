import type { ScenarioDiagnostic, ScenarioOutline, ScenarioText } from '../../../app/contract/scenarios.ts';

/** What the backend said about a text. */
export interface ScenarioCheck {
  /** The text it is about; the document may have gone on. */
  readonly text: string;
  readonly diagnostics: readonly ScenarioDiagnostic[];
}

/** The file on the disk is not the one this text began with. */
export interface Conflict {
  /** What the disk holds; undefined when the file is gone. */
  readonly text: string | undefined;
  readonly revision: string;
}

/** One open file. */
export interface ScenarioDocument {
  readonly path: string;
  /** What the editor shows. */
  readonly text: string;
  /** What the disk held when it was read or written last. */
  readonly diskText: string;
  readonly revision: string;
  readonly check: ScenarioCheck | undefined;
  /** Of the latest text that could be read: the views keep it while something half typed cannot. */
  readonly outline: ScenarioOutline | undefined;
  /** How often it runs until every row of its datasets was used, as of the latest text that could run; undefined without datasets. */
  readonly rows: number | undefined;
  /** When the draft was kept that this text came from. */
  readonly recoveredAtMs: number | undefined;
  readonly conflict: Conflict | undefined;
  /** Why it could not be written: one sentence. */
  readonly problem: string | undefined;
  readonly isSaving: boolean;
  /** `at` of the step under the cursor. */
  readonly selected: string | undefined;
}

export const isDirty = (document: ScenarioDocument): boolean => document.text !== document.diskText;

/** A file as it was read; what was typed and not saved takes the place of its text. */
export function documentOf({ path, text, revision, draft }: ScenarioText): ScenarioDocument {
  const isOver = draft !== undefined && draft.text !== text;
  return {
    path,
    text: isOver ? draft.text : text,
    diskText: text,
    revision,
    check: undefined,
    outline: undefined,
    rows: undefined,
    recoveredAtMs: isOver ? draft.savedAtMs : undefined,
    conflict: isOver && draft.baseRevision !== revision ? { text, revision } : undefined,
    problem: undefined,
    isSaving: false,
    selected: undefined,
  };
}

/** The file on the disk is now another one. */
export function changedOnDisk(document: ScenarioDocument, disk: Conflict): ScenarioDocument {
  if (disk.text === undefined) return { ...document, conflict: disk };
  if (disk.revision === document.revision) return document;
  const taken = { ...document, diskText: disk.text, revision: disk.revision, conflict: undefined };
  if (disk.text === document.text) return { ...taken, recoveredAtMs: undefined };
  return isDirty(document) ? { ...document, conflict: disk } : { ...taken, text: disk.text };
}

/** The name of a file without its folders. */
export const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
