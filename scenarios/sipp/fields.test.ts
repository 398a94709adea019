import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compile } from '../engine/compile.ts';
import { RunTrace } from '../engine/run-trace.ts';
import { runInMemory } from '../testing/run-in-memory.ts';
import type { FieldFile } from './fields.ts';
import { importSipp } from './import.ts';

/* Files of -inf: what becomes of their rows and of [field0]. */

const scenario = (inside: string): string => `<scenario name="x">\n${inside}\n</scenario>`;
const log = (text: string): string => `<nop><action><log message="${text}"/></action></nop>`;

function imported(xml: string, fields: readonly FieldFile[]) {
  const result = importSipp(xml, { fields });
  if (!result.isValid) throw new Error(result.diagnostics[0]?.message);
  const compiled = compile(result.yaml);
  expect(compiled.isValid ? [] : compiled.diagnostics, result.yaml).toEqual([]);
  const { datasets, variables, actors } = parse(result.yaml) as {
    readonly datasets?: object;
    readonly variables?: object;
    readonly actors: Readonly<
      Record<string, { readonly steps: readonly object[]; readonly credentials?: object }>
    >;
  };
  const [actor] = Object.values(actors);
  const told = result.warnings.map(({ line, message }) => `${line} ${message}`);
  return {
    yaml: result.yaml,
    datasets,
    variables,
    steps: actor?.steps,
    credentials: actor?.credentials,
    told,
  };
}

const USERS = { name: 'users.csv', text: 'SEQUENTIAL\n# name;extension\nalice;11\nbob;12;desk\n' };

describe('files of fields', () => {
  it('are datasets, the first one where a field names none, and each run has a row of each', async () => {
    const calls = { name: 'my calls.csv', text: 'USER\nsip:a@x\nsip:b@x\n' };
    const { datasets, steps, told, yaml } = imported(
      scenario(log('[field0] [field1] [field2] [field0 file=&quot;/tmp/my calls.csv&quot;]')),
      [USERS, calls],
    );
    expect(told).toEqual([]);
    expect(datasets).toEqual({
      users: {
        rows: [
          { field0: 'alice', field1: '11', field2: '' },
          { field0: 'bob', field1: '12', field2: 'desk' },
        ],
      },
      my_calls: { use: 'unique', rows: [{ field0: 'sip:a@x' }, { field0: 'sip:b@x' }] },
    });
    expect(yaml).toContain('- { field0: alice, field1: "11", field2: "" }\n');
    expect(steps).toEqual([{ log: '${users.field0} ${users.field1} ${users.field2} ${my_calls.field0}' }]);
    const said: unknown[] = [];
    await runInMemory(yaml, { runs: 2, onEnd: ({ steps: done }) => said.push(done[0]?.said) });
    expect(said).toEqual(['alice 11  sip:a@x', 'bob 12 desk sip:b@x']);
  });

  it('are made of a pattern', () => {
    const text = 'RANDOM,PRINTF=3,PRINTFOFFSET=10,PRINTFMULTIPLE=2\nuser%04d;100%%\n[%d]\n';
    const { datasets } = imported(scenario(log('[field0]')), [{ name: 'users.csv', text }]);
    expect(datasets).toEqual({
      users: {
        use: 'random',
        rows: [
          { field0: 'user0010', field1: '100%' },
          { field0: '[12]', field1: '' },
          { field0: 'user0014', field1: '100%' },
        ],
      },
    });
  });

  it('give their own text where a field names a line', () => {
    const { steps, told } = imported(
      scenario(
        `${log('[field0 line=1] [field1 file=&quot;users.csv&quot; line=0]')}\n${log('[field0 line=9]x[field7]y')}`,
      ),
      [{ ...USERS, text: USERS.text.replace('bob', '${bob}') }],
    );
    expect(steps).toEqual([{ log: "$${'\\x7b'}bob} 11" }, { log: 'xy' }]);
    expect(told).toEqual([
      '3 [field0 line=9]: line 9 is not in users.csv (they count from 0): it is left out',
      '3 users.csv has no field7: it is left out',
    ]);
  });

  it('give the actor the accounts that stand in them', async () => {
    const text =
      'SEQUENTIAL\nann;[authentication username=ann password=x1]\nben;[authentication username=ben password="y 2"]\n';
    const request = `<send><![CDATA[
  OPTIONS sip:[service]@[remote_ip]:[remote_port] SIP/2.0
  From: <sip:[field0]@[local_ip]>;tag=1
  To: <sip:[service]@[remote_ip]:[remote_port]>
  [field1]
]]></send>`;
    const { credentials, datasets, told, yaml } = imported(scenario(request), [{ name: 'users.csv', text }]);
    expect(told).toEqual([]);
    expect(credentials).toEqual({ user: '${users.field1_user}', password: '${users.field1_password}' });
    expect(datasets).toMatchObject({
      users: {
        rows: [
          { field0: 'ann', field1_user: 'ann' },
          { field1_user: 'ben', field1_password: 'y 2' },
        ],
      },
    });
    const trace = new RunTrace();
    await runInMemory(yaml, { runs: 2, trace, variables: { target: 'sip:service@10.1.0.9' } });
    const froms = trace.messages.flatMap(
      ({ bytes }) => /From: <sip:(\w+)@/.exec(new TextDecoder().decode(bytes))?.[1] ?? [],
    );
    expect([...new Set(froms)]).toEqual(['ann', 'ben']);
  });

  it('that are not given, and rows that only a run could find, are told', () => {
    const inside = [
      log('[field0] [field1 file=&quot;no.csv&quot;]'),
      log('a[field0 line=&quot;[$line]&quot;]b'),
      log('[users]'),
    ];
    const { steps, told, variables } = imported(scenario(inside.join('\n')), [USERS]);
    expect(told).toEqual([
      '2 [field1 file="no.csv"] is of a file that is not given (--fields FILE): it is the variable field1 here',
      '3 [field0 line="[$line]"] is found by what a run knows only: it is left out',
    ]);
    expect(steps).toEqual([{ log: '${users.field0} ${field1}' }, { log: 'ab' }, { log: '${users_}' }]);
    expect(variables).toEqual({ field1: '', users_: 1 });
    const odd = imported(scenario(log('x')), [
      { name: 'odd.csv', text: 'alice;1\nbob;2\n' },
      { name: 'none.csv', text: 'RANDOM\n' },
      { name: 'uac.csv', text: 'RANDOM\n1\n' },
    ]);
    expect(odd.told).toEqual([
      '1 odd.csv begins with ALICE;1, not with SEQUENTIAL, RANDOM or USER: its rows are taken in order',
      '1 none.csv has no row: it is left out',
    ]);
    expect(Object.keys(odd.datasets ?? {})).toEqual(['odd', 'uac_2']);
  });
});
