import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComparedRow, Comparison } from '../../contract/traffic.ts';
import { encodeBatch } from './capture-batch.ts';
import { CaptureStore } from './capture-store.ts';
import { compare } from './compare.ts';
import { Findings } from './findings.ts';
import { aCall, captured, requestBytes, responseBytes, SDP } from './testing/messages.ts';
import { align } from '../../../stack/compare/align.ts';
import { segmentsOf, similarity } from '../../../stack/compare/segments.ts';

function comparisonOf(a: string | Uint8Array, b: string | Uint8Array): Comparison {
  const store = new CaptureStore();
  store.ingest(encodeBatch([captured('in', a), captured('out', b)]), 's1');
  const [x, y] = [store.message(1), store.message(2)];
  if (!x || !y) throw new Error('both are stored');
  return compare(
    x,
    y,
    new Findings(
      (capture) => store.fromTagsOf(capture),
      () => 0,
    ),
  );
}

const SIGN = { equal: '=', changed: '~', added: '+', removed: '-', reordered: '%' } as const;
const side = (segments: ComparedRow['a']): string =>
  segments?.map(({ text, isChanged }) => (isChanged ? `[${text}]` : text)).join('') ?? 'absent';

/** One line a row: sign, `*` when expected, label, both sides with changes in brackets, note. Equal rows show one side. */
function golden({ rows }: Comparison, isAll = false): string[] {
  return rows
    .filter(({ difference }) => isAll || difference !== 'equal')
    .map((row) => {
      const head = `${SIGN[row.difference]}${row.isExpected ? '*' : ''} ${row.label}`;
      const sides = row.difference === 'equal' ? side(row.a) : `${side(row.a)} | ${side(row.b)}`;
      return `${head}: ${sides}${row.note ? ` (${row.note})` : ''}`;
    });
}

const message = (lines: readonly string[], body = ''): string => `${lines.join('\r\n')}\r\n\r\n${body}`;

describe('comparing two messages', () => {
  it('shows what a proxy did to an INVITE', () => {
    const before = message([
      'INVITE sip:bob@lab.test SIP/2.0',
      'Via: SIP/2.0/UDP 127.0.0.1:5071;branch=z9hG4bK-a91e44d7;rport',
      'Max-Forwards: 70',
      'From: "Alice" <sip:alice@lab.test>;tag=6f2b1c9e',
      'To: <sip:bob@lab.test>',
      'Call-ID: 3c26a7f0-84de-4b1f@127.0.0.1',
      'CSeq: 2 INVITE',
      'Proxy-Authorization: Digest username="alice", realm="lab.test", nonce="b7c1"',
      'Contact: <sip:alice@127.0.0.1:5071>',
      'Content-Length: 0',
    ]);
    const after = message([
      'INVITE sip:bob@127.0.0.1:5072;transport=udp SIP/2.0',
      'Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK-p7f31c0a2;rport',
      'Via: SIP/2.0/UDP 127.0.0.1:5071;received=127.0.0.1;branch=z9hG4bK-a91e44d7;rport=5071',
      'Record-Route: <sip:127.0.0.1:5060;lr>',
      'Max-Forwards: 69',
      'From: "Alice" <sip:alice@lab.test>;tag=6f2b1c9e',
      'To: <sip:bob@lab.test>',
      'Call-ID: 3c26a7f0-84de-4b1f@127.0.0.1',
      'CSeq: 2 INVITE',
      'Contact: <sip:alice@127.0.0.1:5071>',
      'Content-Length: 0',
    ]);
    expect(golden(comparisonOf(before, after))).toEqual([
      '~ Request-URI: sip:bob@[lab.test] | sip:bob@[127.0.0.1:5072;transport=udp]',
      '+ Via [0]: absent | [SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK-p7f31c0a2;rport] (a hop put itself on top, RFC 3261 §16.6)',
      '~* Via [1]: SIP/2.0/UDP 127.0.0.1:5071;branch=z9hG4bK-a91e44d7;rport | SIP/2.0/UDP 127.0.0.1:5071;[received=127.0.0.1;]branch=z9hG4bK-a91e44d7;rport[=5071] (source address recorded, RFC 3581)',
      '+ Record-Route: absent | [<sip:127.0.0.1:5060;lr>] (a proxy stays on the path, RFC 3261 §16.6)',
      '~* Max-Forwards: [70] | [69] (decremented by one hop)',
      '- Proxy-Authorization: [Digest username="alice", realm="lab.test", nonce="b7c1"] | absent (consumed by the proxy, RFC 3261 §22.3)',
    ]);
  });

  it('folds what two requests of one call always differ in', () => {
    const challenge =
      'Authorization: Digest username="alice", realm="lab", nonce="n1", response="aa", cnonce="c", nc=00000001';
    const first = requestBytes('INFO', { cseq: 2, toTag: 'b', headers: [challenge] });
    const second = requestBytes('INFO', {
      cseq: 3,
      toTag: 'b',
      headers: [challenge.replace('n1', 'n2').replace('aa', 'bb').replace('01', '02'), 'Date: now'],
    });
    expect(golden(comparisonOf(first, second))).toEqual([
      '~* Via: SIP/2.0/UDP 127.0.0.1:5071;branch=[z9hG4bK2-INFO] | SIP/2.0/UDP 127.0.0.1:5071;branch=[z9hG4bK3-INFO] (another transaction)',
      '~* CSeq: [2] INFO | [3] INFO (the number counts requests)',
      '~* Authorization: Digest username="alice", realm="lab", nonce="[n1]", response="[aa]", cnonce="c", nc=[00000001] | Digest username="alice", realm="lab", nonce="[n2]", response="[bb]", cnonce="c", nc=[00000002] (computed anew for each request, RFC 8760)',
      '+ Date: absent | [now]',
    ]);
  });

  it('compares SDP by stream', () => {
    const hold = SDP.replace('1 1 IN', '1 2 IN')
      .replace('6000', '6002')
      .replace('0 8', '0')
      .replace('a=rtpmap:8 PCMA/8000\r\n', '')
      .replace('sendrecv', 'sendonly')
      .concat('a=rtcp-mux\r\nm=video 0 RTP/AVP 31\r\n');
    const rows = comparisonOf(requestBytes('INVITE', { body: SDP }), requestBytes('INVITE', { body: hold }));
    expect(golden(rows)).toEqual([
      '~* Content-Length: [149] | [159] (follows from the body)',
      '~* SDP o=: alice 1 [1] IN IP4 127.0.0.1 | alice 1 [2] IN IP4 127.0.0.1 (another session or version of it)',
      '~ SDP m=audio [0]: audio [6000] RTP/AVP 0[ 8] | audio [6002] RTP/AVP 0',
      '- SDP m=audio [0] a=rtpmap [1]: [8 PCMA/8000] | absent',
      '~ SDP m=audio [0] a=direction: [sendrecv] | [sendonly]',
      '+ SDP m=audio [0] a=rtcp-mux: absent | [rtcp-mux]',
      '+ SDP m=video [1]: absent | [video 0 RTP/AVP 31]',
    ]);
  });

  it('tells moved headers and values from changed ones', () => {
    const lines = (headers: readonly string[]): string =>
      message(['OPTIONS sip:x@y SIP/2.0', ...headers, 'Content-Length: 0']);
    const a = lines([
      'f: <sip:a@x>;tag=1',
      't: <sip:b@x>',
      'Route: <sip:p1;lr>, <sip:p2;lr>',
      'X-Own: 1',
      'Subject: ',
    ]);
    const b = lines([
      'Subject: ',
      'From: <sip:a@x>;tag=1',
      'To: <sip:b@x>',
      'Route: <sip:p2;lr>',
      'Route: <sip:p1;lr>',
      'x-own: 2',
    ]);
    expect(golden(comparisonOf(a, b), true)).toEqual([
      '= Method: OPTIONS',
      '= Request-URI: sip:x@y',
      '= Version: SIP/2.0',
      '= From: <sip:a@x>;tag=1',
      '= To: <sip:b@x>',
      '% Route [0]: <sip:p2;lr> | <sip:p2;lr>',
      '% Route [1]: <sip:p1;lr> | <sip:p1;lr>',
      '~ X-Own: [1] | [2]',
      '% Subject:  | ',
      '= Content-Length: 0',
    ]);
  });

  it('compares what is not alike: kinds, bodies that are no SDP, junk', () => {
    const im = (text: string): string =>
      message(['MESSAGE sip:x@y SIP/2.0', 'Content-Type: text/plain'], text);
    expect(
      golden(comparisonOf(im('one\ntwo\nthree'), Buffer.from(im('one\nzwei\nthree\ngrün'))), true).slice(4),
    ).toEqual([
      '= Body line 1: one',
      '- Body line 2: [two] | absent',
      '+ Body line 2: absent | [zwei]',
      '= Body line 3: three',
      '+ Body line 4: absent | [grün]',
    ]);
    expect(
      golden(
        comparisonOf(requestBytes('BYE', { toTag: 'b' }), responseBytes('200 OK', { cseqMethod: 'BYE' })),
      ),
    ).toEqual([
      '~ Start line: [BYE sip:bob@127.0.0.1:5060 ]SIP/2.0 | SIP/2.0[ 200 OK]',
      '- Max-Forwards: [70] | absent',
    ]);
    expect(golden(comparisonOf('\u0001junk', 'junk')).length).toBeGreaterThan(0);
  });

  it('takes hostile messages in its stride', () => {
    const headers = (n: number, of: (i: number) => string): string =>
      message(['OPTIONS sip:x@y SIP/2.0', ...Array.from({ length: n }, (_, i) => of(i))]);
    const vias = (seed: string): string =>
      headers(800, (i) => `Via: SIP/2.0/UDP h${i}${seed};branch=z9hG4bK${i}${seed}`);
    const names = (step: number): string => headers(2000, (i) => `X-${(i * step) % 2003}: ${i}`);
    const long = (of: string): string => headers(20, (i) => `Subject: ${of.repeat(500)}${i}`);
    for (const [a, b] of [
      [vias('a'), vias('b')],
      [names(1), names(7)],
      [long('a b;'), long('c d;')],
    ] as const) {
      expect(comparisonOf(a, b).rows.length).toBeGreaterThan(10);
    }
  });

  it('takes headers that are called like what every object has for unknown ones', () => {
    const of = (value: string) =>
      message(['OPTIONS sip:b@h SIP/2.0', `constructor: ${value}`, `__proto__: ${value}`]);
    expect(golden(comparisonOf(of('1'), of('2')))).toEqual([
      '~ constructor: [1] | [2]',
      '~ __proto__: [1] | [2]',
    ]);
  });

  it('finds nothing between a message and itself, and loses nothing of either', () => {
    const all = aCall().map(({ bytes }) => bytes);
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.constantFrom(...all), (a, b) => {
        expect(golden(comparisonOf(a, a))).toEqual([]);
        const there = comparisonOf(a, b).rows;
        const back = comparisonOf(b, a).rows;
        const sides = (rows: readonly ComparedRow[], key: 'a' | 'b'): string[] =>
          rows.flatMap((row) => row[key]?.map(({ text }) => text).join('') ?? []).sort();
        expect(sides(there, 'a')).toEqual(sides(back, 'b'));
        expect(sides(there, 'b')).toEqual(sides(back, 'a'));
      }),
    );
  });
});

describe('aligning', () => {
  it('keeps both lists whole and in order, and pairs as much as possible', () => {
    const list = fc.array(fc.nat(5), { maxLength: 12 });
    fc.assert(
      fc.property(list, list, (a, b) => {
        const pairs = align(a, b, (x, y) => (x === y ? 1 : 0));
        expect(pairs.flatMap((pair) => pair.a ?? [])).toEqual(a);
        expect(pairs.flatMap((pair) => pair.b ?? [])).toEqual(b);
        expect(pairs.filter((pair) => pair.a !== undefined && pair.b !== undefined).length).toBe(
          longestCommon(a, b),
        );
      }),
    );
  });

  it('cuts values into tokens without losing a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 40 }), (a, b) => {
        const segments = segmentsOf(a, b);
        expect(segments.a.map(({ text }) => text).join('')).toBe(a);
        expect(segments.b.map(({ text }) => text).join('')).toBe(b);
        expect(similarity(a, b)).toBeLessThanOrEqual(1);
      }),
    );
  }, 30_000);

  it('does not take forever over long values', () => {
    const long = (seed: number): string =>
      Array.from({ length: 4000 }, (_, i) => `${(i * seed) % 97};`).join('');
    expect(segmentsOf(long(3), long(5)).a.length).toBeGreaterThan(0);
  });
});

function longestCommon(a: readonly number[], b: readonly number[]): number {
  const [x, ...as] = a;
  const [y, ...bs] = b;
  if (x === undefined || y === undefined) return 0;
  const table = Array.from({ length: a.length + 1 }, () => Array<number>(b.length + 1).fill(0));
  a.forEach((left, i) => {
    b.forEach((right, j) => {
      const row = table[i + 1];
      if (row)
        row[j + 1] =
          left === right ? (table[i]?.[j] ?? 0) + 1 : Math.max(table[i]?.[j + 1] ?? 0, row[j] ?? 0);
    });
  });
  return table[as.length + 1]?.[bs.length + 1] ?? 0;
}
