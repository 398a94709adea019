import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { encodeText } from '../../message/octets.ts';
import type { CertificateNames, PeerCertificate, TlsDetails } from '../tls-details.ts';
import { whyUntrusted } from './tls-errors.ts';

/** What a finished handshake agreed on and proved. */
export function tlsDetails(socket: TLSSocket, wasAsked: boolean): TlsDetails {
  const certificate = socket.getPeerX509Certificate();
  const { servername, alpnProtocol } = socket as TLSSocket & { readonly servername?: string | false };
  return {
    version: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    alpn: typeof alpnProtocol === 'string' ? alpnProtocol : undefined,
    serverName: typeof servername === 'string' && servername !== '' ? servername : undefined,
    isAuthorized: socket.authorized,
    whyNot: socket.authorized ? undefined : whyNot(socket, certificate, wasAsked),
    peer: certificate === undefined ? undefined : readCertificate(certificate),
  };
}

function whyNot(socket: TLSSocket, certificate: X509Certificate | undefined, wasAsked: boolean): string {
  if (!wasAsked) return 'no certificate was asked for';
  if (certificate === undefined) return 'it shows no certificate';
  // Typed as an Error, but a code or, from our own check, a sentence.
  const reason: unknown = socket.authorizationError;
  const text = reason instanceof Error ? reason.message : String(reason);
  return text.includes(' ') ? text : whyUntrusted(text);
}

/** What people and RFC 5922 want to know of a certificate. */
export function readCertificate(certificate: X509Certificate): PeerCertificate {
  const commonName: unknown = certificate.toLegacyObject().subject.CN;
  const last: unknown = Array.isArray(commonName) ? commonName.at(-1) : commonName;
  const validToMs = Date.parse(certificate.validTo);
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    commonName: typeof last === 'string' ? encodeText(last) : undefined,
    names: parseAlternativeNames(certificate.subjectAltName),
    validToMs: Number.isNaN(validToMs) ? undefined : validToMs,
    fingerprint: certificate.fingerprint256,
  };
}

/**
 * Reads Node's text of the subjectAltName: `DNS:example.com, URI:"sip:a, b"`. Values that could be taken for several are quoted there as in
 * JSON; they must not be cut apart.
 */
export function parseAlternativeNames(text: string | undefined): CertificateNames {
  const names = { dns: [] as string[], uris: [] as string[], ips: [] as string[] };
  const entries = (text ?? '').match(/[^:,]+:(?:"(?:[^"\\]|\\.)*"|[^,]*)/g) ?? [];
  for (const entry of entries) {
    const colon = entry.indexOf(':');
    const value = unquoted(entry.slice(colon + 1));
    const list = { DNS: names.dns, URI: names.uris, 'IP Address': names.ips }[entry.slice(0, colon).trim()];
    if (value !== undefined) list?.push(encodeText(value));
  }
  return { ...names, hasAny: entries.length > 0 };
}

function unquoted(value: string): string | undefined {
  if (!value.startsWith('"')) return value;
  try {
    return String(JSON.parse(value));
  } catch {
    // A name that cannot be read matches nothing.
    return undefined;
  }
}

function oneLine(name: string | undefined): string {
  return encodeText((name ?? '').split('\n').join(', '));
}
