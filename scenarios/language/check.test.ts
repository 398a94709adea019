import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readBeside } from '../../app/services/storage/read-beside.ts';
import { compile } from '../engine/compile.ts';
import { libraryFiles } from '../testing/library-files.ts';
import { check } from './check.ts';

const TEXT = `version: 1
name: Busy
description: He is not free.
variables: { ring: 200 ms }
actors:
  alice:
    target: sip:bob@\${bob}
    steps:
      - invite: { to: "sip:bob@\${bob}" } # calls
      - expect:
          status: 486
          within: 1 s
          headers: { Retry-After: "10" }
      - repeat:
          times: 2
          steps:
            - wait: 1 s
            - if: round > 1
              then:
                - log: again
              else: [{ send: OPTIONS, id: ask }]
  bob:
    transport: tcp
    steps:
      - anyOf:
          - expect: INVITE
            then:
              - send: 486
          - expect: 2xx
`;

describe('check', () => {
  it('outlines actors, variables and steps, nested ones too, with their lines and arrows', () => {
    const { outline } = check(TEXT);
    expect(outline).toMatchObject({
      name: 'Busy',
      description: 'He is not free.',
      actors: [
        { name: 'alice', transport: 'udp', line: 6 },
        { name: 'bob', transport: 'tcp', line: 22 },
      ],
      variables: [{ name: 'ring', value: '200 ms', line: 4 }],
    });
    expect(outline?.steps.map(({ at, line, endLine, depth }) => [at, line, endLine, depth])).toEqual([
      ['actors.alice.steps[0]', 9, 9, 0],
      ['actors.alice.steps[1]', 10, 13, 0],
      ['actors.alice.steps[2]', 14, 21, 0],
      ['actors.alice.steps[2].repeat.steps[0]', 17, 17, 1],
      ['actors.alice.steps[2].repeat.steps[1]', 18, 21, 1],
      ['actors.alice.steps[2].repeat.steps[1].then[0]', 20, 20, 2],
      ['actors.alice.steps[2].repeat.steps[1].else[0]', 21, 21, 2],
      ['actors.bob.steps[0]', 25, 29, 0],
      ['actors.bob.steps[0].anyOf[0].then[0]', 28, 28, 1],
    ]);
    expect(outline?.steps[0]?.arrows).toEqual([
      { direction: 'out', label: 'INVITE', kind: 'request', peer: 'bob' },
      { direction: 'in', label: '2xx', kind: 'response', peer: 'bob' },
    ]);
    expect(outline?.steps[1]).toMatchObject({ title: 'expect 486', note: 'within 1 s, Retry-After' });
    expect(outline?.steps[6]?.id).toBe('ask');
    expect(outline?.steps.at(-1)?.arrows).toEqual([
      { direction: 'out', label: '486', kind: 'response', peer: 'alice' },
    ]);
  });

  it('marks the word that is wrong, from its first character to its last', () => {
    const { diagnostics } = check(TEXT.replace('status: 486', 'status: 999'));
    expect(
      diagnostics.map(({ line, column, endLine, endColumn }) => [line, column, endLine, endColumn]),
    ).toEqual([[11, 19, 11, 22]]);
  });

  it('counts the runs it takes to use every row, where there are rows', () => {
    const text = TEXT.replace('actors:', 'datasets: { users: { file: users.csv } }\nactors:');
    const readFile = () => ({ text: 'name\nalice\nbob\n' });
    expect(check(text, readFile).rows).toBe(2);
    expect(check(text, () => ({ reason: 'there is no such file' })).rows).toBeUndefined();
    expect(check(TEXT).rows).toBeUndefined();
  });

  it('outlines a text that does not compile, and one that is no YAML', () => {
    expect(check(TEXT.replace('expect:', 'expct:')).outline?.steps).toHaveLength(8);
    const broken = check(`${TEXT}      - "send\n`);
    expect(broken.diagnostics[0]).toMatchObject({ severity: 'error', line: 31 });
    expect(broken.outline?.name).toBe('Busy');
    expect(check('').outline).toBeUndefined();
  });

  it.each(libraryFiles())('names the steps of %s as the program does', (path, text) => {
    const folder = fileURLToPath(new URL('../library/', import.meta.url));
    const readFile = readBeside(folder + path, folder);
    const compiled = compile(text, readFile);
    if (!compiled.isValid) throw new Error('the library compiles');
    const { outline, diagnostics } = check(text, readFile);
    expect(check(text).diagnostics).toEqual(diagnostics);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const known = new Map(outline?.steps.map((step) => [step.id, step]));
    for (const { name, instructions } of compiled.program.actors)
      for (const { step } of instructions)
        if (step.file === undefined)
          expect(known.get(step.id), step.id).toMatchObject({ actor: name, line: step.line });
  });
});
