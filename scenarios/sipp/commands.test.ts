import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compile } from '../engine/compile.ts';
import { RunTrace } from '../engine/run-trace.ts';
import { runInMemory } from '../testing/run-in-memory.ts';
import { importSipp } from './import.ts';

/* Two sipps that talk to each other (-3pcc): what becomes of their commands. */

const scenario = (inside: string): string => `<scenario name="x">\n${inside}\n</scenario>`;
const HEAD = 'sip:[service]@[remote_ip]:[remote_port] SIP/2.0';
const CONTENT = (name: string): string =>
  `<action><ereg regexp="Content-Type:.*" search_in="msg" assign_to="${name}"/></action>`;
const SAY = (name: string): string => `<sendCmd><![CDATA[\n Call-ID: [call_id]\n [$${name}]\n]]></sendCmd>`;
const SEND = (text: string): string => `<send><![CDATA[\n${text}\n]]></send>`;

const ONE = scenario(`${SEND(`INVITE ${HEAD}`)}
<recv response="200">${CONTENT('1')}</recv>
${SAY('1')}
<recvCmd>${CONTENT('2')}</recvCmd>
${SEND(`ACK ${HEAD}\n[$2]`)}
${SEND(`BYE ${HEAD}`)}
<recv response="200"/>`);
const OTHER = scenario(`<recvCmd>${CONTENT('1')}</recvCmd>
${SEND(`INVITE ${HEAD}\n[$1]`)}
<recv response="200">${CONTENT('2')}</recv>
${SEND(`ACK ${HEAD}`)}
${SAY('2')}
${SEND(`BYE ${HEAD}`)}
<recv response="200"/>`);

const END = (name: string): object => ({
  [name]: {
    steps: [
      { expect: 'INVITE' },
      {
        send: {
          status: 200,
          headers: { 'Content-Type': 'application/sdp' },
          body: { lines: `v=0\ns=${name} ü\n` },
        },
      },
      { expect: 'ACK' },
      { expect: 'BYE' },
      { send: 200 },
    ],
  },
});

const warnings = (one: string, other: string): readonly (readonly string[])[] => {
  const imported = importSipp(one, { peer: other });
  if (!imported.isValid) throw new Error('not imported');
  const compiled = compile(imported.yaml);
  expect(compiled.isValid ? [] : compiled.diagnostics, imported.yaml).toEqual([]);
  return [imported.warnings, imported.peerWarnings ?? []].map((found) =>
    found.map(({ line, column, message }) => `${line}:${column} ${message}`),
  );
};

describe('commands between two sipps', () => {
  it('hand the content of a message from one call to the other, each with variables of its own', async () => {
    const imported = importSipp(ONE, { peer: OTHER });
    if (!imported.isValid) throw new Error('not imported');
    expect([imported.warnings, imported.peerWarnings]).toEqual([[], []]);
    const both = parse(imported.yaml) as { actors: object };
    const trace = new RunTrace();
    const text = JSON.stringify({ ...both, actors: { ...both.actors, ...END('left'), ...END('right') } });
    const variables = { target: 'sip:service@10.1.0.3', peer_target_host: '10.1.0.4' };
    const verdict = await runInMemory(text, { variables, trace });
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
    const bodies = trace.messages
      .filter(({ actor, direction }) => actor !== 'left' && actor !== 'right' && direction === 'out')
      .map(({ bytes }) => new TextDecoder().decode(bytes).replaceAll('\r', ''))
      .flatMap((message) => {
        const [head = '', body = ''] = message.split('\n\n');
        return body === ''
          ? []
          : `${head.split(' ')[0] ?? ''} ${/Content-Type: (.*)/.exec(head)?.[1] ?? ''} ${body}`;
      });
    expect(bodies).toEqual([
      'INVITE application/sdp v=0\ns=left ü\n',
      'ACK application/sdp v=0\ns=right ü\n',
    ]);
  });

  it('are left out with a reason where the other scenario has none, or sends at the same time', () => {
    const many = scenario(`${SAY('1')}\n${SAY('1')}`);
    const few = scenario('<recvCmd/>');
    expect(warnings(many, few)).toEqual([
      [expect.stringMatching(/^6:1 sendCmd meets nothing in the other scenario: it is left out$/)],
      [],
    ]);
    expect(warnings(many, many).map((found) => found.length)).toEqual([2, 2]);
  });

  it('are looked into for the content of a message only', () => {
    const asked = '<ereg regexp="Content-Type:.*" search_in="msg" assign_to="1"/>';
    const more = `<recvCmd><action>\n${asked}\n<ereg regexp="X: (.*)" assign_to="2"/>\n<log message="hi"/></action></recvCmd>`;
    const [, told] = warnings(scenario('<sendCmd src="a" dest="b">Call-ID: x</sendCmd>'), scenario(more));
    expect(told).toEqual([
      '3:1 ereg of a command is left out: it carries no content of a message',
      '4:1 ereg of a command is left out: only Content-Type:.* can be looked for',
      '5:1 log of a command is left out: only Content-Type:.* can be looked for',
    ]);
  });

  it('need both scenarios, and both must be some', () => {
    const alone = importSipp(scenario('<recvCmd/>'));
    expect(alone.isValid && alone.warnings.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '2 recvCmd is for another sipp whose scenario is not here: it is left out; --peer FILE imports both as one scenario',
    ]);
    expect(importSipp(ONE, { peer: '<html/>' })).toMatchObject({ isValid: false, isPeer: true });
  });

  it('leave a peer that is called with an address of its own to the file', () => {
    const imported = importSipp(ONE, { peer: scenario('<recv request="INVITE"/>') });
    expect(imported.isValid && parse(imported.yaml)).toMatchObject({
      actors: { uac: {}, peer: { listen: '127.0.0.1:5060' } },
    });
  });
});
