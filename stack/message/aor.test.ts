import { describe, expect, it } from 'vitest';
import { canonicalAor } from './aor.ts';

describe('the canonical address of record (RFC 3261 §10.3 step 5)', () => {
  it.each([
    ['sip:alice@example.com', 'sip:alice@example.com'],
    ['SIP:alice:secret@EXAMPLE.com:5060;user=phone;lr?Subject=x', 'sip:alice@example.com'],
    ['sips:alice@example.com:5061', 'sip:alice@example.com'],
    ['sips:alice@example.com:5060', 'sip:alice@example.com:5060'],
    ['sip:%61lice%20b@example.com', 'sip:alice%20b@example.com'],
    ['sip:a%40b%3d@example.com', 'sip:a%40b=@example.com'],
    ['sip:Alice@[2001:DB8::1]:5070', 'sip:Alice@[2001:db8::1]:5070'],
    ['sip:example.com', 'sip:example.com'],
    ['tel:+123', undefined],
    ['mailto:alice@example.com', undefined],
    ['sip:', undefined],
    ['', undefined],
  ])('%s is %s', (uri, canonical) => {
    expect(canonicalAor(uri)).toBe(canonical);
  });

  it('is its own canonical form', () => {
    for (const uri of ['sip:%61%2c%40@h', 'sips:a;b@h', 'sip:a%C3%A4@H:1']) {
      const once = canonicalAor(uri) ?? '';
      expect(canonicalAor(once)).toBe(once);
    }
  });
});
