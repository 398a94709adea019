import { describe, expect, it } from 'vitest';
import { runInMemory } from '../testing/run-in-memory.ts';
import { compile } from './compile.ts';
import { joinedPath, type ReadFile } from './read-file.ts';

/* `call`: the steps of another scenario in place of a step. */

const files =
  (texts: Readonly<Record<string, string>>): ReadFile =>
  (path) => {
    const text = texts[path];
    return text === undefined ? { reason: 'there is no such file or folder' } : { text };
  };

const caller = (steps: string, more = ''): string =>
  `version: 1\nname: caller\n${more}actors:\n  alice:\n    target: sip:bob@10.1.0.2\n    steps:\n      ${steps.trim().replaceAll('\n', '\n      ')}\n`;
const called = (steps: string, more = ''): string =>
  `version: 1\nname: called\n${more}actors:\n  somebody:\n    steps:\n      ${steps.trim().replaceAll('\n', '\n      ')}\n`;

const findings = (text: string, readFile: ReadFile): readonly string[] => {
  const compiled = compile(text, readFile);
  const found = compiled.isValid ? compiled.warnings : compiled.diagnostics;
  return found.map(({ line, column, message }) => `${line}:${column} ${message}`);
};

const BOB = `  bob:
    steps:
      - expect: { method: OPTIONS, headers: { X-Word: one } }
      - send: 200
      - expect: { method: OPTIONS, headers: { X-Word: two } }
      - send: 200
`;
const ASK = called(
  '- send: { method: OPTIONS, headers: { X-Word: "${word}" } }\n- expect: { status: 200, capture: { answerer: To } }',
  'variables: { word: one, both: "${word}-${suffix}" }\n',
);

describe('a call of another scenario', () => {
  it('does its steps as the caller, with its variables or those that are given', async () => {
    const text =
      caller(
        `
- call: parts/ask.yaml
- call: { file: parts/ask.yaml, with: { word: "\${second}" } }
- check: answerer != ''`,
        'variables: { second: two, suffix: x }\n',
      ) + BOB;
    const verdict = await runInMemory(text, { readFile: files({ 'parts/ask.yaml': ASK }) });
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
    expect(verdict.variables).not.toHaveProperty('word');
    const steps = verdict.steps.filter(({ step }) => step.file !== undefined);
    expect(steps.map(({ step: { id, file, line, title } }) => [id, file, line, title])).toEqual([
      ['actors.alice.steps[0]/actors.somebody.steps[0]', 'parts/ask.yaml', 7, 'send OPTIONS'],
      ['actors.alice.steps[0]/actors.somebody.steps[1]', 'parts/ask.yaml', 8, 'expect 200'],
      ['actors.alice.steps[1]/actors.somebody.steps[0]', 'parts/ask.yaml', 7, 'send OPTIONS'],
      ['actors.alice.steps[1]/actors.somebody.steps[1]', 'parts/ask.yaml', 8, 'expect 200'],
    ]);
  });

  it('has labels of its own, jumps of its own, and may call another one beside it', async () => {
    const verdict = await runInMemory(
      caller('- label: again\n- call: a/one.yaml\n- call: a/one.yaml\n- check: said == "13"'),
      {
        readFile: files({
          'a/one.yaml': called('- call: ../two.yaml\n- goto: again\n- check: "false"\n- label: again'),
          'two.yaml': called(
            '- repeat: { times: 3, steps: [{ set: { n: "${round}" } }] }\n- set: { said: "1${n}" }',
          ),
        }),
      },
    );
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
  });

  it('is about the dialog that stands beside it, and waits as long as its own file says', async () => {
    const text =
      caller('- { call: ask.yaml, dialog: second }\n- none: 1 ms', 'timeout: 90 s\n') + '  bob: {}\n';
    const silent = called('- send: OPTIONS\n- expect: 200', 'timeout: 2 s\n');
    const verdict = await runInMemory(text, { readFile: files({ 'ask.yaml': silent }) });
    expect(verdict.reason).toMatch(/^alice, ask\.yaml line 8, expect 200: expected 200, which did not come/);
    expect(verdict.tookMs).toBe(2000);
  });

  it('takes the steps of the actor that is named, or that is called like the caller', async () => {
    const two =
      'version: 1\nname: x\nactors:\n  alice: { steps: [{ log: a }] }\n  zoe: { steps: [{ log: z }] }\n';
    const said = async (call: string): Promise<string | undefined> =>
      (await runInMemory(caller(call), { readFile: files({ 'two.yaml': two }) })).steps[0]?.said;
    expect(await said('- call: two.yaml')).toBe('a');
    expect(await said('- call: { file: two.yaml, actor: zoe }')).toBe('z');
  });
});

describe('what is wrong with a call', () => {
  const two = 'version: 1\nname: x\nactors: { a: {}, b: {} }\n';
  const known = files({
    'ask.yaml': ASK,
    'two.yaml': two,
    'bad.yaml': called('- expct: 200'),
    'no.yaml': 'version: 1\nactors: {}\n',
    'rows.yaml': called('- wait: 1 s', 'datasets: { u: { rows: [{ a: 1 }] } }\n'),
    'often.yaml': called('- wait: 1 s', 'runs: 5\n'),
    'loop/a.yaml': called('- call: b.yaml'),
    'loop/b.yaml': called('- call: a.yaml'),
    'twice.yaml': called('- call: twice.yaml'),
  });

  it.each([
    ['none.yaml', 'none.yaml cannot be read: there is no such file or folder'],
    ['bad.yaml', 'bad.yaml, line 6: unknown step expct; did you mean expect?'],
    ['no.yaml', 'no.yaml, line 1: name is missing'],
    [
      'two.yaml',
      'two.yaml has the actors a and b: say whose steps are meant, such as { file: two.yaml, actor: a }',
    ],
    ['{ file: two.yaml, actor: c }', 'two.yaml has no actor c; it has a and b'],
    ['{ file: ask.yaml, with: { wrd: x } }', 'ask.yaml has no variable wrd; did you mean word?'],
    [
      'rows.yaml',
      'rows.yaml has datasets, and a scenario that is called cannot bring its own: give it the columns as variables',
    ],
    ['often.yaml', 'often.yaml is to be run several times; a scenario that is called is done once'],
    [
      'loop/a.yaml',
      'loop/a.yaml, line 6: b.yaml, line 6: a.yaml calls itself: loop/a.yaml -> loop/b.yaml -> loop/a.yaml',
    ],
    ['twice.yaml', 'twice.yaml, line 6: twice.yaml calls itself: twice.yaml -> twice.yaml'],
  ])('%s', (call, expected) => {
    expect(findings(caller(`- call: ${call}`), known)).toEqual([`7:15 ${expected}`]);
  });

  it('is a chain that is too deep, or calls without end', () => {
    const next: ReadFile = (path) => ({
      text: called(`- call: x${path}\n- call: y${path}`),
    });
    const found = findings(caller('- call: a.yaml'), next);
    expect(found.some((text) => text.includes('scenarios call each other more than 16 deep'))).toBe(true);
    expect(found.filter((text) => text.includes('there are more than 300 calls of scenarios'))).toHaveLength(
      1,
    );
  });

  it('is a file where there is no folder', () => {
    const compiled = compile(caller('- call: ask.yaml'));
    expect(compiled).toMatchObject({
      diagnostics: [{ message: 'ask.yaml cannot be read: there is no folder to read files from here' }],
    });
  });
});

describe('paths', () => {
  it.each([
    ['', 'a.yaml', 'a.yaml'],
    ['parts/a.yaml', 'b.yaml', 'parts/b.yaml'],
    ['parts/a.yaml', '../c/./b.yaml', 'c/b.yaml'],
    ['a.yaml', '../b.yaml', '../b.yaml'],
    ['../x/a.yaml', '../b.yaml', '../b.yaml'],
    ['a.yaml', '/etc/b.yaml', '/etc/b.yaml'],
  ])('from %j to %j is %j', (from, to, expected) => {
    expect(joinedPath(from, to)).toBe(expected);
  });
});
