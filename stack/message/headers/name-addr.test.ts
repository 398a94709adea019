import { describe, expect, it } from 'vitest';
import { ACCESSORS } from '../../testing/accessors.ts';
import { withHeaders } from '../../testing/header-lines.ts';
import { checkMessage } from '../check.ts';
import { toBytes } from '../octets.ts';
import { outline } from '../outline.ts';
import { parseMessage } from '../parse.ts';
import { type NameAddr, contacts, fromHeader } from './name-addr.ts';

const from = (value: string): NameAddr | undefined =>
  fromHeader(parseMessage(toBytes(`X\r\nFrom: ${value}\r\n\r\n`)));
const contactsOf = (value: string): readonly NameAddr[] =>
  contacts(parseMessage(toBytes(`X\r\nm: ${value}\r\n\r\n`)));

describe('name-addr (RFC 3261 §20.10, §25.1)', () => {
  it.each([
    ['<sip:a@b>', undefined, 'sip:a@b', undefined],
    ['sip:a@b;tag=1', undefined, 'sip:a@b', '1'],
    ['Alice B. <sip:a@b;x=1>;tag=1', 'Alice B.', 'sip:a@b;x=1', '1'],
    ['Alice<sip:a@b> ; TAG = 1 ; x', 'Alice', 'sip:a@b', '1'],
    ['"A \\"q\\" \\\\ <x>;,"\r\n <sip:a@b>;tag=1', 'A "q" \\ <x>;,', 'sip:a@b', '1'],
    ['"" <sip:a@b>', undefined, 'sip:a@b', undefined],
    ['"a\r\n  b" <sip:a@b>', 'a b', 'sip:a@b', undefined],
    ['"J\u00c3\u00bc" <sip:a@b>;tag=x.y-z', 'J\u00c3\u00bc', 'sip:a@b', 'x.y-z'],
    ['<sip:a@b>;x=";tag=2";tag=1', undefined, 'sip:a@b', '1'],
    ['<sip:a@b>;tag=1;tag=2', undefined, 'sip:a@b', '1'],
    ['<sip:a@b>;xtag=1', undefined, 'sip:a@b', undefined],
    ['<tel:+1;ext=2>;tag=1', undefined, 'tel:+1;ext=2', '1'],
  ])('reads %j', (value, displayName, uri, tag) => {
    // The tag alone, and after everything else was read.
    expect(from(value)?.tag).toBe(tag);
    const read = from(value);
    expect([read?.problem, read?.displayName, read?.uri, read?.tag]).toEqual([
      undefined,
      displayName,
      uri,
      tag,
    ]);
  });

  it.each([
    ['', 'The URI is missing.'],
    ['"Alice <sip:a@b>;tag=1', 'The quoted display name is not closed.'],
    ['> sip:a@b <sip:c@d>', 'The display name contains signs that need quotes.'],
    ['sip:a@b>;tag=1', 'A closing angle bracket has no opening one.'],
    ['<sip:a@b;tag=1', 'The URI has no closing angle bracket.'],
    ['< sip:a@b >', 'White space stands between the angle brackets and the URI.'],
    ['Bell, Alexander <sip:a@b>', 'The display name contains signs that need quotes.'],
    ['"A" sip:a@b', 'A quoted display name is not followed by a URI in angle brackets.'],
    ['"A" B <sip:a@b>', 'A quoted display name is not followed by a URI in angle brackets.'],
    ['sip:a@b?x=y', 'A URI with a question mark or comma needs angle brackets.'],
    ['sip:a @b', 'The URI contains white space.'],
    ['<sip:a@b>;;tag=1', 'A parameter has no name.'],
    ['<sip:a@b> tag=1', 'Something other than a parameter stands here.'],
    ['<sip:a@b>;tag=', 'A parameter has an equals sign but no value.'],
    ['<sip:a@b>;x="y', 'A quoted string is not closed.'],
    ['<sip:a@b>, <sip:c@d>', 'There is more than one value.'],
  ])('says what is wrong with %j', (value, problem) => {
    expect(from(value)?.problem).toBe(problem);
  });

  it('splits lists at commas outside quotes and brackets', () => {
    const read = contactsOf('"a,b" <sip:a,1@b>;x="c,d" ,sip:c@d;q=0.5,\r\n <sip:e@f>');
    expect(read.map((c) => [c.displayName, c.uri, [...c.params]])).toEqual([
      ['a,b', 'sip:a,1@b', [['x', 'c,d']]],
      [undefined, 'sip:c@d', [['q', '0.5']]],
      [undefined, 'sip:e@f', []],
    ]);
  });

  it('knows the wildcard', () => {
    expect(contactsOf('*').map((c) => [c.isWildcard, c.uri, c.problem])).toEqual([[true, '*', undefined]]);
    expect(contactsOf('<sip:a@b>').map((c) => c.isWildcard)).toEqual([false]);
  });

  it('mistake 42: a name-addr with > before < breaks nothing, wherever it stands', () => {
    const names = [
      'From',
      'To',
      'Contact',
      'Route',
      'Record-Route',
      'Refer-To',
      'P-Asserted-Identity',
      'Path',
    ];
    for (const value of [
      '> sip:a@b <sip:c@d>',
      '>',
      '><',
      '"A" ><',
      '>"<',
      'a>b<c>d<',
      '>;tag=1<',
      '<>',
      '<<>>',
    ]) {
      const message = withHeaders(...names.map((name) => `${name}: ${value}`));
      for (const read of ACCESSORS) read(message);
      expect([outline(message).length, checkMessage(message).length > 0]).toEqual([names.length + 1, true]);
      const read = from(value);
      expect(read?.problem !== undefined || read?.uri === '').toBe(true);
    }
  });
});
