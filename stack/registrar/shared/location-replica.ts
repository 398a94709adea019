import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { RemovalReason, StoredBinding } from '../location-store.ts';
import { createMemoryLocations, type MemoryLocations } from '../memory-locations.ts';
import { parseDocument, type BindingDocument } from './binding-document.ts';
import { isSecretDocument } from './store-secret.ts';
import type { ScanPage } from './store-driver.ts';

export interface LocationReplicaOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly self: string;
}

/** A copy in memory of what a database holds: it finds out what each announcement changes, and ends bindings in time. */
export class LocationReplica {
  readonly locations: MemoryLocations;
  readonly #options: LocationReplicaOptions;
  /** For each comparison under way: who changed since it began. */
  readonly #touched = new Set<Set<string>>();

  constructor(options: LocationReplicaOptions) {
    this.#options = options;
    this.locations = createMemoryLocations(options);
  }

  /** Takes over an announced document. */
  put(aor: string, text: string | undefined, removal: RemovalReason | undefined): void {
    for (const touched of this.#touched) touched.add(aor);
    const document = text === undefined ? { aor, bindings: [] } : this.#parse(text);
    if (document !== undefined) this.#apply(document, removal);
  }

  /** Takes over a document that has yet to be read, unless a newer one is announced meanwhile. */
  async reread(
    aor: string,
    read: () => Promise<string | undefined>,
    removal: RemovalReason | undefined,
  ): Promise<void> {
    await this.#watching(async (touched) => {
      const text = await read();
      if (!touched.has(aor)) this.put(aor, text, removal);
    });
  }

  /**
   * Compares with everything there is; what was announced since the beginning is newer.
   * @returns users with bindings that have expired and are there still.
   */
  reload(nextPage: (cursor: string | undefined) => Promise<ScanPage>): Promise<readonly string[]> {
    return this.#watching(async (touched) => {
      const seen = new Set<string>();
      const overdue: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await nextPage(cursor);
        const wallMs = this.#options.clock.wallMs();
        for (const text of page.documents) {
          if (isSecretDocument(text)) continue;
          const document = this.#parse(text);
          if (document === undefined) continue;
          const { aor, bindings } = document;
          seen.add(aor);
          if (!touched.has(aor)) this.#apply(document, undefined);
          if (bindings.some(({ expiresAtMs }) => expiresAtMs <= wallMs)) overdue.push(aor);
        }
        cursor = page.cursor;
      } while (cursor !== undefined);
      const gone: string[] = [];
      for await (const { aor } of this.locations.all())
        if (!seen.has(aor) && !touched.has(aor)) gone.push(aor);
      for (const aor of gone) this.#apply({ aor, bindings: [] }, undefined);
      return overdue;
    });
  }

  async #watching<T>(work: (touched: ReadonlySet<string>) => Promise<T>): Promise<T> {
    const touched = new Set<string>();
    this.#touched.add(touched);
    try {
      return await work(touched);
    } finally {
      this.#touched.delete(touched);
    }
  }

  #parse(text: string): BindingDocument | undefined {
    const { log, self } = this.#options;
    try {
      return parseDocument(text, self);
    } catch (error) {
      log.error('bad entry in the location store', { reason: String(error), entry: text.slice(0, 100) });
      return undefined;
    }
  }

  #apply({ aor, bindings: stored }: BindingDocument, removal: RemovalReason | undefined): void {
    void this.locations.update(aor, (live, wallMs) => {
      const bindings = stored
        .filter(({ expiresAtMs }) => expiresAtMs > wallMs)
        .map((binding) => live.find((known) => isSame(known, binding)) ?? binding);
      const isChanged = bindings.length !== live.length || bindings.some((b) => !live.includes(b));
      return {
        bindings: isChanged ? bindings : undefined,
        ...(removal === undefined ? {} : { removal }),
        result: undefined,
      };
    });
  }
}

/** Both come from a document, so that their members stand in one order. */
function isSame(a: StoredBinding, b: StoredBinding): boolean {
  return a.id === b.id && JSON.stringify(a) === JSON.stringify(b);
}
