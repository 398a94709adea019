import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { nameOf } from '../../../scenarios/language/name.ts';
import { ContractError } from '../../contract/errors.ts';
import { fileReason } from '../storage/file-reason.ts';
import { readBeside } from '../storage/read-beside.ts';
import { isMissing, revisionOf, type WriteFile } from './disk.ts';
import type { ScenarioPlace } from './place.ts';
import { isScenarioName, resolveScenario } from './scenario-path.ts';

/** A scenario file as it was when the folder was last looked through. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
  readonly modifiedAtMs: number;
  readonly revision: string;
}

/** What was found, and the folders it was found in, the topmost first. */
export interface Scan {
  readonly files: readonly FoundFile[];
  readonly folders: readonly string[];
}

/** Larger files are no scenarios: they are listed without a name. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Folders that lead deeper than this, and files above that many, are left out: a folder of somebody's whole disk. */
const MAX_DEPTH = 8;
const MAX_FILES = 5000;

const TRASH = '.trash';

/** The workspace folder of scenarios on the disk. Paths are those of the contract. */
export class ScenarioFolder {
  readonly root: string;
  readonly #write: WriteFile;
  readonly #known = new Map<string, FoundFile & { readonly sizeBytes: number }>();

  constructor(root: string, write: WriteFile) {
    this.root = root;
    this.#write = write;
  }

  /** Looks through the folder, which is made when it is not there. Files that have not changed are not read again. */
  async scan(): Promise<Scan> {
    await this.#make(this.root);
    const folders: string[] = [];
    const files: FoundFile[] = [];
    const look = async (folder: string, prefix: string, depth: number): Promise<void> => {
      folders.push(folder);
      const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name, 'en'))) {
        if (entry.name.startsWith('.') || files.length >= MAX_FILES) continue;
        const path = prefix + entry.name;
        if (entry.isDirectory() && depth < MAX_DEPTH)
          await look(join(folder, entry.name), `${path}/`, depth + 1);
        else if (entry.isFile() && isScenarioName(entry.name)) {
          const file = await this.#look(path);
          if (file !== undefined) files.push(file);
        }
      }
    };
    await this.#told(this.root, () => look(this.root, '', 0));
    const found = new Set(files.map(({ path }) => path));
    for (const path of this.#known.keys()) if (!found.has(path)) this.#known.delete(path);
    return { files, folders };
  }

  /** @throws ContractError 'bad-params' | 'not-found' | 'file-error' */
  async read(path: string): Promise<{ readonly text: string; readonly revision: string }> {
    const full = await this.#resolve(path);
    return this.#told(path, async () => {
      const { size } = await stat(full);
      if (size > MAX_BYTES)
        throw new ContractError('file-error', `${path} is too large for a scenario: ${size} octets.`);
      const text = await readFile(full, 'utf8');
      return { text, revision: revisionOf(text) };
    });
  }

  /** @throws ContractError 'bad-params' | 'file-error' */
  async write(path: string, text: string): Promise<string> {
    const full = await this.#resolve(path);
    await this.#make(dirname(full));
    await this.#told(path, () => this.#write(full, [new TextEncoder().encode(text)]));
    return revisionOf(text);
  }

  /** @throws ContractError 'bad-params' | 'file-error' when nothing of that path can be in the folder */
  async checkPath(path: string): Promise<void> {
    await this.#resolve(path);
  }

  /** Where a scenario of that path stands. @throws ContractError 'bad-params' | 'file-error' */
  async place(path: string): Promise<ScenarioPlace> {
    const full = await this.#resolve(path);
    return { folder: dirname(full), readFile: readBeside(full, this.root) };
  }

  /** @throws ContractError 'bad-params' | 'file-error' */
  async has(path: string): Promise<boolean> {
    const full = await this.#resolve(path);
    return stat(full).then(
      () => true,
      (error: unknown) => {
        if (isMissing(error)) return false;
        throw new ContractError('file-error', `${path}: ${fileReason(error)}.`);
      },
    );
  }

  /** @throws ContractError 'bad-params' | 'not-found' | 'conflict' | 'file-error' */
  async rename(path: string, to: string): Promise<void> {
    const from = await this.#resolve(path);
    const target = await this.#resolve(to);
    if (await this.has(to)) throw new ContractError('conflict', `There is a ${to} already.`);
    await this.#make(dirname(target));
    await this.#told(path, () => rename(from, target));
  }

  /** Into the trash of the folder. @throws ContractError 'bad-params' | 'not-found' | 'file-error' */
  async remove(path: string, wallMs: number): Promise<void> {
    const full = await this.#resolve(path);
    const when = new Date(wallMs).toISOString().replace(/\D/g, '').slice(0, 17);
    const trash = join(this.root, TRASH);
    await this.#make(trash);
    await this.#told(path, () => rename(full, join(trash, `${when}-${basename(full)}`)));
  }

  async #resolve(path: string): Promise<string> {
    await this.#make(this.root);
    return this.#told(path, () => resolveScenario(this.root, path));
  }

  async #look(path: string): Promise<FoundFile | undefined> {
    const full = join(this.root, ...path.split('/'));
    try {
      const { mtimeMs, size } = await stat(full);
      const known = this.#known.get(path);
      if (known?.modifiedAtMs === mtimeMs && known.sizeBytes === size) return known;
      const text = size > MAX_BYTES ? '' : await readFile(full, 'utf8');
      const found = {
        path,
        name: nameOf(text),
        modifiedAtMs: mtimeMs,
        revision: revisionOf(text),
        sizeBytes: size,
      };
      this.#known.set(path, found);
      return found;
    } catch (error) {
      // It went while the folder was looked through, or may not be read: then it cannot be opened either.
      if (isMissing(error) || isForbidden(error)) return undefined;
      throw error;
    }
  }

  async #make(folder: string): Promise<void> {
    await this.#told(folder, () => mkdir(folder, { recursive: true }));
  }

  /** Errors of the file system as those of the contract. */
  async #told<T>(path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ContractError) throw error;
      if (isMissing(error)) throw new ContractError('not-found', `There is no ${path}.`);
      throw new ContractError('file-error', `${path}: ${fileReason(error)}.`);
    }
  }
}

const isForbidden = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
