import { describe, expect, it } from 'vitest';
import { identityDefect, isIdentityOf, sipIdentities } from './peer-identity.ts';
import type { CertificateNames, PeerCertificate } from './tls-details.ts';

type Named = Pick<PeerCertificate, 'commonName' | 'names'>;

function certificate(names: Partial<CertificateNames>, commonName?: string): Named {
  const all = { dns: [], uris: [], ips: [], ...names };
  const hasAny = names.hasAny ?? all.dns.length + all.uris.length + all.ips.length > 0;
  return { commonName, names: { ...all, hasAny } };
}

describe('RFC 5922 §7.1: the SIP identities of a certificate', () => {
  it.each<[string, Named, readonly string[]]>([
    [
      'are the hosts of its sip URIs, and then its DNS names count for nothing',
      certificate({ uris: ['sip:example.com', 'SIP:Example.NET'], dns: ['sip1.example.com'] }),
      ['example.com', 'example.net'],
    ],
    [
      'leave out a URI with a user part: it names a user',
      certificate({ uris: ['sip:alice@example.com'], dns: ['example.org'] }),
      ['example.org'],
    ],
    [
      'leave out URIs of other schemes',
      certificate({ uris: ['https://example.com', 'urn:uuid:1', 'sips:example.com'], dns: ['example.org'] }),
      ['example.org'],
    ],
    [
      'ignore port and parameters of a URI',
      certificate({ uris: ['sip:example.com:5061;transport=tls'] }),
      ['example.com'],
    ],
    [
      'are the DNS names without sip URIs',
      certificate({ dns: ['A.example', 'b.example.'] }),
      ['a.example', 'b.example'],
    ],
    [
      'are the common name only without any alternative name',
      certificate({}, 'example.com'),
      ['example.com'],
    ],
    [
      'are not the common name beside a DNS name',
      certificate({ dns: ['a.example'] }, 'b.example'),
      ['a.example'],
    ],
    ['are not the common name beside an address', certificate({ ips: ['192.0.2.1'] }, 'b.example'), []],
    ['are not the common name beside a kind unknown here', certificate({ hasAny: true }, 'b.example'), []],
    ['are none without any name', certificate({}), []],
  ])('%s', (_, cert, identities) => {
    expect(sipIdentities(cert)).toEqual(identities);
  });
});

describe('RFC 5922 §7.2: comparing identities', () => {
  it.each<[string, Named, string, boolean]>([
    ['is without regard to case', certificate({ dns: ['Example.COM'] }), 'eXample.com', true],
    ['ignores the dot of the root', certificate({ dns: ['example.com'] }), 'example.com.', true],
    ['does not match a subdomain', certificate({ dns: ['example.com'] }), 'sip.example.com', false],
    ['does not match the parent', certificate({ dns: ['sip.example.com'] }), 'example.com', false],
    ['refuses a DNS wildcard', certificate({ dns: ['*.example.com'] }), 'sip.example.com', false],
    ['refuses a wildcard in a URI', certificate({ uris: ['sip:*.example.com'] }), 'sip.example.com', false],
    ['refuses a wildcard in the common name', certificate({}, '*.example.com'), 'sip.example.com', false],
    ['matches an IPv4 address by its own entry', certificate({ ips: ['192.0.2.1'] }), '192.0.2.1', true],
    ['does not match an address by a DNS name', certificate({ dns: ['192.0.2.1'] }), '192.0.2.1', false],
    ['does not match an address by the common name', certificate({}, '192.0.2.1'), '192.0.2.1', false],
    [
      'matches an IPv6 address however it is written',
      certificate({ ips: ['2001:DB8:0:0:0:0:0:1'] }),
      '2001:db8::1',
      true,
    ],
    ['matches loopback', certificate({ ips: ['0:0:0:0:0:0:0:1'] }), '::1', true],
    ['tells IPv6 addresses apart', certificate({ ips: ['2001:db8::1'] }), '2001:db8::1:1', false],
  ])('%s', (_, cert, host, isMatch) => {
    expect(isIdentityOf(cert, host)).toBe(isMatch);
    expect(identityDefect(cert, host) === undefined).toBe(isMatch);
  });

  it('says in one sentence what is wrong', () => {
    expect(identityDefect(certificate({ dns: ['a.example', 'b.example'] }), 'c.example')).toBe(
      'the certificate is for a.example, b.example, not for c.example',
    );
    expect(identityDefect(certificate({ dns: ['*.example.com'] }), 'sip.example.com')).toBe(
      'the certificate is for *.example.com, and SIP takes no wildcard for sip.example.com (RFC 5922 §7.2)',
    );
    expect(identityDefect(certificate({ dns: ['a.example'] }), '192.0.2.1')).toBe(
      'the certificate names no SIP address, so it is not for 192.0.2.1',
    );
  });
});
