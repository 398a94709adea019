import type { Parsed } from '../../message/bodies/xml.ts';
import type { ResourceStates } from '../packages/state-table.ts';
import type { PublishablePackage } from './compositor.ts';
import type { PublishedDocuments } from './event-state.ts';

/** A package whose state is the document that was published last. */
export interface LastPublished<S> {
  readonly name: string;
  readonly contentType: string;
  readonly parse: (document: string) => Parsed<S>;
  /** Of a resource that nobody has published. */
  readonly unpublished: S;
}

/** States as they were published last. @rfc 3903 §4 */
export function publishedStates<S>(
  published: PublishedDocuments,
  about: LastPublished<S>,
): ResourceStates<S> {
  return {
    get: (resource) => {
      const [latest] = published.documents(about.name, resource);
      const parsed = latest === undefined ? undefined : about.parse(latest);
      return parsed?.kind === 'ok' ? parsed.value : about.unpublished;
    },
    onChanged: (listener) =>
      published.onChanged(({ package: name, resource }) => {
        if (name === about.name) listener(resource);
      }),
  };
}

/** What a compositor has to know to take documents of the package. */
export function publishable<S>({ name, contentType, parse }: LastPublished<S>): PublishablePackage {
  return {
    name,
    contentType,
    check: (document) => {
      const parsed = parse(document);
      return parsed.kind === 'ok' ? undefined : parsed.message;
    },
  };
}
