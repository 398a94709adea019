import { describe, expect, it } from 'vitest';
import type { Address } from '../../stack/core/address.ts';
import { octetText, toBytes } from '../../stack/message/octets.ts';
import { RunTrace, type RunMessage } from '../engine/run-trace.ts';
import { runLadder } from '../report/run-ladder.ts';
import { runInMemory } from '../testing/run-in-memory.ts';
import { ladderDifferences, ladderPairs } from './differences.ts';
import { readGolden, writeGolden } from './golden-file.ts';
import { Normaliser } from './normalised.ts';
import { semanticLadder, type SemanticLadder, type SemanticMessage } from './semantic-ladder.ts';

const CALL = `
version: 1
name: call
actors:
  alice:
    target: sip:bob@10.1.0.2
    credentials: { user: alice, password: secret }
    steps:
      - send: INVITE
      - optional: 180
      - expect: 200
      - wait: 1 s
      - bye: {}
  bob:
    target: sip:alice@10.1.0.1
    steps:
      - expect: INVITE
      - send: { status: 401, headers: { WWW-Authenticate: 'Digest realm="lab", nonce="\${nonce}", qop="auth"' } }
      - expect: INVITE
      - send: 180
      - send: { status: 200, headers: { Server: bob/1 } }
      - expect: ACK
      - expect: BYE
      - send: 200
`;

/** The same message as another run would have had it: other addresses, branches, tags and Call-IDs. */
function elsewhere(message: RunMessage): RunMessage {
  const moved = ({ host, port }: Address): Address => ({
    host: host.replace('10.1.0', '10.7.3'),
    port: port + 7,
  });
  const text = octetText(message.bytes)
    .replaceAll('10.1.0.', '10.7.3.')
    .replaceAll(':5060', ':5067')
    .replaceAll(/(branch=z9hG4bK|tag=|Call-ID: )/g, '$1x9');
  return { ...message, local: moved(message.local), remote: moved(message.remote), bytes: toBytes(text) };
}

async function ladderOf(
  text: string,
  nonce = 'abcdef12',
  change = (message: RunMessage): RunMessage => message,
): Promise<SemanticLadder> {
  const trace = new RunTrace();
  const verdict = await runInMemory(text, { trace, variables: { nonce } });
  expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
  return semanticLadder('call', runLadder(trace.messages.map(change)));
}

describe('the golden ladder of a run', () => {
  it('is the same for every good run, whatever ports, tags and nonces it had, and on the way through its file', async () => {
    const first = await ladderOf(CALL);
    const second = await ladderOf(CALL, 'zyxwvu98', elsewhere);
    expect(second.messages.map(({ text }) => text)).toEqual(first.messages.map(({ text }) => text));
    const read = readGolden(writeGolden([first]));
    expect(read).toEqual([first]);
    expect(ladderDifferences(first.messages, second.messages)).toEqual([]);
  });

  it.each([
    ['- send: 180\n      ', '', ['alice gets no 180 Ringing (INVITE) from bob any more (it was message 5).']],
    [
      '- send: 180\n',
      '- send: 180\n      - send: { status: 181 }\n',
      ['alice gets 181 Call Is Being Forwarded (INVITE) from bob, which it did not before (message 6).'],
    ],
    [
      'send: 180',
      'send: 183',
      [
        'alice gets 183 Session Progress (INVITE) from bob, where it got 180 Ringing (INVITE) before (message 5).',
      ],
    ],
    ['bob/1', 'bob/2', ['200 OK (INVITE) from bob to alice (message 6): Server was bob/1 and is bob/2.']],
    [
      'Server: bob/1',
      'X-New: 1',
      [
        '200 OK (INVITE) from bob to alice (message 6): X-New is new: 1.',
        '200 OK (INVITE) from bob to alice (message 6): Server is gone, it was bob/1.',
      ],
    ],
    [
      'realm="lab"',
      'realm="other"',
      expect.arrayContaining([expect.stringContaining('WWW-Authenticate was Digest realm="lab"')]),
    ],
  ])('tells what has changed where %j became %j', async (before, after, sentences) => {
    const golden = await ladderOf(CALL);
    const changed = await ladderOf(
      CALL.replace(
        '- optional: 180\n',
        '- optional: { status: 180 }\n      - optional: { status: 181 }\n',
      ).replace(before, after),
    );
    expect([...ladderDifferences(golden.messages, changed.messages)].sort()).toEqual(
      Array.isArray(sentences) ? [...(sentences as string[])].sort() : sentences,
    );
  });

  const sent = (from: string, to: string, line: string): SemanticMessage => ({
    from,
    to,
    text: `${line}\nVia: SIP/2.0/UDP a.lane;branch=z9hG4bK-branch-1\nCSeq: 1 ${line.split(' ')[0]}\nContent-Length: 0\n`,
  });

  it('counts the order among two, and lets others overtake them', () => {
    const message = sent('alice', 'bob', 'MESSAGE sip:b SIP/2.0');
    const info = sent('alice', 'bob', 'INFO sip:b SIP/2.0');
    const other = sent('carol', 'dave', 'OPTIONS sip:d SIP/2.0');
    expect(ladderDifferences([message, other], [other, message])).toEqual([]);
    expect(ladderDifferences([message, info], [info, message])).toEqual([
      expect.stringMatching(
        /^bob gets (INFO|MESSAGE) from alice at another place: it was message \d and is message \d\.$/,
      ),
    ]);
    expect(ladderPairs([message, info], [message]).map(({ difference }) => difference)).toEqual([
      'equal',
      'removed',
    ]);
  });

  it('says in a sentence what is no golden file', () => {
    expect(readGolden('a: [')).toMatch(/^it is no YAML: /);
    expect(readGolden('version: 1\nladders: 3')).toMatch(/^it is no file of golden ladders: ladders: /);
    expect(readGolden('version: 1\nladders:\n  - scenario: a\n    messages:\n      - x: y')).toMatch(
      /expected FROM -> TO/,
    );
  });
});

describe('normalised messages', () => {
  it('name the same token the same way wherever it comes again, and keep what is no token', () => {
    const normaliser = new Normaliser(
      new Map([
        ['10.0.0.1:5071', 'alice'],
        ['[2001:db8::1]:5060', 'bob'],
      ]),
    );
    const text = (lines: readonly string[]): string =>
      normaliser.text(toBytes(`${lines.join('\r\n')}\r\n\r\n`), 'alice', 'bob');
    text([
      'INVITE sip:b@[2001:db8::1]:5060 SIP/2.0',
      'From: <sip:a@10.0.0.1:5071>;tag=abc123def',
      'Call-ID: first@10.0.0.1',
      'CSeq: 4711 INVITE',
    ]);
    expect(
      text([
        'REFER sip:b@[2001:db8::1]:5060 SIP/2.0',
        'Refer-To: <sip:c@10.0.0.1:50711?Replaces=first%4010.0.0.1%3Bfrom-tag%3Dabc123def>',
        'Call-ID: first@10.0.0.1',
        'CSeq: 4712 REFER',
        'Date: now',
      ]).split('\n'),
    ).toEqual([
      'REFER sip:b@bob.lane SIP/2.0',
      'Refer-To: <sip:c@alice.lane:50711?Replaces=call-1%3Bfrom-tag%3Dtag-1>',
      'Call-ID: call-1',
      'CSeq: 2 REFER',
      'Date: *',
      '',
    ]);
  });
});
