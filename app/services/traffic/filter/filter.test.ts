import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBatch } from '../capture-batch.ts';
import { CaptureStore } from '../capture-store.ts';
import { aCall, captured, requestBytes, responseBytes } from '../testing/messages.ts';
import { closest, editDistance } from '../../../contract/closest.ts';
import { compileFilter, FIELD_NAMES } from './filter.ts';
import { FilterError } from './filter-error.ts';

const store = new CaptureStore();
const ring = { callId: 'b-2@lab', from: '<sip:carol@lab.test>', to: '<sip:d%C3%A4ve@lab.test>' };
store.ingest(
  encodeBatch([
    // 1: a call over UDP, 2 s
    ...aCall({ headers: ['User-Agent: SIPp/3.7 (Grün)', 'Supported: timer, 100rel'] }),
    // 2: a busy one over TCP
    captured('in', requestBytes('INVITE', { ...ring, branch: 'z9hG4bKdead' }), {
      protocol: 'tcp',
      remote: { host: '10.1.2.3', port: 40_000 },
    }),
    captured('out', responseBytes('486 Busy Here', ring), {
      protocol: 'tcp',
      remote: { host: '10.1.2.3', port: 40_000 },
    }),
    // 3: an OPTIONS, sent twice, never answered, over IPv6
    ...[0, 500].map((atMs) =>
      captured('in', requestBytes('OPTIONS', { callId: 'c-3', uri: 'sip:probe@[::1]:5060;transport=udp' }), {
        atMs,
        local: { host: '::1', port: 5060 },
        remote: { host: '::1', port: 5080 },
      }),
    ),
    // 4: junk
    captured('in', '\u0000 hello "Quoted" && more'),
  ]),
  's1',
);

const serverName = (id: string): string => (id === 's1' ? 'lab uas' : id);

/** Numbers of the dialogs a filter lets through. */
function found(text: string): number[] {
  const filter = compileFilter(text, serverName);
  return Array.from(store.dialogs.values()).flatMap((dialog) => (filter.matches(dialog) ? dialog.id : []));
}

function problem(text: string): string {
  try {
    found(text);
  } catch (error) {
    if (error instanceof FilterError) return `${text.slice(error.start, error.end)}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('filters', () => {
  it.each([
    ['', [1, 2, 3, 4]],
    ['   ', [1, 2, 3, 4]],
    // start line, CSeq
    ['sip.Method == INVITE', [1, 2]],
    ['sip.method=="OPTIONS"', [3]],
    ['sip.Method == invite', []],
    ['sip.Method in {OPTIONS, BYE}', [1, 3]],
    ['sip.Method', [1, 2, 3]],
    ['sip.Status-Code == 486', [2]],
    ['sip.Status-Code >= 200 && sip.Status-Code < 300', [1]],
    ['sip.Status-Code > 100 && sip.Status-Code < 180', []],
    ['sip.Status-Code > 100 && (sip.Status-Code < 180)', []],
    ['!(sip.Status-Code > 100) || sip.Status-Code < 180', [1, 3, 4]],
    ['sip.Status >= 400', [2]],
    ['sip.Status-Line contains "Busy"', [2]],
    ['sip.r-uri.user == probe', [3]],
    ['sip.r-uri.host == ::1', [3]],
    ['sip.CSeq.seq > 1', [1]],
    ['sip.CSeq.method eq BYE', [1]],
    // several values: one is enough for ==, none may be equal for !=
    ['sip.Status-Code != 486', [1]],
    ['sip.Method != BYE', [2, 3]],
    ['!(sip.Method == BYE)', [2, 3, 4]],
    ['sip.Method == INVITE && sip.Status-Code == 486', [2]],
    // who
    ['sip.from.user == carol', [2]],
    ['sip.to.user == "däve"', [2]],
    ['sip.from.host == LAB.test', [1, 2, 3]],
    ['sip.from.user contains li', [1, 3]],
    ['sip.from.tag == a', [1, 2, 3]],
    ['sip.Call-ID == "b-2@lab"', [2]],
    // headers
    ['sip.User-Agent matches "^sipp/\\d\\.\\d \\(grün"', [1]],
    ['sip.user-agent ~ nope', []],
    ['sip.Supported contains 100rel', [1]],
    ['sip.Via.branch contains dead', [2]],
    ['sip.Via.sent-by.port == 5071', [1, 2, 3]],
    ['sip.Via.transport == udp', [1, 2, 3]],
    ['sip.resend == true', [3]],
    ['sdp.media contains "RTP/AVP 0 8"', [1]],
    ['sdp.media', [1]],
    // ends
    ['ip.addr == 127.0.0.1', [1, 2, 4]],
    ['ip.addr == 10.0.0.0/8', [2]],
    ['ip.src == 10.1.2.3', [2]],
    ['ipv6.addr == 0:0:0:0:0:0:0:1', [3]],
    ['host 10.1.2.3', [2]],
    ['host == 10.1.2.3 or port 5080', [2, 3]],
    ['tcp.port == 40000', [2]],
    ['transport == TCP', [2]],
    ['node contains uas', [1, 2, 3, 4]],
    // the dialog
    ['dialog.state == "in call"', []],
    ['dialog.state == Completed || dialog.state in {busy, failed}', [1, 2]],
    ['dialog.state == outofdialog or dialog.state == out-of-dialog', [4]],
    ['dialog.duration > 1.5s', [1]],
    ['dialog.duration >= 2 and dialog.duration < 2100ms', [1]],
    ['dialog.setup <= 20', [1, 2]],
    ['dialog.messages >= 2', [1, 2, 3]],
    ['dialog.retransmissions == 1', [3]],
    ['dialog.result == 486', [2]],
    // text
    ['alice', [1, 3]],
    ['"alice@lab" 100REL', [1]],
    ['GRÜN', []],
    ['grün', [1]],
    ['\'"quoted" && more\'', [4]],
    ['carol or probe', [2, 3]],
    ['not alice', [2, 4]],
    ['!alice && !carol', [4]],
    ['(carol or probe) and transport == udp', [3]],
    ['contains', []],
    ['d%C3%A4ve', [2]],
  ])('%s', (text, ids) => {
    expect(found(text)).toEqual(ids);
  });

  it.each([
    ['sip.Metod == INVITE', 'sip.Metod: There is no field sip.Metod. Did you mean sip.Method?'],
    ['sip.Status-Cod > 3', 'sip.Status-Cod: There is no field sip.Status-Cod. Did you mean sip.Status-Code?'],
    [
      'zzz.qqqqqq == 1',
      'zzz.qqqqqq: There is no field zzz.qqqqqq. Fields are named as in Wireshark: sip.Method, ip.addr.',
    ],
    ['sip.Status-Code == OK', 'OK: sip.Status-Code is a number, "OK" is none.'],
    [
      'sip.Status-Code contains 4',
      'sip.Status-Code: "contains" does not fit sip.Status-Code: use == != in < <= > >=.',
    ],
    ['dialog.state == buzy', 'buzy: "buzy" is no dialog.state: did you mean busy?'],
    [
      'dialog.duration > soon',
      'soon: dialog.duration is a span of time such as 500ms, 2s or 3min, "soon" is none.',
    ],
    ['sip.resend == maybe', 'maybe: sip.resend is true or false, not "maybe".'],
    ['ip.addr == 10.0.0.0/33', '10.0.0.0/33: The subnet has 0 to 32 bits, not "33".'],
    ['ip.addr == lab/8', 'lab/8: "lab/8" is no subnet such as 10.0.0.0/8.'],
    ['(alice', '(: This "(" has no closing ")".'],
    ['alice)', '): Nothing belongs before this ")".'],
    ['alice ||', '|: The filter ends too early: a field, a word or a text in quotes is missing.'],
    ['== 3', '==: A field, a word or a text in quotes belongs before "==".'],
    ['sip.Method ==', '=: A value is missing after "==".'],
    ['sip.Method == && x', '&&: A value is missing after "==".'],
    ['"alice', '"alice: The text has no closing ".'],
    ['sip.Method in BYE', 'BYE: A set belongs after "in": {200 486}.'],
    ['sip.Method in {BYE', '{: This "{" has no closing "}".'],
    ['sip.Method in {}', '{}: The set is empty.'],
    ['"a" == 3', '"a": A field belongs before an operator, not a text.'],
    [`${'('.repeat(80)}a`, '(: The filter is nested too deeply.'],
  ])('%s is wrong: %s', (text, message) => {
    expect(problem(text)).toBe(message);
  });

  it.each([
    ['(a+)+$', 'A repeated group must not contain repetitions or alternatives itself.'],
    ['(a|aa)*b', 'A repeated group must not contain repetitions or alternatives itself.'],
    ['((a*))+', 'A repeated group must not contain repetitions or alternatives itself.'],
    ['(?:x{1,9}){2,}', 'A repeated group must not contain repetitions or alternatives itself.'],
    ['(a)\\1', 'Back references are not supported.'],
    ['.*.*.*.*x', 'A pattern has at most 3 repetitions (* + {n,}).'],
    ['[a', 'This is no regular expression: Unterminated character class.'],
    ['a'.repeat(201), 'A pattern has at most 200 characters.'],
  ])('refuse the pattern %s', (pattern, message) => {
    expect(problem(`sip.User-Agent matches "${pattern.replace(/\\/g, '\\\\')}"`)).toContain(message);
  });

  it('take harmless patterns', () => {
    for (const pattern of [
      '[(+*]+x',
      '\\(a+\\)+',
      '(abc)+',
      'a|b|c',
      '^\\w{1,3}$',
      '(a|b)',
      'sip:[^@]+@lab',
    ]) {
      expect(problem(`sip.User-Agent matches '${pattern}'`)).toBe('none');
    }
  });

  it('answer any text with a result or a place in it', () => {
    const words = fc.constantFrom(
      ...FIELD_NAMES,
      'and',
      'or',
      'not',
      'in',
      'host',
      '==',
      '!=',
      '<',
      'contains',
      'matches',
      '(',
      ')',
      '{',
      '}',
      ',',
      '"',
      '&&',
      '||',
      '!',
      '200',
      '10.0.0.0/8',
      'x y',
      '2s',
    );
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(words, { maxLength: 12 }).map((w) => w.join(' ')),
    );
    fc.assert(
      fc.property(text, (filter) => {
        try {
          expect(found(filter).length).toBeLessThanOrEqual(4);
        } catch (error) {
          if (!(error instanceof FilterError)) throw error;
          expect(error.start).toBeGreaterThanOrEqual(0);
          expect(error.end).toBeGreaterThan(error.start);
          expect(error.end).toBeLessThanOrEqual(filter.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('obey the laws of logic', () => {
    const clause = fc.constantFrom(
      'alice',
      'sip.Method == BYE',
      'dialog.state == busy',
      'port 5060',
      'sip.Status-Code > 200',
    );
    fc.assert(
      fc.property(clause, clause, (a, b) => {
        const all = [1, 2, 3, 4];
        const without = (ids: number[]): number[] => all.filter((id) => !ids.includes(id));
        expect(found(`!(${a})`)).toEqual(without(found(a)));
        expect(found(`!(${a} && ${b})`)).toEqual(found(`!(${a}) || !(${b})`));
        expect(found(`(${a}) ${b}`)).toEqual(found(`(${a}) and (${b})`));
        expect(found(`${a} || ${b} && ${a}`)).toEqual(found(a));
      }),
    );
  });
});

describe('edit distance', () => {
  it.each([
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['sip.Metohd', 'sip.Method', 1],
    ['same', 'same', 0],
  ])('of %s and %s is %d', (a, b, distance) => {
    expect([editDistance(a, b), editDistance(b, a)]).toEqual([distance, distance]);
  });

  it('offers only what may have been meant', () => {
    expect(closest('192.168.10.177', ['192.168.10.77', '10.0.0.1'])).toBe('192.168.10.77');
    expect(closest('x', ['yz', 'abc'])).toBeUndefined();
  });
});
