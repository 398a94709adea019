import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../octets.ts';
import { element, formatXml, leaf, parseXml, type XmlElement } from './xml.ts';

const root = (text: string, limits = {}): XmlElement => {
  const parsed = parseXml(text, limits);
  if (parsed.kind !== 'ok') throw new Error(parsed.message);
  return parsed.value;
};

describe('XML bodies are read into a tree', () => {
  it('resolves namespaces, and keeps prefixes and declarations out of names', () => {
    const el = root('<a:x xmlns:a="urn:a" xmlns="urn:d" p="1" a:q="2"><y/><a:y k="v">t</a:y></a:x>');
    expect([el.name, el.namespace, el.attribute('p'), el.attribute('q')]).toEqual([
      'x',
      'urn:a',
      '1',
      undefined,
    ]);
    expect(el.child('y')?.attribute('k')).toBe('v');
    expect(el.child('y', 'urn:d')?.text).toBe('');
    expect(el.attributes).toHaveLength(2);
  });

  it('tells offsets in octets, also behind characters of several octets and a byte order mark', () => {
    expect(root('<a>\n  <b/></a>').children[0]?.offset).toBe(6);
    const text = encodeText('\ufeff<?xml version="1.0"?><a>é€<b/></a>');
    expect(text.indexOf('<b/>')).toBe(root(text).children[0]?.offset);
  });

  it('joins text, CDATA and character references as UTF-8 octets', () => {
    expect(root('<a> x&amp;<![CDATA[<y>]]>&#x20AC;&#233; </a>').text).toBe(encodeText('x&<y>€é'));
  });

  it.each([
    ['', 0, 'document must contain a root element.'],
    ['<a><b></a>', undefined, /unexpected close tag/],
    ['<a>&nbsp;</a>', undefined, /undefined entity/],
    ['<a x:b="1"/>', undefined, /unbound namespace prefix/],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', undefined, 'A document type is not accepted.'],
    ['hello', undefined, /text data outside of root/],
  ])('says why %j is no document', (text, offset, message) => {
    const parsed = parseXml(text);
    if (parsed.kind === 'ok') throw new Error('it was read');
    expect(parsed.message).toMatch(message);
    if (offset !== undefined) expect(parsed.offset).toBe(offset);
  });

  it('bounds size, depth and number of elements', () => {
    expect(parseXml(`<a>${' '.repeat(50)}</a>`, { maxSize: 40 })).toMatchObject({
      kind: 'malformed',
      offset: 0,
    });
    expect(parseXml('<a><b><c/></b></a>', { maxDepth: 2 })).toMatchObject({
      message: 'Elements stand more than 2 deep.',
    });
    expect(parseXml('<a><b/><b/></a>', { maxElements: 2 })).toMatchObject({
      message: 'There are more than 2 elements.',
    });
    expect(parseXml('<a>'.repeat(300_000))).toMatchObject({ message: 'Elements stand more than 32 deep.' });
  });

  it('never throws, whatever comes', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      ' ',
      '"',
      '=',
      '&',
      ';',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      'xmlns',
      ':',
      '\xff',
      '\0',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }).map((p) => p.join('')),
        (text) => {
          const { kind } = parseXml(text);
          expect(['ok', 'malformed']).toContain(kind);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('XML bodies are written', () => {
  it('escapes what would end text or attribute, and replaces what no document can hold', () => {
    const text = formatXml(
      element('a', { q: '<"&\n' }, [leaf('b', 'x<y>&\r'), leaf('c', 'nul\0'), undefined]),
    );
    expect(text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<a q="&lt;&quot;&amp;&#10;">\n  <b>x&lt;y&gt;&amp;&#13;</b>\n  <c>nul\xef\xbf\xbd</c>\n</a>\n',
    );
  });

  it('reads any text back as it was written', () => {
    const character = fc.oneof(
      fc.constantFrom('<', '>', '&', '"', '\r', '\n', '\t', ' ', ']]>', '\0', '\x7f', '\x85', '\ufffe'),
      fc.integer({ min: 0, max: 0xd7ff }).map((code) => String.fromCodePoint(code)),
      fc.integer({ min: 0xe000, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
    );
    fc.assert(
      fc.property(
        fc.array(character, { maxLength: 20 }).map((c) => c.join('')),
        (raw) => {
          const octets = encodeText(raw);
          const back = root(formatXml(element('a', { v: octets }, [leaf('t', octets)])));
          const legal = encodeText(
            raw.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd'),
          );
          expect(back.attribute('v')).toBe(legal);
          expect(back.textOf('t')).toBe(legal.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''));
        },
      ),
    );
  });
});
