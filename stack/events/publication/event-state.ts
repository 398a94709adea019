import type { Clock, Timer } from '../../core/clock.ts';
import { Emitter, type Disposable, type Unsubscribe } from '../../core/emitter.ts';
import type { Ids } from '../../core/ids.ts';

/** Whose state of which package has changed. */
export interface PublishedChange {
  readonly package: string;
  readonly resource: string;
}

/** What a package composes its state of. */
export interface PublishedDocuments {
  /** Documents of a resource, the latest first. */
  documents(packageName: string, resource: string): readonly string[];
  onChanged(listener: (change: PublishedChange) => void): Unsubscribe;
}

interface Publication {
  readonly change: PublishedChange;
  readonly document: string;
  readonly expiry: Timer;
}

/** Published documents, each under the entity-tag of its latest PUBLISH. @rfc 3903 §4.1 */
export class EventState implements PublishedDocuments, Disposable {
  readonly #clock: Clock;
  readonly #ids: Ids;
  /** By entity-tag. */
  readonly #publications = new Map<string, Publication>();
  /** Entity-tags by package and resource, the latest first. */
  readonly #tags = new Map<string, readonly string[]>();
  readonly #changed = new Emitter<PublishedChange>();

  constructor(options: { readonly clock: Clock; readonly ids: Ids }) {
    this.#clock = options.clock;
    this.#ids = options.ids;
  }

  get size(): number {
    return this.#publications.size;
  }

  documents(packageName: string, resource: string): readonly string[] {
    const tags = this.#tags.get(keyOf({ package: packageName, resource })) ?? [];
    return tags.flatMap((tag) => this.#publications.get(tag)?.document ?? []);
  }

  onChanged(listener: (change: PublishedChange) => void): Unsubscribe {
    return this.#changed.on(listener);
  }

  /** The document under an entity-tag of this resource. */
  find(change: PublishedChange, tag: string): string | undefined {
    const publication = this.#publications.get(tag);
    return publication !== undefined && keyOf(publication.change) === keyOf(change)
      ? publication.document
      : undefined;
  }

  /**
   * Keeps a document for a while, under a new entity-tag each time.
   * @param previous - entity-tag of the publication it takes the place of.
   * @returns its entity-tag.
   */
  put(change: PublishedChange, document: string, durationSec: number, previous?: string): string {
    const key = keyOf(change);
    const isSame = previous !== undefined && this.#publications.get(previous)?.document === document;
    const place = isSame ? (this.#tags.get(key) ?? []).indexOf(previous) : 0;
    if (previous !== undefined) this.#drop(previous);
    const tag = this.#ids.token(12);
    const expiry = this.#clock.after(durationSec * 1000, () => {
      this.remove(tag);
    });
    this.#publications.set(tag, { change, document, expiry });
    // A refresh changes nothing that a watcher could see, not even the order.
    const tags = [...(this.#tags.get(key) ?? [])];
    tags.splice(place, 0, tag);
    this.#tags.set(key, tags);
    if (!isSame) this.#changed.emit(change);
    return tag;
  }

  remove(tag: string): void {
    const change = this.#drop(tag);
    if (change !== undefined) this.#changed.emit(change);
  }

  dispose(): void {
    for (const { expiry } of this.#publications.values()) expiry.cancel();
    this.#publications.clear();
    this.#tags.clear();
  }

  #drop(tag: string): PublishedChange | undefined {
    const publication = this.#publications.get(tag);
    if (publication === undefined) return undefined;
    publication.expiry.cancel();
    this.#publications.delete(tag);
    const key = keyOf(publication.change);
    const others = (this.#tags.get(key) ?? []).filter((other) => other !== tag);
    if (others.length === 0) this.#tags.delete(key);
    else this.#tags.set(key, others);
    return publication.change;
  }
}

function keyOf({ package: name, resource }: PublishedChange): string {
  return `${name} ${resource}`;
}
