import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STEP_KINDS } from '../schema/steps.ts';
import { libraryFiles } from '../testing/library-files.ts';
import { complete, type Completion } from './complete.ts';
import { hover } from './hover.ts';

const HEAD = `version: 1
name: Call
variables: { user: bob }
actors:
  alice:
    target: sip:bob@\${bob}
    steps:
      - send: INVITE
      - expect:
          status: 180
          capture: { tag: "To: tag=(.*)" }
      - sync: ringing
  bob:
    steps:
      - label: again
`;

/** Where `|` stands in a text, with the text without it. */
function at(text: string): readonly [text: string, line: number, column: number] {
  const before = text.slice(0, text.indexOf('|')).split('\n');
  return [text.replace('|', ''), before.length, (before.at(-1) ?? '').length + 1];
}
const items = (added: string): readonly Completion[] => complete(...at(HEAD + added));
const labels = (added: string): readonly string[] => items(added).map(({ label }) => label);
/** The line as it is when an item is chosen. */
function chosen(added: string, label: string): string {
  const [text, line] = at(HEAD + added);
  const item = items(added).find((one) => one.label === label);
  if (item === undefined) throw new Error(`${label} is not offered`);
  const typed = text.split('\n')[line - 1] ?? '';
  const { startColumn, endColumn } = item.replace;
  return typed.slice(0, startColumn - 1) + item.insertText + typed.slice(endColumn - 1);
}

describe('completion', { timeout: 60_000 }, () => {
  it('offers every kind of step where one begins, half typed or not, with what it needs', () => {
    for (const begun of ['      - |', '      - ex|', '      |', '      - |\n      - wait: 1 s\n'])
      expect(labels(begun), begun).toEqual(expect.arrayContaining([...STEP_KINDS]));
    expect(chosen('      - ex|', 'expect')).toBe('      - expect: ${1:INVITE}');
    expect(chosen('      |', 'wait')).toBe('      - wait: ${1:1 s}');
    expect(chosen('      - |', 'repeat')).toBe(
      '      - repeat:\n      times: ${1:1}\n      steps:\n        - $2'.replaceAll('\n      ', '\n    '),
    );
    expect(chosen('      - |', 'message')).toBe('      - message:\n    text: $1');
    expect(chosen('      - |', 'bye')).toBe('      - bye: {}');
    const item = items('      - |').find(({ label }) => label === 'invite');
    expect(item).toMatchObject({ kind: 'snippet', documentation: expect.stringMatching(/INVITE/) as string });
  });

  it('offers the keys that are missing, of the object that is begun', () => {
    expect(labels('      - expect:\n          status: 200\n          |')).toEqual([
      ...['method', 'headers', 'body', 'sdp', 'capture', 'find', 'within', 'after', 'since'],
    ]);
    expect(labels('      - expect: { method: BYE, u| }')).toContain('uri');
    expect(labels('      - expect: { method: BYE, | }')).not.toContain('method');
    expect(chosen('      - expect: { method: BYE, wi| }', 'within')).toBe(
      '      - expect: { method: BYE, within: ${1:1 s} }',
    );
    expect(labels('      - send: INVITE\n        |')).toEqual(['dialog', 'id']);
    expect(labels('      - if: "true"\n        |')).toEqual(['then', 'else', 'dialog', 'id']);
    expect(labels('    |')).toContain('transport');
    expect(labels('  carol:\n    tr|: tcp')).toContain('transport');
    expect(labels('|')).toContain('timeout');
  });

  it('offers header names, methods, status codes, times, words and true or false', () => {
    expect(labels('      - send: { method: INVITE, headers: { | } }')).toContain('Session-Expires');
    expect(
      chosen(
        '      - send:\n          method: INVITE\n          headers:\n            Ses|',
        'Session-Expires',
      ),
    ).toBe('            Session-Expires: $1');
    expect(labels('      - send: |')).toEqual(expect.arrayContaining(['INVITE', '486']));
    expect(labels('      - expect: 1|')).toEqual(expect.arrayContaining(['180', '2xx', 'BYE']));
    expect(chosen('      - expect:|', '180')).toBe('      - expect: 180');
    expect(labels('      - wait: |')).toContain('1 s');
    expect(labels('      - invite: { sdp: | }')).toContain('true');
    expect(labels('  carol:\n    transport: |')).toEqual(['udp', 'tcp', 'tls', 'ws', 'wss']);
    expect(labels('      - allOf: [180, |]')).toContain('2xx');
  });

  it('offers names the file gives: variables, actors, dialogs, points, labels', () => {
    for (const begun of [
      '      - log: "${|',
      '      - log: "to ${us|} and',
      '      - check: "x"\n      - log: ${1 + |}',
    ])
      expect(labels(begun), begun).toEqual(
        expect.arrayContaining(['user', 'tag', 'alice_port', 'target_host', 'uuid()']),
      );
    expect(chosen('      - log: "to ${us|', 'user')).toBe('      - log: "to ${user');
    expect(labels('      - sync: |')).toEqual(['ringing']);
    expect(labels('      - goto: |')).toEqual(['again']);
    expect(labels('      - bye: {}\n        dialog: |')).toContain('main');
    expect(chosen('      - invite: { to: | }', 'sip:alice@${alice}')).toBe(
      '      - invite: { to: sip:alice@\\${alice\\} }'.replace('\\}', '}'),
    );
  });

  it('answers at any place of any text, whatever is missing of it', () => {
    const texts = libraryFiles().map(([, text]) => text);
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (text, part, isCut) => {
          const offset = Math.floor(text.length * part);
          const before = text.slice(0, offset).split('\n');
          const shown = isCut ? text.slice(0, offset) : text;
          const [line, column] = [before.length, (before.at(-1) ?? '').length + 1];
          for (const { replace } of complete(shown, line, column)) {
            expect(replace.startColumn).toBeLessThanOrEqual(column);
            expect(replace.endColumn).toBeGreaterThanOrEqual(column);
          }
          hover(shown, line, column);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('hover', () => {
  const said = (text: string): string | undefined => hover(...at(text))?.markdown;

  it('documents steps and keys with what they take', () => {
    expect(said(HEAD.replace('- expect', '- exp|ect'))).toMatch(
      /^\*\*expect\*\*\n\nWaits for a message.*\n\n_.*method.*_$/,
    );
    expect(said(HEAD.replace('capture', 'capt|ure'))).toMatch(
      /^\*\*capture\*\*\n\nVariables taken from the message/,
    );
    expect(said(HEAD.replace('target:', 'targ|et:'))).toMatch(/URI of whom it talks to/);
  });

  it('says a line about methods, status codes, header fields and variables', () => {
    expect(said(HEAD.replace('INVITE', 'INV|ITE'))).toMatch(/^\*\*INVITE\*\*\n\nBegins a session/);
    expect(said(HEAD.replace('180', '1|80'))).toMatch(/Ringing: provisional/);
    expect(said(`${HEAD}      - send: { method: BYE, headers: { Rea|son: x } }\n`)).toMatch(
      /\*\*Reason\*\*.*RFC 3326/s,
    );
    expect(said(HEAD.replace('${bob}', '${b|ob}'))).toBe('**bob**\n\nHOST:PORT of the actor bob.');
    expect(hover(...at(HEAD.replace('INVITE', 'INV|ITE')))?.range).toEqual({
      line: 8,
      column: 15,
      endLine: 8,
      endColumn: 21,
    });
    expect(said(HEAD.replace('Call\n', 'Call |\n'))).toBeUndefined();
  });
});
