import type { Diagnostic } from '../engine/diagnostic.ts';

/** A finding with its end; the end is exclusive. */
export interface RangedDiagnostic extends Diagnostic {
  readonly endLine: number;
  readonly endColumn: number;
}
