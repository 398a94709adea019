import { describe, expect, it } from 'vitest';
import { advertised, localAddresses, type LocalAddress } from './advertise.ts';

const address = (cidr: string, internal = false): LocalAddress => ({
  address: cidr.split('/')[0] ?? '',
  family: cidr.includes(':') ? 'IPv6' : 'IPv4',
  cidr,
  internal,
});

const ADDRESSES = [
  address('127.0.0.1/8', true),
  address('::1/128', true),
  address('192.168.1.20/24'),
  address('10.4.0.7/16'),
  address('fe80::1/64'),
  address('2001:db8::7/32'),
];

describe('the address shown for a wildcard listener', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.9.9.9', '127.0.0.1'],
    ['10.4.200.1', '10.4.0.7'],
    ['192.168.1.99', '192.168.1.20'],
    ['203.0.113.5', '192.168.1.20'],
    ['::1', '::1'],
    ['2001:db8:5::1', '2001:db8::7'],
    ['2001:beef::1', 'fe80::1'],
  ])('to %s is %s', (peer, shown) => {
    expect(advertised(ADDRESSES, peer)).toBe(shown);
  });

  it('is loopback when there is nothing else, and unknown without an address of the family', () => {
    expect(advertised([address('127.0.0.1/8', true)], '203.0.113.5')).toBe('127.0.0.1');
    expect(advertised([address('127.0.0.1/8', true)], '::1')).toBeUndefined();
  });

  it('comes from the addresses this machine has', () => {
    expect(localAddresses().map((a) => a.address)).toContain('127.0.0.1');
  });
});
