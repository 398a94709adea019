import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runInMemory } from '../testing/run-in-memory.ts';
import { exportSipp } from './export.ts';
import { importSipp } from './import.ts';

/* Scenarios of ours as XML of SIPp: what cannot be said is refused with its place, and what comes back by the import behaves as before. */

const scenario = (steps: string, more = ''): string =>
  `version: 1\nname: x\nactors:\n  alice:\n${more}    steps:\n${steps
    .trim()
    .split('\n')
    .map((line) => `      ${line}\n`)
    .join('')}`;

const exported = (text: string): string => {
  const result = exportSipp(text);
  if (!result.isValid) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result.xml;
};
const refusals = (text: string): readonly string[] => {
  const result = exportSipp(text);
  return result.isValid
    ? []
    : result.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
};

/** What the other side went through, and how it ended. */
async function meeting(text: string, bob: string) {
  const { actors, variables } = parse(text) as { actors: Record<string, object>; variables?: object };
  const [[name = '', actor] = []] = Object.entries(actors);
  const other = (parse(scenario(bob)) as { actors: { alice: object } }).actors.alice;
  const both = { [name]: actor, bob: { ...other, target: 'sip:alice@10.1.0.1' } };
  const verdict = await runInMemory(
    JSON.stringify({ version: 1, name: 'meeting', variables, actors: both }),
    {
      variables: { target: 'sip:bob@10.1.0.2:5060' },
    },
  );
  return {
    outcome: verdict.outcome,
    seconds: Math.round(verdict.tookMs / 1000),
    bob: verdict.steps
      .filter(({ actor: who }) => who === 'bob')
      .map(({ step, outcome }) => `${step.title} ${outcome}`),
  };
}

const back = (xml: string): string => {
  const result = importSipp(xml);
  if (!result.isValid) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result.yaml;
};

const ANSWERS = `
- ring: {}
- answer: {}
- expect: BYE
- send: 200`;

describe('exportSipp', () => {
  it.each<[string, string, string, 'pass' | 'fail']>([
    ['a call', '- invite: {}\n- wait: 2 s\n- bye: {}', ANSWERS, 'pass'],
    ['a call that is refused', '- invite: {}\n- bye: {}', '- expect: INVITE\n- send: 486', 'fail'],
    [
      'a refusal that is wanted',
      '- send: INVITE\n- expect: 486\n- log: busy',
      '- expect: INVITE\n- send: 486',
      'pass',
    ],
    [
      'what is checked and taken',
      '- send: { method: OPTIONS, headers: { X-Word: "a [b] c" } }\n- expect: { status: 200, headers: { X-Id: { matches: "^(?<id>\\\\d+)$" }, X-None: null } }\n- send: { method: INFO, headers: { X-Back: "${id}" } }\n- expect: 200',
      '- expect: { method: OPTIONS, headers: { X-Word: "a [b] c" } }\n- send: { status: 200, headers: { X-Id: 17 } }\n- expect: { method: INFO, headers: { X-Back: "17" } }\n- send: 200',
      'pass',
    ],
    [
      'what is checked and is not so',
      '- send: OPTIONS\n- expect: { status: 200, headers: { X-Id: { matches: "^\\\\d+$" } } }',
      '- expect: OPTIONS\n- send: { status: 200, headers: { X-Id: none } }',
      'fail',
    ],
    [
      'a choice',
      '- send: INVITE\n- anyOf:\n    - { expect: 486, then: [{ log: busy }] }\n    - { expect: 200, then: [{ bye: {} }] }',
      ANSWERS,
      'pass',
    ],
    [
      'a choice that somebody else makes in time',
      '- send: INVITE\n- anyOf:\n    - { timeout: 3 s, then: [{ cancel: {} }] }\n    - { expect: 200, then: [{ bye: {} }] }',
      ANSWERS,
      'pass',
    ],
    [
      'a choice that nobody makes in time',
      '- send: INVITE\n- optional: 183\n- anyOf:\n    - { expect: 486 }\n    - { expect: 200, then: [{ bye: {} }] }\n    - { timeout: 3 s, then: [{ cancel: {} }] }',
      '- ring: {}\n- expect: CANCEL\n- send: { status: 487, method: INVITE }',
      'pass',
    ],
    [
      'what may come on the way and is answered',
      '- invite: {}\n- optional: { method: INFO, answer: 200 }\n- expect: BYE\n- send: 200',
      '- expect: INVITE\n- answer: {}\n- send: INFO\n- expect: 200\n- send: INFO\n- expect: 200\n- bye: {}',
      'pass',
    ],
    ['being called', ANSWERS, '- invite: {}\n- bye: {}', 'pass'],
    [
      'being called and hanging up',
      '- expect: INVITE\n- answer: {}\n- wait: 1 s\n- bye: {}',
      '- invite: {}\n- expect: BYE\n- send: 200',
      'pass',
    ],
    ['being called and refusing', '- expect: INVITE\n- send: 603', '- send: INVITE\n- expect: 603', 'pass'],
    [
      'being cancelled',
      '- ring: {}\n- expect: CANCEL\n- send: { status: 487, method: INVITE }',
      '- send: INVITE\n- expect: 180\n- cancel: {}',
      'pass',
    ],
  ])('%s comes back by the import and behaves as before', async (_, alice, bob, outcome) => {
    const text = scenario(alice);
    const before = await meeting(text, bob);
    expect(before.outcome).toBe(outcome);
    const xml = exported(text);
    expect(await meeting(back(xml), bob), xml).toEqual(before);
  });

  it('refuses what SIPp cannot do, all of it, with its place', () => {
    expect(
      refusals(
        scenario(
          '- raw: x\n- none: 2 s\n- check: "1 == 1"\n- send: { method: INVITE, new: true }\n- expect: { status: 200, headers: { Via: { count: 2 } } }\n- send: { method: INFO, headers: { X: "${1 + 1}" } }\n- { expect: 200, dialog: other }',
          '    transport: wss\n',
        ),
      ),
    ).toEqual([
      '5:16 sipp has no transport wss',
      '7:9 sipp has nothing like raw',
      '8:9 sipp has nothing like none',
      '9:9 sipp has nothing like check',
      '10:9 sipp knows one call at a time: no `new`',
      '11:9 sipp counts no header lines',
      '12:9 sipp works out no expressions: ${1 + 1}',
      '13:9 sipp knows one dialog at a time',
    ]);
    const secure = exportSipp(
      scenario('- send: OPTIONS', '    transport: tls\n    tls: { verify: false }\n'),
    );
    expect(secure.isValid ? secure.warnings.map(({ message }) => message) : secure).toEqual([
      'sipp is told the transport on its command line: -t l1',
      'sipp is told certificates on its command line: -tls_cert, -tls_key, -tls_ca',
    ]);
    const two = readFileSync(fileURLToPath(new URL('../library/calls/busy.yaml', import.meta.url)), 'utf8');
    expect(refusals(two)).toEqual([expect.stringContaining('one scenario of sipp is one actor')]);
    expect(refusals(`${scenario('- send: OPTIONS')}nodes:\n  uas: { mode: minimal }\n`)).toEqual([
      expect.stringMatching(/^\d+:8 sipp starts no servers: run it against the target without this node$/),
    ]);
    expect(refusals('version: 1\nname: x\nactors: { a: { steps: [{ expct: 1 }] } }')).toEqual([
      expect.stringContaining('did you mean expect?'),
    ]);
  });
});
