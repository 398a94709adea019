import type { ReadFile } from '../../../scenarios/engine/read-file.ts';

/** Where a scenario stands on the disk. */
export interface ScenarioPlace {
  /** Where the paths of its certificates begin. */
  readonly folder: string;
  /** Reads the files that it names. */
  readonly readFile: ReadFile;
}
