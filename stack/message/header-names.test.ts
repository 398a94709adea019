import { describe, expect, it } from 'vitest';
import { withHeaders } from '../testing/header-lines.ts';
import { COMPACT_NAMES, HEADER_NAMES, canonicalName, headerId, headerNameOf } from './header-names.ts';

describe('header names', () => {
  it('RFC 3261 §7.3.3: knows every compact form, in any case, and those of the extensions', () => {
    expect(COMPACT_NAMES).toEqual({
      // RFC 3261
      c: 'Content-Type',
      e: 'Content-Encoding',
      f: 'From',
      i: 'Call-ID',
      k: 'Supported',
      l: 'Content-Length',
      m: 'Contact',
      s: 'Subject',
      t: 'To',
      v: 'Via',
      // RFC 3841
      a: 'Accept-Contact',
      d: 'Request-Disposition',
      j: 'Reject-Contact',
      // RFC 3515, 3892, 4028, 4474, 6665, 8224
      r: 'Refer-To',
      b: 'Referred-By',
      x: 'Session-Expires',
      n: 'Identity-Info',
      o: 'Event',
      u: 'Allow-Events',
      y: 'Identity',
    });
    for (const [letter, name] of Object.entries(COMPACT_NAMES)) {
      const message = withHeaders(`${letter}: 1`, `${letter.toUpperCase()} : 2`, `${name.toUpperCase()}: 3`);
      expect(message.all(name)).toEqual(['1', '2', '3']);
    }
  });

  it('RFC 3261 §7.3.1: knows every name in any case', () => {
    const message = withHeaders(...HEADER_NAMES.map((name) => `${name.toLowerCase()}: x`));
    expect(message.headers.map(({ name }) => name)).toEqual(HEADER_NAMES);
    expect(HEADER_NAMES.map((name) => headerNameOf(headerId(name)))).toEqual(HEADER_NAMES);
    expect([canonicalName('MIN-se'), canonicalName('X-Own')]).toEqual(['Min-SE', 'X-Own']);
  });

  it('has ids that fit in eight bits', () => {
    expect(Math.max(...HEADER_NAMES.map(headerId))).toBeLessThan(256);
  });
});
