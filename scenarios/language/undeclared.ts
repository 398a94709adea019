import { isMap, type Scalar, visit } from 'yaml';
import { closest, meantHint } from '../engine/closest-word.ts';
import { namesIn } from '../engine/expression.ts';
import { type Path, pathText } from '../engine/source.ts';
import type { RangedDiagnostic } from './ranged-diagnostic.ts';
import { pathTo } from './cursor.ts';
import type { TextDocument } from './document.ts';
import { namesOf } from './names.ts';
import { keyOf, stepsOf, valueOf } from './step-nodes.ts';

/** Variables that expressions use and nothing in the file gives. Whoever runs it may give them, so each is a warning. */
export function undeclared(document: TextDocument): readonly RangedDiagnostic[] {
  const { yaml } = document;
  // A file that is called may set any variable.
  if (yaml.errors.length > 0 || stepsOf(document).some(({ kind }) => kind === 'call')) return [];
  const datasets = valueOf(yaml.contents, 'datasets');
  const known = new Set([
    ...namesOf(document).variables.keys(),
    ...(isMap(datasets) ? datasets.items.map(keyOf) : []),
  ]);
  const found: RangedDiagnostic[] = [];
  visit(yaml, {
    Scalar: (key, node, ancestors) => {
      if (key === 'key' || typeof node.value !== 'string') return;
      const path = pathTo(ancestors, node);
      for (const name of namesIn(node.value, isExpression(path)))
        if (!known.has(name))
          found.push({
            severity: 'warning',
            message: `${name} is declared nowhere in this file, so it has to be given for each run${meantHint(closest(name, known))}`,
            path: pathText(path),
            ...rangeOfName(name, node, path, document),
          });
    },
  });
  return found;
}

/** Steps whose text is an expression as it stands. */
const isExpression = (path: Path): boolean =>
  (path.at(-1) === 'check' || path.at(-1) === 'if') && typeof path.at(-2) === 'number';

/** Where a name stands in the expressions of a value. */
function rangeOfName(
  name: string,
  { range }: Scalar,
  path: Path,
  document: TextDocument,
): Pick<RangedDiagnostic, 'line' | 'column' | 'endLine' | 'endColumn'> {
  const [start = 0, end = 0] = range ?? [];
  const source = document.text.slice(start, end);
  const expressions = isExpression(path) ? [{ index: 0, 0: source }] : source.matchAll(/\$\{[^{}]*\}/g);
  for (const { index, 0: expression } of expressions) {
    const at = new RegExp(`(?<![\\w.])${name}(?!\\w)`).exec(expression)?.index;
    if (at !== undefined) return between(start + index + at, start + index + at + name.length);
  }
  return between(start, end);

  function between(from: number, to: number) {
    const { line: endLine, column: endColumn } = document.placeAt(to);
    return { ...document.placeAt(from), endLine, endColumn };
  }
}
