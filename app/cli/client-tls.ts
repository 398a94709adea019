import { homedir } from 'node:os';
import { rootCertificates } from 'node:tls';
import { createTlsContext, type TlsContext } from '../../stack/transport/node/tls-context.ts';
import { openDevCa } from '../servers/dev-ca-file.ts';
import { defaultDataDir } from '../services/storage/data-dir.ts';
import type { CliIo } from './io.ts';

/** Trusts what Node trusts and the development CA of this machine, which also made the certificate we show. */
export async function clientTls(localHost: string, io: CliIo): Promise<TlsContext> {
  const { ca } = await openDevCa(defaultDataDir(process.platform, io.env, homedir()));
  return createTlsContext({
    ca: [...rootCertificates, ca.pem.certificate],
    certificates: [await ca.issue({ names: [localHost] })],
  });
}
