import { describe, expect, it } from 'vitest';
import { createGuard } from './guard.ts';

const loopback = createGuard({ host: '127.0.0.1', port: 8060, token: 'right' });
const everywhere = createGuard({ host: '0.0.0.0', port: 8060, token: 'right' });

describe('guard of the daemon', () => {
  it.each(['127.0.0.1:8060', 'localhost:8060', 'LOCALHOST:8060', '[::1]:8060'])(
    'knows itself as %s',
    (host) => {
      expect([loopback.isOwnHost(host), loopback.isOwnOrigin(`http://${host}`)]).toEqual([true, true]);
    },
  );

  it.each([
    undefined,
    '',
    '127.0.0.1',
    '127.0.0.1:80',
    'evil.example:8060',
    '127.0.0.1.evil.example:8060',
    'localhost:8060.evil.example',
    '192.168.1.2:8060',
    '0.0.0.0:8060',
    'user@127.0.0.1:8060',
  ])('refuses the host %j', (host) => {
    expect(loopback.isOwnHost(host)).toBe(false);
  });

  it.each(['null', '', 'https://127.0.0.1:8060', 'http://evil.example:8060', 'http://127.0.0.1', 'file://'])(
    'refuses the origin %j',
    (origin) => {
      expect(loopback.isOwnOrigin(origin)).toBe(false);
    },
  );

  it('takes a request without an origin: it comes from no page', () => {
    expect(loopback.isOwnOrigin(undefined)).toBe(true);
  });

  it('takes any address of the machine when it listens on all, but no name', () => {
    const hosts = ['192.168.1.2:8060', '[fe80::1]:8060', 'rebound.example:8060', '192.168.1.2:80'];
    expect(hosts.map((host) => everywhere.isOwnHost(host))).toEqual([true, true, false, false]);
  });

  it.each([undefined, '', 'wrong', 'right ', 'righ', 'RIGHT'])('refuses the token %j', (token) => {
    expect([loopback.isToken(token), loopback.isToken('right')]).toEqual([false, true]);
  });
});
