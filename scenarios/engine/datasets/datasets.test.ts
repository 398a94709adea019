import { describe, expect, it } from 'vitest';
import { createIds } from '../../../stack/core/seeded-ids.ts';
import { runInMemory } from '../../testing/run-in-memory.ts';
import { compile } from '../compile.ts';
import type { ReadFile } from '../read-file.ts';
import type { Verdict } from '../verdict.ts';
import { readCsv } from './csv.ts';
import { DatasetCursor, type ProgramDataset, rowName } from './cursor.ts';

const files =
  (texts: Readonly<Record<string, string>>): ReadFile =>
  (path) => {
    const text = texts[path];
    return text === undefined ? { reason: 'there is no such file or folder' } : { text };
  };

const findings = (text: string, readFile?: ReadFile): readonly string[] => {
  const compiled = compile(text, readFile);
  const found = compiled.isValid ? compiled.warnings : compiled.diagnostics;
  return found.map(({ line, column, message }) => `${line}:${column} ${message}`);
};

describe('CSV', () => {
  it('has quoted fields with separators, line ends and quotes in them, and tells where a record begins', () => {
    const text = '\ufeffname,say\r\n"a,b","one\ntwo"\r\n\r\nc,"say ""hi"""';
    expect(readCsv(text, ',')).toEqual({
      isValid: true,
      records: [
        { line: 1, fields: ['name', 'say'] },
        { line: 2, fields: ['a,b', 'one\ntwo'] },
        { line: 5, fields: ['c', 'say "hi"'] },
      ],
    });
  });

  it('keeps empty fields, also the last one', () => {
    expect(readCsv('a;;\n', ';')).toMatchObject({ records: [{ line: 1, fields: ['a', '', ''] }] });
  });

  it.each([
    ['a\n"b', { line: 2, message: 'a quote is opened and never closed' }],
    ['a\n"b"c', { line: 2, message: 'a field goes on behind its closing quote' }],
  ])('%j is refused at its line', (text, expected) => {
    expect(readCsv(text, ',')).toEqual({ isValid: false, ...expected });
  });
});

describe('a cursor', () => {
  const users = (use: ProgramDataset['use']): ProgramDataset => ({
    name: 'users',
    title: 'users.csv',
    columns: ['name'],
    rows: [['a'], ['b'], ['c']],
    use,
  });
  const taken = (use: ProgramDataset['use'], seed = 'x'): string => {
    const cursor = new DatasetCursor(users(use), createIds(seed));
    return Array.from({ length: 7 }, () => String(cursor.next()?.values['name'] ?? '-')).join('');
  };

  it('goes round, draws by the seed, or gives each row once', () => {
    expect(taken('sequential')).toBe('abcabca');
    expect(taken('unique')).toBe('abc----');
    expect(taken('random')).toBe(taken('random'));
    expect(taken('random')).toMatch(/^[abc]{7}$/);
    expect(new Set(['1', '2', '3'].map((seed) => taken('random', seed))).size).toBeGreaterThan(1);
  });

  it('names its row for people', () => {
    const row = new DatasetCursor(users('sequential'), createIds('x')).next();
    expect(row && rowName(row)).toBe('row 1 of users.csv: a');
  });
});

const REGISTERS = `
version: 1
name: users
runs: all
datasets:
  users: { file: users.csv }
actors:
  alice:
    user: \${users.name}
    target: sip:10.1.0.2
    steps:
      - send: REGISTER
      - expect: 200
  registrar:
    target: sip:\${alice}
    steps:
      - expect: { method: REGISTER, headers: { From: { matches: 'sip:\${users.name}@' } } }
      - if: users.name == "bob"
        then: [{ send: 403 }]
        else: [{ send: 200 }]
`;

describe('a scenario with a dataset', () => {
  it('is run once for each row, and a failure names its row', async () => {
    const verdicts: Verdict[] = [];
    const worst = await runInMemory(REGISTERS, {
      readFile: files({ 'users.csv': 'name,age\nalice,3\nbob,4\ncarol,5\n' }),
      onEnd: (verdict) => verdicts.push(verdict),
    });
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['pass', 'fail', 'pass']);
    expect(verdicts.map(({ rows }) => rows)).toEqual([
      ['row 1 of users.csv: alice'],
      ['row 2 of users.csv: bob'],
      ['row 3 of users.csv: carol'],
    ]);
    expect(worst.reason).toBe(
      'alice, line 13, expect 200: expected 200, got 403 Forbidden (REGISTER); row 2 of users.csv: bob',
    );
  });

  it('reads numbers of inline rows as numbers, and keeps other variables apart', async () => {
    const verdict = await runInMemory(
      `
version: 1
name: inline
datasets:
  lines: { rows: [{ name: a, limit: 2 }, { name: b, limit: 3 }], use: unique }
runs: 2
actors:
  alice:
    steps:
      - check: lines.limit + 1 > 2
      - set: { both: "\${lines.name}/\${lines.limit}" }
`,
    );
    expect(verdict).toMatchObject({
      outcome: 'pass',
      rows: ['row 1 of lines: a'],
      variables: { both: 'a/2' },
    });
  });

  it('does not compile when the rows are used up', () => {
    const text = REGISTERS.replace('{ file: users.csv }', '{ rows: [{ name: a }], use: unique }');
    expect(findings(text)).toEqual([]);
    expect(findings(text.replace('runs: all', 'runs: 2'))).toEqual([
      '6:3 users has 1 rows, each is used once, and there are 2 runs',
    ]);
  });

  it('that is asked for more runs than there are rows ends with an error that says so', async () => {
    const text = REGISTERS.replace('{ file: users.csv }', '{ rows: [{ name: a }], use: unique }');
    const verdicts: Verdict[] = [];
    await runInMemory(text, { runs: 3, onEnd: (verdict) => verdicts.push(verdict) });
    expect(verdicts).toMatchObject([
      { outcome: 'pass' },
      { outcome: 'error', reason: 'users has 1 rows, each is used once, and all are used' },
    ]);
  });
});

describe('what is wrong with a dataset', () => {
  const head = (datasets: string, step = 'wait: 1 s', more = ''): string =>
    `version: 1\nname: x\n${more}datasets:\n  users: ${datasets}\nactors:\n  alice:\n    steps:\n      - ${step}\n`;
  const csv = files({
    'ok.csv': 'name,password\na,b\n',
    'odd.csv': 'name,password\na,b\nc\n',
    'empty.csv': 'name\n',
    'words.csv': 'user name\na\n',
    'open.csv': 'name\n"a\n',
  });

  it.each([
    ['{ file: none.csv }', '4:18 none.csv cannot be read: there is no such file or folder'],
    ['{ file: odd.csv }', '4:18 odd.csv, line 3: expected 2 fields, got 1'],
    ['{ file: empty.csv }', '4:18 empty.csv, there is no row in it'],
    [
      '{ file: words.csv }',
      '4:18 words.csv, line 1: "user name" is no name of a column, or it is there twice; names have letters, digits and _',
    ],
    ['{ file: open.csv }', '4:18 open.csv, line 2: a quote is opened and never closed'],
    ['{ rows: [{ a: 1 }, { b: 2 }] }', '4:29 this row has no a, which the first row has'],
    ['{ use: random }', '4:10 a dataset has either a file or rows'],
    ['{ fil: a.csv, rows: [{ a: 1 }] }', '4:12 unknown key fil; did you mean file?'],
  ])('%s', (dataset, expected) => {
    expect(findings(head(dataset), csv)).toEqual([expected]);
  });

  it('is found in the texts that name a column', () => {
    expect(findings(head('{ file: ok.csv }', 'log: "${users.nam}"'), csv)).toEqual([
      '8:14 this expression cannot be read: ${users.nam}: users has no column nam; did you mean name?',
    ]);
    expect(findings(head('{ file: ok.csv }', 'check: size(users.age) > 0'), csv)).toEqual([
      '8:16 this expression cannot be read: users has no column age; it has name, password',
    ]);
  });

  it('is a name that something else has', () => {
    expect(findings(head('{ file: ok.csv }', 'wait: 1 s', 'variables: { users: 1 }\n'), csv)).toEqual([
      '5:3 users is a variable too: call one of them otherwise',
    ]);
  });

  it('is all rows where there are none to count', () => {
    expect(findings('version: 1\nname: x\nruns: all\nactors: { a: {} }\n')).toEqual([
      '3:7 there is no dataset whose rows could be counted: give a number',
    ]);
  });
});
