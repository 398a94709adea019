import { describe, expect, it } from 'vitest';
import { formatAddress, formatHost, ipVersion } from './address.ts';

describe('addresses', () => {
  it('puts brackets around IPv6 only', () => {
    expect(formatAddress({ host: '192.0.2.1', port: 5060 })).toBe('192.0.2.1:5060');
    expect(formatAddress({ host: '2001:db8::1', port: 5060 })).toBe('[2001:db8::1]:5060');
    expect(formatHost('example.com')).toBe('example.com');
  });

  it.each([
    ['127.0.0.1', 4],
    ['255.255.255.255', 4],
    ['0.0.0.0', 4],
    ['256.0.0.1', undefined],
    ['1.2.3', undefined],
    ['1.2.3.4.', undefined],
    ['1.2.3.4.5', undefined],
    ['::', 6],
    ['::1', 6],
    ['2001:DB8::a:1', 6],
    ['::ffff:192.0.2.1', 6],
    ['fe80::1%eth0', 6],
    ['[::1]', undefined],
    ['example.com', undefined],
    ['', undefined],
  ])('takes %j for IP version %s', (host, version) => {
    expect(ipVersion(host)).toBe(version);
  });
});
