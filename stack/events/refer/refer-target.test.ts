import { describe, expect, it } from 'vitest';
import { referTarget } from './refer-target.ts';
import { isPublicTarget } from './target-policy.ts';

describe('what Refer-To names (RFC 3515 §2.1)', () => {
  it.each([
    ['sip:bob@example.com', { uri: 'sip:bob@example.com', host: 'example.com', method: 'INVITE' }],
    [
      'sips:bob@[2001:db8::1];method=BYE;x=1',
      { uri: 'sips:bob@[2001:db8::1];x=1', host: '2001:db8::1', method: 'BYE' },
    ],
    [
      'sip:bob@example.com;transport=tcp?Subject=x&Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2',
      { uri: 'sip:bob@example.com;transport=tcp', replaces: 'a@b;to-tag=1;from-tag=2' },
    ],
    [
      'sip:bob@example.com?replaces=a%3Bto-tag%3D%221%0D%0AX%3A%20y%22%3Bfrom-tag%3D2',
      { replaces: undefined },
    ],
    ['sip:bob@example.com?Replaces=a%3Bto-tag%3D1', { replaces: undefined }],
  ])('reads %s', (text, target) => {
    expect(referTarget(text)).toMatchObject(target);
  });

  it.each(['http://example.com/', 'tel:+123', 'nonsense', 'sip:', ''])('refuses %j', (text) => {
    expect(referTarget(text)).toBeUndefined();
  });
});

describe('whom others may make us call (RFC 3515 §5.1)', () => {
  it.each([
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '127.0.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:10.0.0.1',
    '0:0:0:0:0:0:0:1',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '64:ff9b::a00:1',
    'localhost',
    'printer',
    'printer.local',
    'db.internal',
    'x.localhost',
    '127.1',
    '0x7f000001',
    '2130706433',
    '10.1.1.0x1',
  ])('not %s', (host) => {
    expect(isPublicTarget(host)).toBe(false);
  });

  it.each(['203.0.113.9', '8.8.8.8', '2001:db8::1', 'sip.example.com', 'example.com.'])('but %s', (host) => {
    expect(isPublicTarget(host)).toBe(true);
  });
});
