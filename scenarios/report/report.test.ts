import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { beforeAll, describe, expect, it } from 'vitest';
import { toBytes } from '../../stack/message/octets.ts';
import { RunTrace, type RunMessage } from '../engine/run-trace.ts';
import { runInMemory } from '../testing/run-in-memory.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import type { ReportedRun } from './reported-run.ts';
import { ladderLines, runLadder } from './run-ladder.ts';

const BUSY = `
version: 1
name: A call to <bob>
actors:
  alice:
    target: sip:bob@10.1.0.2
    steps:
      - { send: INVITE, id: call }
      - { expect: { status: 200 }, id: answered }
  bob:
    target: sip:alice@10.1.0.1
    steps:
      - expect: INVITE
      - send: { status: 486, reason: "<script>alert(1)</script>", headers: { X-Evil: "</pre></details><img src=x onerror=alert(1)>" } }
      - expect: ACK
`;

async function reported(text: string): Promise<ReportedRun> {
  const trace = new RunTrace();
  const verdict = await runInMemory(text, { trace });
  return {
    file: 'calls/busy.yaml',
    verdict,
    startedAt: '2026-11-21T10:00:00.000Z',
    messages: trace.messages,
    leftOut: trace.leftOut,
  };
}

let busy: ReportedRun;
beforeAll(async () => {
  busy = await reported(BUSY);
});

/** Names of the elements of a page, with their attributes; throws where it is not well-formed. */
function elementsOf(html: string): { name: string; attributes: Record<string, string> }[] {
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => elements.push({ name, attributes }));
  parser.write(html).close();
  return elements;
}

const HARMLESS = new Set(
  'html head meta title style body main h1 h2 h3 p section table caption thead tbody tr th td br span a dl dt dd div svg text line path g rect details summary pre ul li'.split(
    ' ',
  ),
);

/** What a page could do beyond being read. */
const doings = (html: string): readonly string[] =>
  elementsOf(html).flatMap(({ name, attributes }) => [
    ...(HARMLESS.has(name) ? [] : [name]),
    ...Object.entries(attributes)
      .filter(([key, value]) => /^on|^src$|^style$/i.test(key) || (key === 'href' && !value.startsWith('#')))
      .map(([key, value]) => `${name} ${key}=${value}`),
  ]);

describe('the ladder of a run', () => {
  it('draws once what one actor sent and another got, with the steps of both', () => {
    expect(ladderLines(runLadder(busy.messages)).map((line) => line.slice(13))).toEqual([
      'alice -> bob  INVITE [SDP]',
      'bob -> alice  486 <script>alert(1)</script> (INVITE)',
      'alice -> bob  ACK',
    ]);
    expect(runLadder(busy.messages).arrows[1]?.steps).toEqual([
      { actor: 'bob', stepId: 'actors.bob.steps[1]' },
      { actor: 'alice', stepId: 'answered' },
    ]);
  });
});

describe('the HTML report', () => {
  it('says what failed and why, marks the message, and shows its text', () => {
    const html = htmlReport([busy], 'test');
    expect(html).toContain('1 of 1 scenarios did not pass');
    expect(html).toContain('<dt>Reason</dt><dd>expected 200, got 486 &lt;script&gt;');
    expect(html).toMatch(/<details class="failed" open=""><summary>[^<]*alice: 486 /);
    expect(html).toContain('X-Evil: &lt;/pre&gt;');
    const links = elementsOf(html).filter(({ attributes }) => attributes['href']?.startsWith('#m-'));
    const ids = new Set(elementsOf(html).map(({ attributes }) => attributes['id']));
    expect(links).toHaveLength(4);
    expect(links.every(({ attributes }) => ids.has(attributes['href']?.slice(1)))).toBe(true);
  });

  it('shows the advice of a step', async () => {
    const run = await reported(BUSY.replace('status: 486', 'status: 401'));
    const challenged: ReportedRun = {
      ...run,
      verdict: {
        ...run.verdict,
        steps: run.verdict.steps.map((step) => ({ ...step, hint: 'Give credentials.' })),
      },
    };
    expect(htmlReport([challenged], 'test')).toContain('<dt>What to do</dt><dd>Give credentials.</dd>');
  });

  it('is nothing but text to read, whatever is in a message, a name or a reason', () => {
    expect(doings(htmlReport([busy], 'test'))).toEqual([]);
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.constantFrom(
            '<',
            '>',
            '"',
            "'",
            '&',
            '</pre>',
            '<script>',
            ']]>',
            '<!--',
            '\0',
            '\x1b',
            '\u202e',
            ' onload=',
            '\r\n',
          ),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(hostile, hostile, (octets, name) => {
        const [first] = busy.messages;
        if (first === undefined) throw new Error('the run has messages');
        const message: RunMessage = {
          ...first,
          actor: name,
          bytes: toBytes(`SIP/2.0 200 ${octets}\r\nX: ${octets}\r\n\r\n${octets}`),
        };
        const verdict = {
          ...busy.verdict,
          scenario: name,
          reason: name,
          steps: busy.verdict.steps.map((s) => ({ ...s, said: name, hint: name })),
        };
        const run: ReportedRun = { ...busy, file: name, verdict, messages: [...busy.messages, message] };
        expect(doings(htmlReport([run], name))).toEqual([]);
        elementsOf(junitReport([run], [name]));
      }),
      { numRuns: 25 },
    );
  });

  it('shows so many messages and says how many more there are', () => {
    const [first] = busy.messages;
    if (first === undefined) throw new Error('the run has messages');
    const many = Array.from({ length: 600 }, (_, index): RunMessage => ({ ...first, index }));
    expect(htmlReport([{ ...busy, messages: many, leftOut: 7 }], 'test')).toContain(
      '107 more messages are not shown',
    );
  });
});

describe('the JSON report', () => {
  it('holds verdicts, steps with their messages, and the octets', () => {
    const report = JSON.parse(jsonReport([busy], 'test')) as {
      totals: object;
      runs: { steps: { id: string; messages: number[] }[]; messages: { title: string; text: string }[] }[];
    };
    expect(report.totals).toEqual({ runs: 1, passed: 0, failed: 1, errors: 0, stopped: 0 });
    const [run] = report.runs;
    const failed = run?.steps.find(({ id }) => id === 'answered');
    const at = failed?.messages.at(-1) ?? -1;
    expect(run?.messages[at]?.title).toBe('486 <script>alert(1)</script> (INVITE)');
    expect(run?.messages[at]?.text).toMatch(/^SIP\/2\.0 486 [^]*\r\n\r\n$/);
  });

  it('gives the octets of what is no text as hexadecimal', () => {
    const [first] = busy.messages;
    if (first === undefined) throw new Error('the run has messages');
    const run: ReportedRun = { ...busy, messages: [{ ...first, bytes: Uint8Array.of(0x49, 0xff, 0) }] };
    expect(jsonReport([run], 'test')).toContain('"octets": "49ff00"');
  });
});

describe('the JUnit report', () => {
  it('carries the ladder and names the files that belong to it', () => {
    const xml = junitReport([busy], ['/tmp/run.pcapng']);
    expect(xml).toContain('alice -&gt; bob  INVITE [SDP]');
    expect(xml).toContain('[[ATTACHMENT|/tmp/run.pcapng]]');
  });
});
