import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { libraryFiles } from '../testing/library-files.ts';
import { readDocument } from './document.ts';
import { edit } from './edit.ts';
import { stepsOf } from './step-nodes.ts';

const TEXT = `version: 1 # the first
name: "Busy"

actors:
  # calls
  alice:
    target: 'sip:bob@\${bob}'
    steps:
      # the call
      - send: INVITE   # with an offer

      - expect:
          status: 486
          # soon
          within: 1 s
      - wait: 1 s
      # over
  bob:
    steps: [ { expect: INVITE }, { send: 486 } ]
`;

const linesOf = (text: string): readonly string[] => text.split('\n');
/** Lines that an edit added and took away, with what they are. */
function changed(before: string, after: string): { readonly added: string[]; readonly removed: string[] } {
  const [a, b] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return { added: b.slice(start, b.length - end), removed: a.slice(start, a.length - end) };
}

describe('edit', () => {
  it('inserts a step before another, above the comment of that one', () => {
    const { text, line } = edit(TEXT, {
      kind: 'insert',
      actor: 'alice',
      before: 'actors.alice.steps[0]',
      yaml: 'register:\n  expires: 60\n',
    });
    expect(changed(TEXT, text)).toEqual({
      added: ['      - register:', '          expires: 60'],
      removed: [],
    });
    expect([line, linesOf(text)[line - 1]]).toEqual([9, '      - register:']);
  });

  it('inserts several steps at the end of a list', () => {
    const { text, line } = edit(TEXT, {
      kind: 'insert',
      actor: 'alice',
      yaml: '- log: a\n- log: |\n    b\n    c',
    });
    expect(changed(TEXT, text)).toEqual({
      added: ['      - log: a', '      - log: |', '          b', '          c'],
      removed: [],
    });
    expect(line).toBe(17);
  });

  it('writes into a flow list in flow style', () => {
    const { text } = edit(TEXT, {
      kind: 'insert',
      actor: 'bob',
      yaml: 'send: { status: 486, reason: Busy }',
    });
    expect(changed(TEXT, text).added).toEqual([
      '    steps: [ { expect: INVITE }, { send: 486 }, { send: { status: 486, reason: Busy } } ]',
    ]);
    expect(edit(text, { kind: 'remove', at: 'actors.bob.steps[2]' }).text).toBe(TEXT);
  });

  it('replaces a step and keeps the comments around it', () => {
    const { text, line } = edit(TEXT, {
      kind: 'replace',
      at: 'actors.alice.steps[0]',
      yaml: 'send:\n  method: INVITE\n  sdp: true',
    });
    expect(changed(TEXT, text)).toEqual({
      added: ['      - send:', '          method: INVITE', '          sdp: true   # with an offer'],
      removed: ['      - send: INVITE   # with an offer'],
    });
    expect(line).toBe(10);
  });

  it('moves a step with its comment; blank lines stay where they are', () => {
    const { text, line } = edit(TEXT, { kind: 'move', at: 'actors.alice.steps[0]', by: 1 });
    expect(linesOf(text).slice(8, 16)).toEqual([
      '      - expect:',
      '          status: 486',
      '          # soon',
      '          within: 1 s',
      '',
      '      # the call',
      '      - send: INVITE   # with an offer',
      '      - wait: 1 s',
    ]);
    expect(linesOf(text)[line - 1]).toContain('- send: INVITE');
    expect(edit(text, { kind: 'move', at: 'actors.alice.steps[1]', by: -1 }).text).toBe(TEXT);
  });

  it('leaves an empty list where the last step goes, and begins one again', () => {
    const one = 'actors:\n  a:\n    steps: # none\n      - wait: 1 s\n  b:\n    user: x\n  c:\n';
    const none = edit(one, { kind: 'remove', at: 'actors.a.steps[0]' }).text;
    expect(none).toBe('actors:\n  a:\n    steps: [] # none\n  b:\n    user: x\n  c:\n');
    const insert = (text: string, actor: string) =>
      edit(text, { kind: 'insert', actor, yaml: 'wait: 1 s' }).text;
    expect(parse(insert(none, 'a'))).toEqual(parse(one));
    expect(insert(none, 'a')).toBe(one);
    expect(insert(one, 'b')).toBe(one.replace('x\n', 'x\n    steps:\n      - wait: 1 s\n'));
    expect(insert(one, 'c')).toBe(`${one}    steps:\n      - wait: 1 s\n`);
  });

  it('keeps JSON JSON', () => {
    const json = JSON.stringify(
      { version: 1, name: 'x', actors: { a: { steps: [{ wait: 1 }] }, b: {} } },
      null,
      2,
    );
    const more = edit(json, { kind: 'insert', actor: 'a', yaml: 'expect: { status: 180 }' }).text;
    const both = edit(more, { kind: 'insert', actor: 'b', yaml: '- send: 180\n- wait: 1 s' }).text;
    const third = edit(both, { kind: 'addActor', name: 'c' }).text;
    expect(JSON.parse(third)).toEqual({
      version: 1,
      name: 'x',
      actors: {
        a: { steps: [{ wait: 1 }, { expect: { status: 180 } }] },
        b: { steps: [{ send: 180 }, { wait: '1 s' }] },
        c: { steps: [] },
      },
    });
  });

  it('adds an actor after the others, or begins with one', () => {
    const { text, line } = edit(TEXT, { kind: 'addActor', name: 'carol' });
    expect(changed(TEXT, text)).toEqual({ added: ['  carol:', '    steps: []'], removed: [] });
    expect(linesOf(text)[line - 1]).toBe('  carol:');
    for (const begin of ['', 'version: 1\n', 'version: 1\nactors:\n', 'version: 1\nactors: {}\n'])
      expect(parse(edit(begin, { kind: 'addActor', name: 'a' }).text)).toMatchObject({
        actors: { a: { steps: [] } },
      });
  });

  it.each([
    [{ kind: 'remove', at: 'actors.alice.steps[7]' }, 'There is no step at actors.alice.steps[7].'],
    [{ kind: 'insert', actor: 'carol', yaml: 'wait: 1 s' }, 'There is no actor carol.'],
    [{ kind: 'insert', actor: 'alice', yaml: 'expct: 180' }, 'There is no step expct; did you mean expect?'],
    [
      { kind: 'insert', actor: 'alice', yaml: '180' },
      'A step is a word with what belongs to it, such as expect: 180.',
    ],
    [{ kind: 'insert', actor: 'alice', yaml: 'send: [' }, /^This step is no YAML: .*\.$/],
    [{ kind: 'replace', at: 'actors.bob.steps[0]', yaml: '- wait: 1\n- wait: 2' }, /./],
    [{ kind: 'addActor', name: 'alice' }, 'There is an actor alice already.'],
    [{ kind: 'addActor', name: 'a b' }, 'a b is no name of an actor: letters, digits and _ make one.'],
  ] as const)('says what is wrong with %j', (change, message) => {
    const run = () => edit(TEXT, change);
    if (change.kind === 'replace') expect(parse(run().text)).toBeDefined();
    else expect(run).toThrow(message);
  });

  it('refuses a text that is no YAML', () => {
    expect(() => edit('actors: [', { kind: 'addActor', name: 'a' })).toThrow(/^The text has to be YAML/);
  });
});

describe('every edit of every library file', { timeout: 60_000 }, () => {
  const STEP = 'expect:\n  status: 200\n  within: 1 s';
  const texts = libraryFiles().map(([, text]) => text);
  const anyStep = fc.constantFrom(...texts).chain((text) => {
    const steps = stepsOf(readDocument(text));
    return fc.record({ text: fc.constant(text), step: fc.constantFrom(...steps) });
  });

  it('inserting adds lines and changes none, and removing what was inserted gives the text back', () => {
    fc.assert(
      fc.property(anyStep, fc.boolean(), ({ text, step }, isAtEnd) => {
        const place = isAtEnd ? {} : { before: step.at };
        const inserted = edit(text, { kind: 'insert', actor: step.actor, ...place, yaml: STEP });
        const removed = stepsOf(readDocument(inserted.text)).find(
          ({ node }) => readDocument(inserted.text).placeAt(node.range?.[0] ?? 0).line === inserted.line,
        );
        const isFlow = step.list.flow === true && !isAtEnd;
        if (!isFlow) expect(changed(text, inserted.text).removed).toEqual([]);
        expect(edit(inserted.text, { kind: 'remove', at: removed?.at ?? '' }).text).toBe(text);
      }),
      { numRuns: 150 },
    );
  });

  it('removing and moving keep every other step as it is', () => {
    fc.assert(
      fc.property(anyStep, fc.integer({ min: -3, max: 3 }), ({ text, step: { at, list, index } }, by) => {
        const path = at.split(/[.[\]]+/).filter((part) => part !== '');
        const listIn = (yaml: string): unknown[] => {
          let value: unknown = parse(yaml);
          for (const part of path.slice(0, -1)) value = (value as Record<string, unknown>)[part];
          return value as unknown[];
        };
        const before = listIn(text);
        const removed = edit(text, { kind: 'remove', at }).text;
        expect(listIn(removed)).toEqual(before.filter((_, i) => i !== index));
        const to = Math.min(list.items.length - 1, Math.max(0, index + by));
        const order = before.filter((_, i) => i !== index);
        order.splice(to, 0, before[index]);
        const moved = edit(text, { kind: 'move', at, by }).text;
        expect(listIn(moved)).toEqual(order);
        expect([...linesOf(moved)].sort()).toEqual([...linesOf(text)].sort());
      }),
      { numRuns: 100 },
    );
  });
});

describe('relocating a step', () => {
  const CALLS = `version: 1
name: Two
actors:
  alice:
    steps:
      # the call
      - send: INVITE # with an offer
      - expect: { status: 180 }

      - repeat:
          times: 2
          steps:
            - wait: 1 s
            - log: "round"
      - bye: {}
  bob:
    steps: [{ expect: INVITE }, { send: 180 }]
`;
  const at = (actor: string, ...path: readonly (number | string)[]): string =>
    path.reduce<string>(
      (all, part) => all + (typeof part === 'number' ? `[${part}]` : `.${part}`),
      `actors.${actor}.steps`,
    );
  const relocated = (from: string, beside: string, place: 'before' | 'after' = 'before') =>
    edit(CALLS, { kind: 'relocate', at: from, beside, place });

  it('among its neighbours is a move: the gaps stay', () => {
    const moved = relocated(at('alice', 0), at('alice', 1), 'after');
    expect(moved).toEqual(edit(CALLS, { kind: 'move', at: at('alice', 0), by: 1 }));
    expect(relocated(at('alice', 3), at('alice', 0))).toEqual(
      edit(CALLS, { kind: 'move', at: at('alice', 3), by: -3 }),
    );
  });

  it('takes its comments along into a loop and out of it', () => {
    const into = relocated(at('alice', 0), at('alice', 2, 'repeat', 'steps', 1), 'after');
    expect(into.text).toBe(
      CALLS.replace('      # the call\n      - send: INVITE # with an offer\n', '').replace(
        '"round"\n',
        '"round"\n            # the call\n            - send: INVITE # with an offer\n',
      ),
    );
    expect(into.text.split('\n')[into.line - 1]).toContain('send: INVITE');
    const out = relocated(at('alice', 2, 'repeat', 'steps', 0), at('alice', 2));
    expect(out.text).toBe(
      CALLS.replace('            - wait: 1 s\n', '').replace(
        '      - repeat',
        '      - wait: 1 s\n      - repeat',
      ),
    );
    expect(out.text.split('\n')[out.line - 1]).toBe('      - wait: 1 s');
  });

  it('goes to another actor, whichever of them comes first and however its list is written', () => {
    const down = relocated(at('alice', 1), at('bob', 1), 'after');
    expect(down.text).toBe(
      CALLS.replace('      - expect: { status: 180 }\n', '').replace(
        '{ send: 180 }]',
        '{ send: 180 }, { expect: { status: 180 } }]',
      ),
    );
    expect(down.text.split('\n')[down.line - 1]).toContain('{ send: 180 }, { expect');
    const up = relocated(at('bob', 0), at('alice', 3));
    expect(up.text).toBe(
      CALLS.replace('{ expect: INVITE }, ', '').replace(
        '      - bye',
        '      - { expect: INVITE }\n      - bye',
      ),
    );
    expect(up.text.split('\n')[up.line - 1]).toBe('      - { expect: INVITE }');
  });

  it('refuses a place in itself', () => {
    expect(() => relocated(at('alice', 2), at('alice', 2, 'repeat', 'steps', 0))).toThrow('beside itself');
    expect(() => relocated(at('alice', 2), at('alice', 2))).toThrow('beside itself');
    expect(() => relocated(at('alice', 9), at('alice', 2))).toThrow('There is no step at');
  });
});
