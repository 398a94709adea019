import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { rootCertificates } from 'node:tls';
import type { Logger } from '../../stack/core/logger.ts';
import { isWildcard } from '../../stack/core/address.ts';
import type { KeyPair, TlsContext } from '../../stack/transport/node/tls-context.ts';
import { createTlsContext } from '../../stack/transport/node/tls-context.ts';
import { TransportError } from '../../stack/transport/transport.ts';
import { parseBind, type ServerConfig } from '../contract/server-config.ts';
import { fileReason } from '../services/storage/file-reason.ts';
import { openDevCa } from './dev-ca-file.ts';
import { NodeStartError } from './node-start-error.ts';

/** Where certificates come from when none is configured. */
export interface TlsEnvironment {
  /** Folder of the development CA. */
  readonly dataDir: string;
  readonly log: Logger;
}

/**
 * Certificates and rules of a node's TLS listeners: those of the files, or certificates of the development CA, made for whatever name a peer asks for.
 * @throws NodeStartError code 'invalid-config'.
 */
export async function tlsContextOf(config: ServerConfig, env: TlsEnvironment): Promise<TlsContext> {
  const { tlsCert, tlsKey, tlsCa, tlsMin, tlsMax, tlsVerifyClient } = config;
  if ((tlsCert === '') !== (tlsKey === ''))
    throw unusable(
      `There is a ${tlsCert === '' ? 'private key without its certificate' : 'certificate without its private key'}.`,
      'Give both --tls-cert and --tls-key, or neither for a development certificate.',
    );
  const rules = {
    minVersion: `TLSv${tlsMin}`,
    maxVersion: `TLSv${tlsMax}`,
    // Asked for a certificate, browsers bother their users.
    clientAuth: tlsVerifyClient ? 'require' : 'none',
  } as const;
  const trusted = tlsCa === '' ? undefined : [await textOf(tlsCa)];
  try {
    if (tlsCert !== '') {
      const pair: KeyPair = { certificate: await textOf(tlsCert), key: await textOf(tlsKey) };
      return createTlsContext({
        ...rules,
        certificates: [pair],
        ...(trusted === undefined ? {} : { ca: trusted }),
      });
    }
    const devCa = await openDevCa(env.dataDir);
    env.log.info('TLS shows certificates of the development CA, which peers have to trust', {
      ca: devCa.path,
    });
    return createTlsContext({
      ...rules,
      certificates: [await devCa.ca.issue({ names: ownNames(config) })],
      certificateFor: (name) => devCa.ca.issue({ names: [name] }),
      ca: trusted ?? [...rootCertificates, devCa.ca.pem.certificate],
    });
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw unusable(
      `TLS cannot be set up: ${error.message}.`,
      'Check the files of certificate, key and authorities.',
    );
  }
}

/** Under which names and addresses peers may come. */
function ownNames(config: ServerConfig): readonly string[] {
  const bound = [...config.sipsBind, ...config.wssBind].map((bind) => parseBind(bind).host);
  const names = ['localhost', ...bound, '127.0.0.1', '::1', hostname()];
  return [...new Set(names.filter((name) => !isWildcard(name)))];
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unusable(
      `${file} cannot be read: ${fileReason(error)}.`,
      'Check the path and who may read the file.',
    );
  }
}

function unusable(message: string, hint: string): NodeStartError {
  return new NodeStartError('invalid-config', message, hint);
}
