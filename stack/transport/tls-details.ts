/** Whose certificate it is, as far as people and RFC 5922 care. */
export interface PeerCertificate {
  /** Distinguished names in one line: `CN=sip.example.com, O=Example`. */
  readonly subject: string;
  readonly issuer: string;
  readonly commonName: string | undefined;
  readonly names: CertificateNames;
  /** Wall-clock milliseconds since 1970; undefined where the certificate's date cannot be read. */
  readonly validToMs: number | undefined;
  /** SHA-256 of the certificate, in hexadecimal with colons. */
  readonly fingerprint: string;
}

/** The subjectAltName entries that can name a SIP domain. @rfc 5922 §7.1 */
export interface CertificateNames {
  readonly dns: readonly string[];
  readonly uris: readonly string[];
  readonly ips: readonly string[];
  /** An entry of any kind is there, so that the common name counts for nothing. */
  readonly hasAny: boolean;
}

/** What the handshake agreed on and proved. */
export interface TlsDetails {
  /** `TLSv1.2` or `TLSv1.3`. */
  readonly version: string;
  /** The cipher's IANA name. */
  readonly cipher: string;
  readonly alpn: string | undefined;
  /** The name asked for by SNI, by us or by the peer. */
  readonly serverName: string | undefined;
  /** The peer's certificate was asked for and is trusted; on connections of ours it is also for the right name. */
  readonly isAuthorized: boolean;
  /** One sentence, when it is not. */
  readonly whyNot: string | undefined;
  readonly peer: PeerCertificate | undefined;
}
