import 'reflect-metadata';
import { createPrivateKey, webcrypto, X509Certificate as SystemCertificate } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { TransportError } from '../transport.ts';
import type { KeyPair } from './tls-context.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 3600 * 1000;
const CA_DAYS = 3650;
/** Browsers take no server certificate that lives longer. */
const LEAF_DAYS = 397;
/** Clocks of peers may be behind. */
const BACKDATED_MS = DAY_MS;
/** Leaf certificates kept; then the oldest is made anew when it is asked for. */
const MOST_LEAVES = 256;

/** What a leaf certificate is for. */
export interface LeafRequest {
  /** Host names and IP literals, the first one for people: the subject. */
  readonly names: readonly string[];
  /** SIP domains as `URI:sip:domain`; by default the host names. @rfc 5922 §7.1 */
  readonly sipDomains?: readonly string[];
  /** Wall-clock milliseconds since 1970. */
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
}

/** Makes an authority for development: whoever trusts its certificate trusts all that it issues. */
export async function createDevCa(name = 'Siphon Workbench development CA'): Promise<DevCa> {
  const keys = await makeKeys();
  const nowMs = Date.now();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    notBefore: new Date(nowMs - BACKDATED_MS),
    notAfter: new Date(nowMs + CA_DAYS * DAY_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return new DevCa(certificate, keys.privateKey, {
    certificate: certificate.toString('pem'),
    key: await keyPem(keys.privateKey),
  });
}

/** Takes an authority up again. @throws TransportError code 'tls' when the texts are no certificate and key of an authority. */
export async function loadDevCa(pem: KeyPair): Promise<DevCa> {
  try {
    const certificate = new X509Certificate(pem.certificate);
    const der = PemConverter.decodeFirst(pem.key);
    const key = await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
    if (certificate.getExtension(BasicConstraintsExtension)?.ca !== true)
      throw new Error('the certificate is not that of an authority');
    if (!new SystemCertificate(pem.certificate).checkPrivateKey(createPrivateKey(pem.key)))
      throw new Error('the key does not belong to the certificate');
    return new DevCa(certificate, key, pem);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TransportError('tls', `the development CA cannot be used: ${reason}`, { cause: error });
  }
}

/** An authority for development; its certificates work for servers and clients, ECDSA P-256. */
export class DevCa {
  /** To be saved by the caller, the key where only its owner reads it. */
  readonly pem: KeyPair;
  readonly #certificate: X509Certificate;
  readonly #key: webcrypto.CryptoKey;
  readonly #leaves = new Map<string, Promise<KeyPair>>();

  constructor(certificate: X509Certificate, key: webcrypto.CryptoKey, pem: KeyPair) {
    this.#certificate = certificate;
    this.#key = key;
    this.pem = pem;
  }

  /** A certificate with its key, the same for the same request as long as this object lives. @throws TransportError code 'tls' for a name that is none. */
  issue(request: LeafRequest): Promise<KeyPair> {
    const id = JSON.stringify([request.names, request.sipDomains, request.notBeforeMs, request.notAfterMs]);
    let leaf = this.#leaves.get(id);
    if (leaf !== undefined) return leaf;
    const [oldest] = this.#leaves.keys();
    if (this.#leaves.size >= MOST_LEAVES && oldest !== undefined) this.#leaves.delete(oldest);
    this.#leaves.set(id, (leaf = this.#make(request)));
    return leaf;
  }

  async #make(request: LeafRequest): Promise<KeyPair> {
    const { names, notBeforeMs = Date.now() - BACKDATED_MS } = request;
    const bad = names.find((name) => isIP(name) === 0 && !isHostName(name));
    if (bad !== undefined || names.length === 0)
      throw new TransportError('tls', `no certificate can be made for "${bad ?? ''}": it is no host name`);
    const hostNames = names.filter((name) => isIP(name) === 0);
    const keys = await makeKeys();
    const alternatives: JsonGeneralName[] = [
      ...names.map((value): JsonGeneralName => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
      ...(request.sipDomains ?? hostNames).map((domain): JsonGeneralName => ({
        type: 'url',
        value: `sip:${domain}`,
      })),
    ];
    const certificate = await X509CertificateGenerator.create({
      subject: [{ CN: [names[0] ?? ''] }],
      issuer: this.#certificate.subject,
      notBefore: new Date(notBeforeMs),
      notAfter: new Date(request.notAfterMs ?? Date.now() + LEAF_DAYS * DAY_MS),
      publicKey: keys.publicKey,
      signingKey: this.#key,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        new SubjectAlternativeNameExtension(alternatives),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
        await AuthorityKeyIdentifierExtension.create(this.#certificate.publicKey),
      ],
    });
    return { certificate: certificate.toString('pem'), key: await keyPem(keys.privateKey) };
  }
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** Letters, digits and hyphens in labels; a wildcard only as a whole first label. @rfc 952, RFC 1123 §2.1 */
function isHostName(name: string): boolean {
  return name.length <= 253 && name.replace(/^\*\./, '').replace(/\.$/, '').split('.').every(isLabel);
}

function isLabel(label: string): boolean {
  return /^[a-z0-9_][a-z0-9-]{0,62}$/i.test(label) && !label.endsWith('-');
}
