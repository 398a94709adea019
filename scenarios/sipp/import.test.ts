import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Verdict } from '../engine/verdict.ts';
import { compile } from '../engine/compile.ts';
import { runInMemory } from '../testing/run-in-memory.ts';
import { importSipp } from './import.ts';

/* Scenarios of SIPp in our language: what they become, what is told of what cannot be kept, and how they run against each other. */

const imported = (xml: string, options = {}) => {
  const result = importSipp(xml, options);
  if (!result.isValid) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  const compiled = compile(result.yaml);
  expect(compiled.isValid ? [] : compiled.diagnostics, result.yaml).toEqual([]);
  const { actors, variables } = parse(result.yaml) as {
    actors: Record<string, { steps: unknown[] }>;
    variables?: object;
  };
  const [actor = { steps: [] }] = Object.values(actors);
  return {
    ...result,
    steps: actor.steps,
    actor,
    variables,
    told: result.warnings.map(({ line, column, message }) => `${line}:${column} ${message}`),
  };
};
const scenario = (inside: string): string => `<scenario name="x">\n${inside}\n</scenario>`;

const SIPP = 'sipp';
/** The scenario that the installed program carries; they are under the GPL, so none is kept here. */
const embedded = (name: string): string | undefined => {
  try {
    return execFileSync(SIPP, ['-sd', name], { encoding: 'utf8', timeout: 10_000 });
  } catch (error) {
    // sipp ends with 99 after it has printed a scenario.
    const { stdout } = error as { stdout?: string };
    return stdout?.includes('<scenario') === true ? stdout : undefined;
  }
};
const hasSipp = embedded('uac') !== undefined;

/** Two imported scenarios in one, so that they meet. */
async function together(client: string, server: string, variables: object = {}): Promise<Verdict> {
  const both = [client, server].map((name) => {
    const { yaml } = imported(embedded(name) ?? '');
    return parse(yaml) as { variables: object; actors: object };
  });
  const [uac, uas] = both;
  const text = JSON.stringify({
    version: 1,
    name: `${client} and ${server}`,
    timeout: '5 min',
    variables: { ...uas?.variables, ...uac?.variables },
    actors: { ...uac?.actors, ...uas?.actors },
  });
  return runInMemory(text, { variables: { target: 'sip:service@10.1.0.2:5060', ...variables } });
}

describe.skipIf(!hasSipp)('scenarios that sipp carries', () => {
  it('uac calls uas', async () => {
    expect(await together('uac', 'uas')).toMatchObject({ outcome: 'pass' });
  });

  it('regexp takes what it looks for out of the answer of uas', async () => {
    const verdict = await together('regexp', 'uas');
    expect(verdict, verdict.reason).toMatchObject({
      outcome: 'pass',
      variables: { v1: '10.1.0.1:5060', v3: 'o=user1 53655765 2353687637', v4: 'user1', v8: '2353687637' },
    });
  });

  it.each([
    [1, 403, 4],
    [2, 200, 9],
  ])('branchc meets branchs: call %i gets %i', async (call, status, seconds) => {
    const verdict = await together('branchc', 'branchs', { call_number: call });
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
    const titles = verdict.steps.filter(({ actor }) => actor === 'uas').map(({ step }) => step.title);
    expect(titles).toContain(`send ${status}`);
    expect(Math.round(verdict.tookMs / 1000)).toBe(seconds);
  });
});

describe('importSipp', () => {
  it('refuses what is no scenario, with the place', () => {
    expect(importSipp('<scenario>\n  <send>')).toMatchObject({ isValid: false, diagnostics: [{ line: 2 }] });
    expect(importSipp('<html/>')).toMatchObject({
      diagnostics: [{ line: 1, column: 1, message: expect.stringContaining('got html') as string }],
    });
  });

  it('expands no entities', () => {
    const bomb = '<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<scenario name="&b;"/>';
    expect(importSipp(bomb)).toMatchObject({ isValid: false, diagnostics: [{ line: 2 }] });
  });

  it('tells the place of everything it leaves out', () => {
    const { told, steps } = imported(
      scenario(`<recv request="INVITE" lost="10">
  <action>
    <exec command="rm -rf /"/>
    <verifyauth assign_to="a" username="b" password="c"/>
  </action>
</recv>
<sendCmd><![CDATA[ Call-ID: [call_id] ]]></sendCmd>
<pause distribution="uniform" min="1000" max="3000"/>
<nop><action><exec play_pcap_audio="a.pcap"/></action></nop>`),
    );
    expect(told).toEqual([
      '2:1 lost of recv is not supported: it is left out',
      '4:5 exec command is never imported: a scenario runs no programs',
      '5:5 the action verifyauth is not supported: it is left out',
      '8:1 sendCmd is for another sipp whose scenario is not here: it is left out; --peer FILE imports both as one scenario',
      '9:1 the distribution uniform is not supported: it always waits 2000 ms',
      '10:14 exec play_pcap_audio is not supported: it is left out',
    ]);
    expect(steps).toEqual([{ expect: 'INVITE' }, { wait: '2 s' }]);
  });

  it('keeps what is odd on purpose', () => {
    const { steps } = imported(
      scenario(`<send><![CDATA[
  OPTIONS sip:[service]@[remote_ip]:[remote_port] SIP/2.0
  Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKfixed
  From: <sip:a@[local_ip]>;tag=1
  To: <sip:[service]@[remote_ip]:[remote_port]>
  Call-ID: fixed
  CSeq: 7 INVITE
  Max-Forwards: 0
  X-Twice: 1
  X-Twice: 2
  Content-Length: 99
]]></send>
<send><![CDATA[
  hello there
  Via: x
]]></send>`),
    );
    expect(steps).toEqual([
      {
        send: {
          method: 'OPTIONS',
          headers: {
            Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKfixed',
            'Call-ID': 'fixed',
            CSeq: '7 INVITE',
            'Max-Forwards': '0',
            'X-Twice': ['1', '2'],
            'Content-Length': '99',
          },
        },
      },
      { raw: { lines: 'hello there\nVia: x\n\n' } },
    ]);
  });

  it('makes branches, variables and conditions of labels and actions', () => {
    const { steps, told } = imported(
      scenario(`<nop><action>
  <assignstr assign_to="who" value="bob"/>
  <assign assign_to="n" value="1"/>
  <add assign_to="n" value="2"/>
  <test assign_to="big" variable="n" compare="greater_than" value="2"/>
  <log message="n is [$n] for [$who]"/>
</action></nop>
<nop next="end" test="big"/>
<recv request="OPTIONS" optional="true"><action><ereg regexp="^[[:alpha:]]+" search_in="hdr" header="To:" check_it_inverse="true"/></action></recv>
<recv request="INFO" optional="true" next="end"/>
<recv request="BYE" timeout="5000"/>
<label id="end"/>`),
    );
    expect(told).toEqual([]);
    expect(steps).toEqual([
      { set: { who: 'bob' } },
      { set: { n: '1' } },
      { set: { n: '${double(string(n)) + 2.0}' } },
      {
        if: 'double(string(n)) > 2.0',
        then: [{ set: { big: 'true' } }],
        else: [{ set: { big: '' } }],
      },
      { log: 'n is ${n} for ${who}' },
      { if: 'string(big) != ""', then: [{ goto: 'end' }] },
      { optional: { method: 'OPTIONS', find: [{ in: 'To', matches: '^[A-Za-z]+', found: false }] } },
      {
        anyOf: [
          { expect: 'INFO', then: [{ goto: 'end' }] },
          { expect: { method: 'BYE', within: '5000 ms' } },
        ],
      },
      { label: 'end' },
    ]);
  });

  it('goes on at a label when nothing comes in time', () => {
    const { steps, told } = imported(
      scenario(`<recv response="100" optional="true" timeout="5000" ontimeout="late"/>
<recv response="180" optional="true" next="rung"/>
<recv response="200" timeout="5000" ontimeout="late"/>
<recv request="BYE" ontimeout="late"/>
<label id="rung"/>
<label id="late"/>`),
    );
    expect(told).toEqual(['5:1 ontimeout without timeout is for -recv_timeout of sipp: it is left out']);
    expect(steps.slice(0, 3)).toEqual([
      { optional: 100 },
      {
        anyOf: [
          { expect: 180, then: [{ goto: 'rung' }] },
          { expect: 200 },
          { timeout: '5000 ms', then: [{ goto: 'late' }] },
        ],
      },
      { expect: 'BYE' },
    ]);
  });

  const fixtures = fileURLToPath(new URL('../../e2e/fixtures/scenarios/', import.meta.url));
  it.each(readdirSync(fixtures))('makes a scenario that compiles of %s', (file) => {
    const { steps } = imported(readFileSync(`${fixtures}${file}`, 'utf8'));
    expect(steps.length).toBeGreaterThan(0);
  });

  it('gives the actor the credentials of [authentication], and tells what else is in it', () => {
    const { actor, told } = imported(
      scenario(`<send><![CDATA[
  OPTIONS sip:[service]@[remote_ip]:[remote_port] SIP/2.0
  [authentication username=joe password=secret aka_OP=0x00]
]]></send>`),
    );
    expect(actor).toMatchObject({ credentials: { user: 'joe', password: 'secret' } });
    expect(told).toEqual(['4:1 aka_OP of authentication is not supported: it is left out']);
  });
});
