import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { createDevCa } from './dev-ca.ts';
import { parseAlternativeNames, readCertificate } from './tls-peer.ts';

it.each([
  [undefined, { dns: [], uris: [], ips: [], hasAny: false }],
  [
    'DNS:a.example, IP Address:192.0.2.1, URI:sip:a.example, DNS:b.example',
    { dns: ['a.example', 'b.example'], uris: ['sip:a.example'], ips: ['192.0.2.1'], hasAny: true },
  ],
  ['IP Address:2001:DB8:0:0:0:0:0:1', { dns: [], uris: [], ips: ['2001:DB8:0:0:0:0:0:1'], hasAny: true }],
  // A name made to look like two, which Node quotes.
  [
    'DNS:"evil.example, DNS:good.example", URI:"sip:a\\"b"',
    { dns: ['evil.example, DNS:good.example'], uris: ['sip:a"b'], ips: [], hasAny: true },
  ],
  ['DirName:"/CN=x, y", email:a@b', { dns: [], uris: [], ips: [], hasAny: true }],
])('RFC 5922 §7.1: reads the alternative names %j', (text, names) => {
  expect(parseAlternativeNames(text)).toEqual(names);
});

it('tells whose certificate it is, who issued it and how long it holds', async () => {
  const ca = await createDevCa('Test CA');
  const notAfterMs = Date.UTC(2031, 4, 6, 7, 8, 9);
  const { certificate } = await ca.issue({ names: ['sip.example.com', '2001:db8::7'], notAfterMs });
  const read = readCertificate(new X509Certificate(certificate));
  expect(read).toEqual({
    subject: 'CN=sip.example.com',
    issuer: 'CN=Test CA',
    commonName: 'sip.example.com',
    names: {
      dns: ['sip.example.com'],
      uris: ['sip:sip.example.com'],
      ips: ['2001:DB8:0:0:0:0:0:7'],
      hasAny: true,
    },
    validToMs: notAfterMs,
    fingerprint: new X509Certificate(certificate).fingerprint256,
  });
});
