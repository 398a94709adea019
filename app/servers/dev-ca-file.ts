import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DevCa } from '../../stack/transport/node/dev-ca.ts';
import { writeFileWhole } from '../services/storage/write-file.ts';

/** The development CA of a data folder. */
export interface DevCaFile {
  readonly ca: DevCa;
  /** The certificate that peers and browsers have to trust. */
  readonly path: string;
}

const CERTIFICATE = 'development-ca.pem';
const KEY = 'development-ca.key';

/** In this process the CA of a folder is opened once, so that two servers started together do not make two. */
const opened = new Map<string, Promise<DevCaFile>>();

/**
 * The development CA of the data folder, made when there is none yet; its key is readable by its owner only.
 * @throws TransportError code 'tls' when the files hold no CA, or the error of the file system.
 */
export function openDevCa(dataDir: string): Promise<DevCaFile> {
  let file = opened.get(dataDir);
  if (file === undefined) {
    file = open(dataDir);
    opened.set(dataDir, file);
    file.catch(() => opened.delete(dataDir));
  }
  return file;
}

async function open(dataDir: string): Promise<DevCaFile> {
  const path = join(dataDir, CERTIFICATE);
  const kept = await read(path, join(dataDir, KEY));
  // What makes certificates takes longer to load than all the rest of a command that needs none.
  const { createDevCa, loadDevCa } = await import('../../stack/transport/node/dev-ca.ts');
  if (kept !== undefined) return { ca: await loadDevCa(kept), path };
  const ca = await createDevCa();
  await mkdir(dataDir, { recursive: true });
  // The key first: a certificate without its key would be taken for a CA that is there.
  await writeFileWhole(join(dataDir, KEY), [Buffer.from(ca.pem.key)], 0o600);
  await writeFileWhole(path, [Buffer.from(ca.pem.certificate)]);
  return { ca, path };
}

async function read(path: string, keyPath: string): Promise<DevCa['pem'] | undefined> {
  try {
    return { certificate: await readFile(path, 'utf8'), key: await readFile(keyPath, 'utf8') };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
