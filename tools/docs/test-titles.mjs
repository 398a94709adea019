// Every test of the repository by file and title, read from the sources: the generated pages cite tests and must not cite one that is gone.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @returns {{ file: string, path: string[] }[]} path: the titles of the describes around a test, and its own. */
export function testTitles() {
  return sources()
    .toSorted()
    .flatMap((file) => titlesOf(file.replaceAll('\\', '/'), readFileSync(`${root}/${file}`, 'utf8')));
}

function sources() {
  return ['stack', 'app', 'main', 'renderer', 'e2e'].flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { recursive: true })
      .filter((file) => /\.(test|spec)\.tsx?$/.test(file))
      .map((file) => `${folder}/${file}`),
  );
}

function titlesOf(file, text) {
  const found = [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const visit = (node, around) => {
    const call = ts.isCallExpression(node) ? titled(node) : undefined;
    if (call === undefined) ts.forEachChild(node, (child) => visit(child, around));
    else if (call.kind === 'test') found.push({ file, path: [...around, call.title] });
    else for (const argument of node.arguments.slice(1)) visit(argument, [...around, call.title]);
  };
  visit(source, []);
  return found;
}

/** `it('…')`, `it.skipIf(x)('…')`, `describe.each(rows)('…')`, `test.describe('…')`. */
function titled(call) {
  const [first] = call.arguments;
  const title = first === undefined ? undefined : textOf(first);
  if (title === undefined) return undefined;
  const callee = call.expression.getText().split(/[(<]/)[0];
  if (/^(test\.)?describe(\.|$)/.test(callee)) return { kind: 'describe', title };
  return /^(it|test)(\.(each|skipIf|runIf|skip|for|concurrent|prop))*$/.test(callee)
    ? { kind: 'test', title }
    : undefined;
}

/** What a template fills in is shown as an ellipsis. */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join('');
}
