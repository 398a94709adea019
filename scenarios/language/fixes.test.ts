import { describe, expect, it } from 'vitest';
import { check } from './check.ts';
import { placesOf } from './document.ts';
import type { TextEdit } from './fixes.ts';

/** The text after an edit. */
function edited(text: string, edit: TextEdit): string {
  const places = placesOf(text);
  const end = places.offsetAt({ line: edit.endLine, column: edit.endColumn });
  return text.slice(0, places.offsetAt(edit)) + edit.text + text.slice(end);
}

/** Every fix that is offered, by its title, with the text that it makes. */
const fixed = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    check(text).diagnostics.flatMap(({ fixes }) =>
      fixes.map(({ title, edit }) => [title, edited(text, edit)] as const),
    ),
  );

const SCENARIO = `version: 1
name: A call
# who takes part
actors:
  alice:
    transport: udp
    target: sip:bob@\${bob}
    credentials: { user: alice, password: secret }
    steps:
      - send: INVITE # calls
      - expect: { status: 200, within: 1 s }
      - goto: end
      - label: end
  bob:
    steps:
      - ring: {}
`;

describe('fixes', () => {
  it('has none for what is right', () => {
    expect(check(SCENARIO).diagnostics).toEqual([]);
  });

  /** What is broken, the title of the fix, and that it mends exactly that. */
  it.each([
    ['- expect:', '- expct:', 'Change expct to expect'],
    ['status: 200', 'statsu: 200', 'Change statsu to status'],
    ['goto: end', 'goto: ent', 'Change ent to end'],
    ['transport: udp', 'transport: upd', 'Change upd to udp'],
    ['version: 1', 'version: 2', 'Change 2 to 1'],
    ['${bob}', '${bbo}', 'Change bbo to bob'],
    ['version: 1\n', '', 'Insert version'],
  ])('%j for %j: %s', (right, wrong, title) => {
    const broken = SCENARIO.replace(right, wrong);
    expect(check(broken).diagnostics).not.toEqual([]);
    expect(fixed(broken)[title]).toBe(SCENARIO);
  });

  it('inserts what is missing where the language has it, and leaves the rest as it is', () => {
    const nameless = SCENARIO.replace('name: A call\n', '');
    expect(fixed(nameless)['Insert name']).toBe(
      nameless.replace('# who takes part\nactors', '# who takes part\nname: name\nactors'),
    );
    const flow = SCENARIO.replace(', password: secret', '');
    expect(fixed(flow)['Insert password']).toBe(
      SCENARIO.replace('{ user: alice, password: secret }', '{ password: password, user: alice }'),
    );
    expect(fixed('version: 1\nname: x\n')['Insert actors']).toBe(
      'actors:\n  alice:\n    steps: []\nversion: 1\nname: x\n',
    );
    expect(fixed('version: 1\nname: x\nactors: {}\n')['Add the actor alice']).toBe(
      'version: 1\nname: x\nactors: { alice: { steps: [] } }\n',
    );
    expect(fixed('{ "name": "x", "actors": { "a": { "steps": [] } } }')['Insert version']).toBe(
      '{ "version": 1, "name": "x", "actors": { "a": { "steps": [] } } }',
    );
  });

  it('declares a variable that nothing gives', () => {
    const text = SCENARIO.replace('${bob}', '${server}:5060');
    const [finding] = check(text).diagnostics;
    expect(finding).toMatchObject({
      severity: 'warning',
      message: 'server is declared nowhere in this file, so it has to be given for each run',
      path: 'actors.alice.target',
    });
    expect(
      SCENARIO.replace('${bob}', '${server}:5060')
        .split('\n')[6]
        ?.slice((finding?.column ?? 0) - 1, (finding?.endColumn ?? 0) - 1),
    ).toBe('server');
    const declared = fixed(text)['Declare the variable server'] ?? '';
    expect(declared).toBe(text.replace('actors:', "variables:\n  server: ''\nactors:"));
    expect(check(declared).diagnostics).toEqual([]);
    const another = text.replace('name: A call\n', 'name: A call\nvariables:\n  ring: 200\n');
    expect(fixed(another)['Declare the variable server']).toBe(
      another.replace('  ring', "  server: ''\n  ring"),
    );
  });

  it('knows what steps, datasets, messages and the run give', () => {
    const steps = `      - expect: { status: 200, capture: { who: 'To: (?<tag>.*)' } }
      - set: { times: 1 }
      - check: times == 1 && who != tag && users.name != target_host
      - repeat: { times: 2, steps: [{ log: '\${round} \${uuid()} \${[1, 2].exists(n, n > times)}' }] }
`;
    const text = `${SCENARIO}${steps}datasets: { users: { file: users.csv } }\n`;
    expect(check(text).diagnostics).toEqual([]);
    expect(check(`${text}`.replace('who != tag', 'whom != tag')).diagnostics).toMatchObject([
      { message: expect.stringMatching(/^whom is declared nowhere .*; did you mean who\?$/) as unknown },
    ]);
    // What is called may give any.
    expect(
      check(SCENARIO.replace('- ring: {}', "- call: a.yaml\n      - log: '${them}'")).diagnostics,
    ).toEqual([]);
  });

  it('has none while the text is no YAML', () => {
    expect(fixed('version: 1\nname: "x\nactors: {}\n')).toEqual({});
  });
});
