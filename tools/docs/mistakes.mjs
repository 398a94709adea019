// The last chapter of docs/RFC-COVERAGE.md: what other stacks got wrong, and the test that this one does not.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** @param tests - as `testTitles` gives them. @throws Error when a mistake has no test. */
export function mistakesChapter(tests) {
  const mistakes = parse(readFileSync(new URL('../../docs/mistakes.yaml', import.meta.url), 'utf8'));
  const rows = mistakes.map((mistake, i) => {
    const files = filesOf(tests, i + 1);
    if (files.length === 0) throw new Error(`no test's title begins with "mistake ${i + 1}: "`);
    return `| ${i + 1} | ${mistake} | ${files.join(', ')} |`;
  });
  return `## Mistakes of other stacks

Each is a test here; where it can be seen in a trace, \`lint\` finds it.

| no. | mistake | test |
|---|---|---|
${rows.join('\n')}
`;
}

function filesOf(tests, number) {
  const begins = new RegExp(`^mistakes? (?:\\d+(?:, | and ))*${number}(?:(?:, | and )\\d+)*: `);
  return [...new Set(tests.filter(({ path }) => path.some((t) => begins.test(t))).map(({ file }) => file))];
}
