import { describe, expect, it } from 'vitest';
import { asRequestUri } from './route-set.ts';

describe('what a Request-URI must not have (RFC 3261 §19.1.1)', () => {
  it.each([
    ['sip:bob@192.0.2.2:5080;transport=tcp', 'sip:bob@192.0.2.2:5080;transport=tcp'],
    ['sip:bob@192.0.2.2;method=INVITE;lr?Subject=x&a=b', 'sip:bob@192.0.2.2;lr'],
    ['sip:what?really@192.0.2.2?a=b', 'sip:what?really@192.0.2.2'],
    ['sips:192.0.2.2;METHOD=BYE', 'sips:192.0.2.2'],
    ['tel:+1-201-555-0123', 'tel:+1-201-555-0123'],
    ['urn:service:sos?x', 'urn:service:sos?x'],
    ['', ''],
  ])('%s becomes %s', (uri, expected) => {
    expect(asRequestUri(uri)).toBe(expected);
  });
});
