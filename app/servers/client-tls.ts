import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import { createTlsContext, type TlsContext } from '../../stack/transport/node/tls-context.ts';
import { TransportError } from '../../stack/transport/transport.ts';
import { defaultDataDir } from '../services/storage/data-dir.ts';
import { fileReason } from '../services/storage/file-reason.ts';
import { openDevCa } from './dev-ca-file.ts';

/** PEM files in place of what clientTls takes by itself, and whether peers must prove who they are. */
export interface TlsFiles {
  /** Where relative paths begin. */
  readonly folder: string;
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly verify?: boolean | undefined;
}

/**
 * Trusts what Node trusts and the development CA of this machine, which also made the certificate we show.
 * @throws TransportError code 'tls' when a file cannot be read or used.
 */
export async function clientTls(
  localHost: string,
  { env }: Pick<NodeJS.Process, 'env'>,
  { folder, ca: authorities, certificate, key, verify = true }: TlsFiles = { folder: '.' },
): Promise<TlsContext> {
  const { ca } = await openDevCa(defaultDataDir(process.platform, env, homedir()));
  const textOf = (path: string): Promise<string> =>
    readFile(resolve(folder, path), 'utf8').catch((error: unknown) => {
      throw new TransportError('tls', `${path}: ${fileReason(error)}`, { cause: error });
    });
  const own =
    certificate === undefined || key === undefined
      ? await ca.issue({ names: [localHost] })
      : { certificate: await textOf(certificate), key: await textOf(key) };
  return createTlsContext({
    ca: authorities === undefined ? [...rootCertificates, ca.pem.certificate] : [await textOf(authorities)],
    certificates: [own],
    verify,
  });
}
