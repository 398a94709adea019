import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runShipped } from '../../../app/servers/testing/shipped-scenarios.ts';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import { compile } from '../compile.ts';
import { NO_FILES } from '../read-file.ts';
import { importSiphonRs } from './import.ts';

/* Scenario files of siphon-rs: read as they are, run, and written in our language. */

const BOB = 'sip:bob@10.0.0.1:5060';

interface File {
  readonly steps: readonly object[];
  readonly [key: string]: unknown;
}

const send = (method: string, more: object = {}): object => ({ type: 'send', method, uri: BOB, ...more });
const sleep = (ms: number): object => ({ type: 'sleep', ms });

async function run(file: File): Promise<{ readonly verdict: string; readonly sent: readonly string[] }> {
  const { verdict, crossed } = await runShipped({
    counterpart: { mode: 'full-uas' },
    readFile: NO_FILES,
    text: JSON.stringify(file),
  });
  return { verdict: verdict.reason ?? verdict.outcome, sent: crossed.flatMap(requestOf) };
}

const requestOf = ({ bytes }: CapturedMessage): readonly string[] => {
  const text = new TextDecoder().decode(bytes);
  return text.startsWith('SIP/2.0') ? [] : [text];
};
const headerOf = (message: string | undefined, name: string): string | undefined =>
  new RegExp(`^${name}: (.*)\r$`, 'm').exec(message ?? '')?.[1];
const namesOf = (messages: readonly string[]): readonly string[] =>
  messages.map((message) => message.split(' ')[0] ?? '');

const steps = (file: File): Readonly<Record<string, { readonly steps: readonly object[] }>> => {
  const imported = importSiphonRs(JSON.stringify(file), 'seed');
  if (!imported.isValid) throw new Error(imported.diagnostics[0]?.message);
  return (parse(imported.yaml) as { actors: Record<string, { steps: object[] }> }).actors;
};

const found = (text: string): readonly string[] => {
  const compiled = compile(text);
  const all = compiled.isValid ? compiled.warnings : compiled.diagnostics;
  return all.map(({ line, column, severity, message }) => `${line}:${column} ${severity}: ${message}`);
};

describe('a scenario of siphon-rs', () => {
  it('sends what its file says, from whom and with the headers it says, and makes a call of INVITE and BYE', async () => {
    const { verdict, sent } = await run({
      local_uri: 'sip:alice@example.com',
      contact_uri: 'sip:alice@192.0.2.9:5070',
      default_transport: 'UDP',
      steps: [
        send('OPTIONS', {
          headers: [
            { name: 'X-Try', value: '1' },
            { name: 'X-Try', value: '${2}' },
          ],
        }),
        sleep(500),
        send('INVITE'),
        sleep(1000),
        send('BYE'),
        send('MESSAGE', { headers: [{ name: 'Content-Type', value: 'text/plain' }], body: 'cost: ${5}' }),
      ],
    });
    expect(verdict).toBe('pass');
    expect(namesOf(sent)).toEqual(['OPTIONS', 'INVITE', 'ACK', 'BYE', 'MESSAGE']);
    const [options, invite, , bye, message] = sent;
    expect(headerOf(options, 'From')).toMatch(/^<sip:alice@example.com>;tag=/);
    expect(headerOf(options, 'Contact')).toBe('<sip:alice@192.0.2.9:5070>');
    expect(options).toContain('X-Try: 1\r\nX-Try: ${2}\r\n');
    expect(invite).toContain('Content-Length: 0\r\n');
    expect(headerOf(bye, 'Call-ID')).toBe(headerOf(invite, 'Call-ID'));
    expect(headerOf(bye, 'To')).toMatch(/;tag=/);
    expect(message).toMatch(/\r\n\r\ncost: \$\{5\}$/);
  });

  it('fails where nobody answers, and does not mind how it is answered', async () => {
    const refused = await run({
      steps: [send('SUBSCRIBE', { headers: [{ name: 'Event', value: 'nothing' }] })],
    });
    expect(refused.verdict).toBe('pass');
    const { verdict } = await run({ steps: [send('OPTIONS', { uri: 'sip:bob@10.0.0.77:5060' })] });
    expect(verdict).toContain('OPTIONS was not answered');
  });

  it('waits for the answer to an INVITE after the CANCEL that follows it, and for a NOTIFY after a SUBSCRIBE', async () => {
    const events = [{ name: 'Event', value: 'presence' }];
    const { verdict, sent } = await run({
      local_uri: 'sips:alice@example.com;x=1',
      steps: [send('SUBSCRIBE', { headers: events }), send('INVITE'), send('CANCEL')],
    });
    expect(verdict).toBe('pass');
    expect(namesOf(sent)).toEqual(expect.arrayContaining(['SUBSCRIBE', 'NOTIFY', 'INVITE', 'CANCEL']));
    expect(headerOf(sent[0], 'From')).toMatch(/^<sips:alice@example.com;x=1>;tag=/);
  });

  it('becomes several actors that meet where the transport changes', () => {
    const { udp, tcp } = steps({
      steps: [send('OPTIONS'), send('OPTIONS', { transport: 'tcp' }), sleep(5), send('OPTIONS')],
    });
    const words = (actor: typeof udp): unknown =>
      actor?.steps
        .map((step) => Object.entries(step)[0])
        .map(([word, value]: [string, unknown] = ['', '']) => (word === 'sync' ? value : word));
    expect(words(udp)).toEqual(['send', 'anyOf', 'step 2', 'step 4', 'send', 'anyOf']);
    expect(words(tcp)).toEqual(['step 2', 'send', 'anyOf', 'wait', 'step 4']);
  });

  it('keeps calls apart, and what is no part of one', () => {
    const carol = 'sip:carol@10.0.0.2';
    const { uac } = steps({
      steps: [
        send('OPTIONS'),
        send('INVITE'),
        send('INVITE', { uri: carol }),
        send('BYE'),
        send('BYE', { uri: carol }),
        send('REGISTER'),
        send('MESSAGE', { uri: carol }),
      ],
    });
    const sends = uac?.steps.filter((step) => 'send' in step);
    expect(sends).toMatchObject([
      { dialog: 'requests', send: { method: 'OPTIONS' } },
      { send: { method: 'INVITE', sdp: false } },
      { dialog: 'call2', send: { method: 'INVITE' } },
      { send: { method: 'BYE' } },
      { dialog: 'call2', send: { method: 'BYE' } },
      { dialog: 'requests', send: { method: 'REGISTER', to: BOB } },
      { dialog: 'requests', send: { method: 'MESSAGE', uri: carol, to: carol } },
    ]);
    expect(sends?.[1]).not.toHaveProperty('dialog');
  });

  it('is written as a file of ours that means the same', () => {
    const file = { local_uri: 'sip:alice@example.com', steps: [send('INVITE'), sleep(1000), send('BYE')] };
    const imported = importSiphonRs(JSON.stringify(file), 'A call');
    if (!imported.isValid) throw new Error('not imported');
    expect(imported.yaml).toContain('name: A call\n');
    const [before, after] = [compile(JSON.stringify(file)), compile(imported.yaml)];
    if (!before.isValid || !after.isValid) throw new Error('not compiled');
    const meaning = ({ program }: typeof before): unknown => program.actors.map(({ actor }) => actor);
    expect(meaning(after)).toEqual(meaning(before));
  });

  it('has its findings, and its steps in reports, at their lines', () => {
    const lines = [
      '{ "steps": [',
      '  { "type": "sleep", "ms": 5 },',
      `  { "type": "send", "method": "OPTIONS", "uri": "${BOB}", "note": 1 }`,
      '] }',
    ];
    const compiled = compile(lines.join('\n'));
    expect(found(lines.join('\n'))).toEqual(['3:74 warning: note means nothing in a scenario of siphon-rs']);
    const places = compiled.isValid
      ? compiled.program.actors[0]?.instructions.map(({ step }) => step.line)
      : [];
    expect([...new Set(places)]).toEqual([2, 3]);
  });

  it.each([
    ['{ "steps": [{ "type": "snd" }] }', '1:23 error: unknown step snd; did you mean send?'],
    ['{ "steps": [{ "ms": 5 }] }', '1:13 error: a step has a type: send or sleep'],
    ['{ "steps": [{ "type": "sleep", "ms": -1 }] }', '1:38 error: Too small: expected number to be >=0'],
    [
      '{ "steps": [{ "type": "send", "method": "OPTIONS", "uri": "bob" }] }',
      '1:59 error: expected a SIP URI, such as sip:bob@127.0.0.1:5060',
    ],
    ['{ "steps": [{ "type": "send", "method": "OPTIONS" }] }', '1:13 error: uri is missing'],
    ['{ "steps": [], "default_transport": "sctp" }', '1:37 error: expected udp, tcp, tls, ws or wss'],
    ['{ "steps": 5 }', '1:12 error: expected array, received number'],
  ])('%s is %s', (text, finding) => {
    expect(found(text)).toEqual([finding]);
  });
});

describe('JSON of our own language', () => {
  it('has its findings at their lines and columns', () => {
    const text =
      '{\n  "version": 1,\n  "name": "x",\n  "actors": {\n    "alice": { "steps": [\n      { "send": "OPTIONS" },\n      { "expct": 200 } ] } }\n}\n';
    expect(found(text)).toEqual([expect.stringMatching(/^7:9 error: unknown .*expct.*did you mean expect/)]);
    expect(found(text.replace('expct', 'expect'))).toEqual([]);
    expect(importSiphonRs(text.replace('expct', 'expect'), 'x')).toMatchObject({ isValid: false });
  });
});
