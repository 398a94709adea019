import type { StoreApi } from 'zustand/vanilla';
import type { ScenarioRun } from '../../../app/contract/scenario-run.ts';
import type { ScenarioEdit, ScenarioFile, ScenarioTemplate } from '../../../app/contract/scenarios.ts';
import type { Workbench } from '../../../app/contract/workbench.ts';
import type { Backend } from '../../../app/rpc/types.ts';
import type { Schedule } from '../../backend/index.ts';
import type { CodeFix, TextSource } from '../../ui/code-types.ts';
import type { ScenarioDocument } from './scenario-document.ts';

/** With what a scenario is run, beside its text. */
export interface RunSetup {
  /** URI of the system under test; empty when the file says it. */
  readonly target: string;
  /** Values in place of those of the file, by file and name. */
  readonly variables: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface HowToRun {
  readonly debug: boolean;
  /** Ids of steps: only these. */
  readonly only?: string[];
  /** Once for each row of its datasets. */
  readonly allRows?: boolean;
}

export interface ScenariosState {
  /** Undefined until the list is read. */
  readonly files: readonly ScenarioFile[] | undefined;
  readonly templates: readonly ScenarioTemplate[];
  /** Where the files are, for a person to read. */
  readonly folder: string;
  /** Why the list cannot be read. */
  readonly problem: string | undefined;
  /** Of the file that is shown. */
  readonly path: string | undefined;
  readonly documents: Readonly<Record<string, ScenarioDocument>>;
  /** Newest first. */
  readonly runs: readonly ScenarioRun[];
  readonly setup: RunSetup;

  /** Reads files and runs; opens the file that was open last. */
  readonly load: () => Promise<void>;
  readonly open: (path: string) => Promise<void>;
  readonly close: () => void;
  readonly create: (path: string, text: string) => Promise<void>;
  /** The same under the first name that is free: `busy-2.yaml`. @returns the name */
  readonly add: (path: string, text: string) => Promise<string>;
  readonly rename: (path: string, to: string) => Promise<void>;
  /** @returns the text, so that it can be made again */
  readonly remove: (path: string) => Promise<string>;

  readonly setText: (path: string, text: string) => void;
  readonly select: (path: string, at: string | undefined) => void;
  /** Writes the file; what goes wrong stands in the document afterwards. */
  readonly save: (path: string) => Promise<void>;
  /** Ends a conflict with the text here, or with that of the disk. */
  readonly resolve: (path: string, by: 'mine' | 'theirs') => Promise<void>;
  /** Goes back to what is on the disk. */
  readonly discard: (path: string) => Promise<void>;
  /** The draft is what is wanted; nothing more is said of it. */
  readonly acceptDraft: (path: string) => void;
  /** Edits of the steps and the ladder, one after the other as one change of the text. */
  readonly edit: (path: string, edits: readonly ScenarioEdit[]) => Promise<void>;
  /** Replaces a stretch of the text that was checked last. */
  readonly mend: (path: string, edit: CodeFix['edit']) => Promise<void>;

  readonly setTarget: (target: string) => void;
  readonly setVariable: (path: string, name: string, value: string | undefined) => void;
  readonly run: (path: string, how: HowToRun) => Promise<void>;
  /** Shows how it went with one row of a run for all of them. */
  readonly showRow: (run: string, row: number) => Promise<void>;
  readonly stop: (run: string) => Promise<void>;
  readonly step: (run: string, actor?: string) => Promise<void>;
  readonly goOn: (run: string) => Promise<void>;
}

export interface ScenariosStore extends StoreApi<ScenariosState> {
  /** The text of an open file, for an editor; the same object for the same path. */
  readonly sourceOf: (path: string) => TextSource;
  /** Name of the environment that is chosen. */
  readonly environment: () => string | undefined;
}

/** What the parts of the store work with. */
export interface Tools {
  readonly backend: Backend<Workbench>;
  readonly schedule: Schedule;
  readonly get: () => ScenariosState;
  readonly set: (change: Partial<ScenariosState>) => void;
  /** Changes an open document; nothing when it is not open any more. */
  readonly change: (path: string, by: (document: ScenarioDocument) => ScenarioDocument) => void;
}

/** Remembered over restarts; losing it loses no work. */
export interface Memory {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** The latest run of a file. */
export const latestRun = (runs: readonly ScenarioRun[], path: string | undefined): ScenarioRun | undefined =>
  runs.find((run) => run.path === path);
