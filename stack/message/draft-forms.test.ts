import { describe, expect, it } from 'vitest';
import { ACCESSORS } from '../testing/accessors.ts';
import { CORPUS } from '../testing/corpus.ts';
import { checkMessage } from './check.ts';
import { encode, toDraft } from './draft.ts';
import { compacted, folded } from './draft-forms.ts';
import { vias } from './headers/via.ts';
import { contacts, fromHeader } from './headers/name-addr.ts';
import { cseq } from './headers/cseq.ts';
import { limitFindings } from './limits.ts';
import type { SipMessage } from './message.ts';
import { octetText, toBytes } from './octets.ts';
import { parseMessage } from './parse.ts';

/** What a message means, whatever its form. */
function meaning(message: SipMessage): unknown {
  return [
    message.headers.map(({ name, value }) => `${name}: ${value.replace(/([;,]) /g, '$1')}`),
    vias(message).map((v) => [v.protocol, v.sentBy, [...v.params]]),
    contacts(message).map((c) => [c.displayName, c.uri, [...c.params]]),
    [fromHeader(message)?.uri, fromHeader(message)?.tag, cseq(message)],
    octetText(message.bytes, message.body.start, message.body.end),
  ];
}

describe('other forms of a message', () => {
  it.each(CORPUS.map((sample, i): [number, Uint8Array] => [i, sample.bytes]))(
    'RFC 3261 §7.3.1, §7.3.3: sample %s means the same in compact form and with folds',
    (_, bytes) => {
      const message = parseMessage(bytes);
      const short = parseMessage(encode(compacted(toDraft(message))));
      const long = parseMessage(encode(folded(toDraft(message))));
      expect(meaning(short)).toEqual(meaning(message));
      expect(meaning(long)).toEqual(meaning(message));
      expect(short.bytes.length < bytes.length && long.bytes.length > bytes.length).toBe(true);
      for (const read of ACCESSORS) read(long);
    },
  );

  it('RFC 3261 §7.3.1: folds nothing inside quotes, brackets and dates', () => {
    const draft = folded({
      method: 'OPTIONS',
      uri: 'sip:a',
      headers: [
        ['To', '"a; b" <sip:a;b>;tag=1'],
        ['Date', 'Sat, 13 Nov 2010 23:29:00 GMT'],
      ],
    });
    expect(draft.headers).toEqual([
      ['To', '"a; b"\r\n <sip:a;b>;\r\n tag=1'],
      ['Date', 'Sat, 13 Nov 2010 23:29:00 GMT'],
    ]);
  });
});

describe('limits of a message', () => {
  const START = 'OPTIONS sip:a@b SIP/2.0\r\n';
  it.each([
    ['header-count', `${START}${'a: b\r\n'.repeat(257)}\r\n`],
    ['header-block', `${START}a: ${'b'.repeat(65_536)}\r\n\r\n`],
    ['via-count', `${START}Via: ${'SIP/2.0/UDP a,'.repeat(70)}SIP/2.0/UDP a\r\n\r\n`],
    ['route-count', `${START}${'Route: <sip:a>\r\n'.repeat(51)}\r\n`],
    ['param-count', `${START}To: <sip:a${';x'.repeat(30)}>${';y'.repeat(35)}\r\n\r\n`],
    ['body-size', `${START}\r\n${'b'.repeat(10 * 1024 * 1024 + 1)}`],
  ])('RFC 3261 §26.3.2.4: names the limit %s and finds nothing one below it', (limit, text) => {
    const message = parseMessage(toBytes(text));
    expect(limitFindings(message).map((f) => f.limit)).toEqual([limit]);
    expect(checkMessage(message).map((d) => d.code)).toContain(`limit-${limit}`);
    const more = {
      headerBlockBytes: 70_000,
      headers: 257,
      bodyBytes: 11_000_000,
      params: 65,
      vias: 71,
      routes: 51,
    };
    expect(limitFindings(message, more)).toEqual([]);
  });
});
