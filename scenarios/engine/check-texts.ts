import type { Complain } from './complain.ts';
import { type Columns, templateDefect } from './expression.ts';
import type { Path } from './source.ts';

/** Expressions are read now, so that a wrong one is found before the run. */
export function checkTexts(value: unknown, path: Path, columns: Columns, complain: Complain): void {
  if (typeof value === 'string') {
    const defect = templateDefect(value, columns);
    if (defect !== undefined) complain(path, `this expression cannot be read: ${defect}`);
  } else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) checkTexts(inner, [...path, key], columns, complain);
}
