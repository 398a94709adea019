import { expect, it } from 'vitest';
import { orderAddresses } from './address-order.ts';

it('families take turns and IPv6 begins, each in the order the name system gave (RFC 8305 §4, RFC 6157 §4.2)', () => {
  expect(orderAddresses(['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1', '2001:db8::2'])).toEqual([
    '2001:db8::1',
    '192.0.2.1',
    '2001:db8::2',
    '192.0.2.2',
    '192.0.2.3',
  ]);
  expect(orderAddresses(['192.0.2.1'])).toEqual(['192.0.2.1']);
  expect(orderAddresses([])).toEqual([]);
});
