/** Where something stands in a scenario file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something wrong with a scenario file. */
export interface Diagnostic extends Place {
  readonly severity: 'error' | 'warning';
  /** One sentence: what is wrong, and what would be right. */
  readonly message: string;
  /** Path of the value: `actors.alice.steps[2].expect`. */
  readonly path: string;
  /** It is about a file that could not be read. Who knows no folder cannot tell whether that is a mistake. */
  readonly isUnread?: boolean;
}
