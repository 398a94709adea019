import type { Complain } from './complain.ts';
import type { Columns } from './expression.ts';
import type { ReadFile } from './read-file.ts';
import type { Source } from './source.ts';
import type { Around } from './step-output.ts';

/** The files around a step. */
export interface CalledFiles {
  readonly read: ReadFile;
  /** The file that the step stands in, as seen from the one that is run; empty for that one itself. */
  readonly current: string;
  /** Files that called it, the first one first. */
  readonly chain: readonly string[];
  /** How many calls there were. */
  readonly count: { calls: number };
}

/** What the steps of a file are compiled in. */
export interface StepContext {
  readonly source: Source;
  readonly complain: Complain;
  /** Name of the actor whose steps they are. */
  readonly actor: string;
  /** Columns of the datasets that expressions may name. */
  readonly columns: Columns;
  readonly files: CalledFiles;
  /** The step that called the file, with the dialog it is about; undefined of the file that is run. */
  readonly caller?: Pick<Around, 'step' | 'dialog'>;
}
