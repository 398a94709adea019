import { X509Certificate } from 'node:crypto';
import {
  createSecureContext,
  type ConnectionOptions,
  type SecureContext,
  type SecureVersion,
  type TlsOptions as ServerOptions,
} from 'node:tls';
import { Emitter, type Unsubscribe } from '../../core/emitter.ts';
import { TransportError } from '../transport.ts';

/** A certificate with its private key, both as PEM; further certificates of the chain follow the first. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface TlsOptions {
  /** Shown by SNI to whoever asks for a name of theirs; the first one to everybody else. */
  readonly certificates?: readonly KeyPair[];
  /** Makes a certificate for a name that no certificate is for; without one the first is shown. */
  readonly certificateFor?: (serverName: string) => Promise<KeyPair | undefined>;
  /** Shown to servers that ask for one; by default the first of `certificates`. */
  readonly clientCertificate?: KeyPair;
  /** Whether clients must show a certificate that is trusted here, may, or are not asked. Default 'none'. */
  readonly clientAuth?: 'none' | 'request' | 'require';
  /** PEM of the authorities to trust, instead of those that Node brings. */
  readonly ca?: readonly string[];
  /** Whether servers we dial must prove who they are; default true. Without it they are still looked at, and the connection tells what is wrong. */
  readonly verify?: boolean;
  /** Default TLSv1.2. */
  readonly minVersion?: Extract<SecureVersion, 'TLSv1.2' | 'TLSv1.3'>;
  readonly maxVersion?: Extract<SecureVersion, 'TLSv1.2' | 'TLSv1.3'>;
  /** Protocols offered and accepted by ALPN, such as `sip/2`; none by default. */
  readonly alpn?: readonly string[];
  /** Hears each line of an SSLKEYLOGFILE, with which Wireshark decrypts. Whoever has them reads everything: off by default. */
  readonly onKeyLog?: (line: string) => void;
}

/** Names that certificates are made for; whoever asks for more is shown the first one. */
const MOST_MADE = 256;

interface Entry {
  readonly context: SecureContext;
  readonly certificate: X509Certificate;
}

/** @throws TransportError code 'tls' when a certificate or key cannot be used. */
export function createTlsContext(options: TlsOptions): TlsContext {
  return new TlsContext(options);
}

/** Certificates and rules of TLS, shared by any number of listeners; certificates can be changed while they listen. */
export class TlsContext {
  readonly options: TlsOptions;
  readonly #changed = new Emitter<SecureMaterial>();
  /** What was made by name. */
  readonly #made = new Map<string, Promise<SecureContext | undefined>>();
  #certificates: readonly KeyPair[];
  #entries: readonly Entry[];
  #client: SecureContext;

  constructor(options: TlsOptions) {
    this.options = options;
    this.#certificates = options.certificates ?? [];
    this.#entries = this.#load(this.#certificates);
    this.#client = this.#clientContext();
  }

  /** Replaces the certificates for handshakes from now on; connections that are open stay. @throws TransportError code 'tls', and nothing is changed. */
  setCertificates(certificates: readonly KeyPair[]): void {
    this.#entries = this.#load(certificates);
    this.#certificates = certificates;
    this.#client = this.#clientContext();
    this.#changed.emit(this.#material());
  }

  onChanged(listener: (material: SecureMaterial) => void): Unsubscribe {
    return this.#changed.on(listener);
  }

  /** Options of a TLS server. @throws TransportError code 'tls' without a certificate. */
  serverOptions(): ServerOptions {
    const { clientAuth = 'none', alpn } = this.options;
    if (this.#entries.length === 0) throw new TransportError('tls', 'a TLS listener needs a certificate');
    return {
      ...this.#material(),
      requestCert: clientAuth !== 'none',
      // Looked at by us, so that the refusal can be told.
      rejectUnauthorized: false,
      ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
      SNICallback: (serverName, done) => {
        // A name that cannot be compared is nobody's.
        void this.#contextFor(serverName)
          .catch(() => this.#entries[0]?.context)
          .then((context) => {
            done(null, context);
          });
      },
    };
  }

  /** Options of a TLS client. */
  clientOptions(): ConnectionOptions {
    const { verify = true, alpn } = this.options;
    return {
      secureContext: this.#client,
      rejectUnauthorized: verify,
      ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
    };
  }

  async #contextFor(serverName: string): Promise<SecureContext | undefined> {
    // Browsers accept wildcards; what SIP peers make of one is up to them.
    const own = this.#entries.find(({ certificate }) => certificate.checkHost(serverName) !== undefined);
    if (own !== undefined) return own.context;
    return (await this.#makeFor(serverName.toLowerCase())) ?? this.#entries[0]?.context;
  }

  /** A certificate costs some milliseconds, and peers can ask for any number of names. */
  #makeFor(serverName: string): Promise<SecureContext | undefined> | undefined {
    const { certificateFor } = this.options;
    const known = this.#made.get(serverName);
    if (known !== undefined || certificateFor === undefined || this.#made.size >= MOST_MADE) return known;
    const made = certificateFor(serverName)
      .then((pair) => pair && this.#contextOf(pair))
      // Whatever went wrong: the first certificate is shown, and the peer sees that it is for another name.
      .catch(() => undefined);
    this.#made.set(serverName, made);
    return made;
  }

  #material(): SecureMaterial {
    const [first] = this.#certificates;
    return { ...this.#rules(), ...(first === undefined ? {} : { cert: first.certificate, key: first.key }) };
  }

  #clientContext(): SecureContext {
    const pair = this.options.clientCertificate ?? this.#certificates[0];
    return pair === undefined ? createSecureContext(this.#rules()) : this.#contextOf(pair);
  }

  #load(certificates: readonly KeyPair[]): readonly Entry[] {
    return certificates.map((pair) => ({
      context: this.#contextOf(pair),
      certificate: new X509Certificate(pair.certificate),
    }));
  }

  #contextOf({ certificate, key }: KeyPair): SecureContext {
    try {
      return createSecureContext({ ...this.#rules(), cert: certificate, key });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TransportError('tls', `the certificate and its key cannot be used: ${reason}`, {
        cause: error,
      });
    }
  }

  #rules(): SecureMaterial {
    const { ca, minVersion = 'TLSv1.2', maxVersion } = this.options;
    return {
      minVersion,
      ...(maxVersion === undefined ? {} : { maxVersion }),
      ...(ca === undefined ? {} : { ca: [...ca] }),
    };
  }
}

/** What makes a secure context. */
type SecureMaterial = Pick<ServerOptions, 'cert' | 'key' | 'ca' | 'minVersion' | 'maxVersion'>;
