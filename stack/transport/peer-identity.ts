import { ipVersion } from '../core/address.ts';
import type { CertificateNames, PeerCertificate } from './tls-details.ts';

type Named = Pick<PeerCertificate, 'commonName' | 'names'>;

/**
 * The SIP domains a certificate is for: the hosts of its `sip:` URIs without a user; without such URIs its DNS names; without any
 * alternative name its common name. @rfc 5922 §7.1
 */
export function sipIdentities({ commonName, names }: Named): readonly string[] {
  const fromUris = names.uris.flatMap((uri) => hostOfSipUri(uri) ?? []);
  if (fromUris.length > 0) return fromUris;
  if (names.dns.length > 0) return names.dns.map(normal);
  return names.hasAny || commonName === undefined ? [] : [normal(commonName)];
}

/**
 * Whether a certificate is for a SIP domain or, where the target is an IP literal, for that address.
 * Wildcards match nothing, and a name does not stand for its subdomains. @rfc 5922 §7.2
 */
export function isIdentityOf(certificate: Named, host: string): boolean {
  const wanted = normal(host);
  if (ipVersion(wanted) !== undefined) return hasAddress(certificate.names, wanted);
  return sipIdentities(certificate).includes(wanted);
}

/** Why a certificate is not accepted for a host, in one sentence; undefined when it is for it. @rfc 5922 §4, §7 */
export function identityDefect(certificate: Named, host: string): string | undefined {
  if (isIdentityOf(certificate, host)) return undefined;
  const isAddress = ipVersion(host) !== undefined;
  const own = isAddress ? certificate.names.ips : sipIdentities(certificate);
  const wildcard = own.find((name) => name.startsWith('*'));
  if (wildcard !== undefined)
    return `the certificate is for ${wildcard}, and SIP takes no wildcard for ${host} (RFC 5922 §7.2)`;
  return own.length === 0
    ? `the certificate names no SIP ${isAddress ? 'address' : 'domain'}, so it is not for ${host}`
    : `the certificate is for ${own.join(', ')}, not for ${host}`;
}

/** `sip:example.com`, port and parameters ignored; one with a user part names a user, not a domain. @rfc 5922 §7.1 */
function hostOfSipUri(uri: string): string | undefined {
  const host = /^sip:([^@;?:[\]\s]+)(?::\d+)?(?:[;?].*)?$/i.exec(uri)?.[1];
  return host === undefined ? undefined : normal(host);
}

function hasAddress({ ips }: CertificateNames, host: string): boolean {
  return ips.some((ip) => normal(ip) === host || expand(ip) === expand(host));
}

/** Host names compare without case and without the root's dot. */
function normal(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

/** Every group of an IPv6 literal written out, so that two spellings compare. */
function expand(host: string): string {
  if (!host.includes(':')) return host;
  const [head = '', tail] = host.toLowerCase().split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(missing).fill('0'), ...after]
    .map((group) => group.padStart(4, '0'))
    .join(':');
}
