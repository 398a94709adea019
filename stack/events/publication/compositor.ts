import type { Disposable } from '../../core/emitter.ts';
import type { OnLimit } from '../../core/limits.ts';
import type { ServerRequest } from '../../agent/handler.ts';
import type { AgentContext } from '../../agent/context.ts';
import { event } from '../../message/headers/event.ts';
import { sipIfMatch } from '../../message/headers/publication.ts';
import { contentType, expires } from '../../message/headers/simple.ts';
import { bodyText } from '../body-text.ts';
import { resourceOf } from '../resource.ts';
import { EventState } from './event-state.ts';

/** A package whose state is published. */
export interface PublishablePackage {
  readonly name: string;
  /** Media type of its documents. */
  readonly contentType: string;
  /** What is wrong with a document, in one sentence. */
  check(document: string): string | undefined;
}

export interface CompositorOptions {
  readonly packages: readonly PublishablePackage[];
  /** Shorter publications are refused with 423. Default 60. @rfc 3903 §6 step 6 */
  readonly minExpiresSec?: number;
  /** Longer ones are cut. Default 3,600. */
  readonly maxExpiresSec?: number;
  /** Further publications get 503. Default 10,000. */
  readonly maxPublications?: number;
  /** Larger documents get 413: they are all kept, and read at once. Default 65,536 octets. @rfc 3261 §21.4.11 */
  readonly maxDocumentBytes?: number;
  readonly onLimit?: OnLimit;
}

const MIN_EXPIRES_SEC = 60;
const MAX_EXPIRES_SEC = 3600;
const MAX_PUBLICATIONS = 10_000;
const MAX_DOCUMENT_BYTES = 65_536;
const RETRY_AFTER_SEC = 60;

/** The event state compositor: keeps what is published, each publication under the entity-tag it was answered with last. @rfc 3903 §6 */
export class Compositor implements Disposable {
  readonly state: EventState;
  readonly #context: AgentContext;
  readonly #options: CompositorOptions;

  constructor(context: AgentContext, options: CompositorOptions) {
    this.#context = context;
    this.#options = options;
    this.state = new EventState(context);
  }

  get packages(): readonly string[] {
    return this.#options.packages.map(({ name }) => name);
  }

  get contentTypes(): readonly string[] {
    return this.#options.packages.map((p) => p.contentType);
  }

  /** Answers a PUBLISH. @rfc 3903 §6 */
  publish(request: ServerRequest): void {
    const { message } = request;
    const name = event(message)?.package;
    const found = this.#options.packages.find((p) => p.name === name);
    if (found === undefined) {
      request.respond(489, { headers: [['Allow-Events', this.packages.join(', ')]] });
      return;
    }
    const wantedSec = expires(message) ?? MAX_EXPIRES_SEC;
    const minSec = this.#options.minExpiresSec ?? MIN_EXPIRES_SEC;
    if (wantedSec > 0 && wantedSec < minSec) {
      request.respond(423, { headers: [['Min-Expires', String(minSec)]] });
      return;
    }
    const durationSec = Math.min(wantedSec, this.#options.maxExpiresSec ?? MAX_EXPIRES_SEC);
    this.#keep(request, found, durationSec);
  }

  dispose(): void {
    this.state.dispose();
  }

  #keep(request: ServerRequest, found: PublishablePackage, durationSec: number): void {
    const { message } = request;
    const { startLine } = message;
    const resource = resourceOf(startLine.kind === 'request' ? startLine.uri : '');
    const change = { package: found.name, resource };
    const previous = sipIfMatch(message);
    const known = previous === undefined ? undefined : this.state.find(change, previous);
    if (message.first('SIP-If-Match') !== undefined && known === undefined) {
      request.respond(412);
      return;
    }
    const body = bodyText(message);
    if (body.length > (this.#options.maxDocumentBytes ?? MAX_DOCUMENT_BYTES)) {
      request.respond(413);
    } else if (body === '' && known === undefined) {
      request.respond(400, { reason: 'Missing Body' });
    } else if (body !== '' && contentType(message) !== found.contentType) {
      request.respond(415, { headers: [['Accept', found.contentType]] });
    } else if (previous !== undefined && durationSec === 0) {
      this.state.remove(previous);
      accepted(request, this.#context.ids.token(12), 0);
    } else this.#store(request, found, change, durationSec, previous);
  }

  #store(
    request: ServerRequest,
    found: PublishablePackage,
    change: { readonly package: string; readonly resource: string },
    durationSec: number,
    previous: string | undefined,
  ): void {
    const body = bodyText(request.message);
    const known = previous === undefined ? '' : (this.state.find(change, previous) ?? '');
    const problem = body === '' ? undefined : found.check(body);
    if (problem !== undefined) {
      request.respond(400, { reason: 'Bad Event State' });
    } else if (previous === undefined && this.#isFull(request)) {
      request.respond(503, { headers: [['Retry-After', String(RETRY_AFTER_SEC)]] });
    } else {
      const tag = this.state.put(change, body === '' ? known : body, durationSec, previous);
      accepted(request, tag, durationSec);
    }
  }

  #isFull(request: ServerRequest): boolean {
    if (this.state.size < (this.#options.maxPublications ?? MAX_PUBLICATIONS)) return false;
    const source = request.incoming.received.from;
    this.#options.onLimit?.({ limit: 'publications', source, atMs: this.#context.clock.now() });
    return true;
  }
}

/** @rfc 3903 §6 step 8 */
function accepted(request: ServerRequest, tag: string, durationSec: number): void {
  request.respond(200, {
    headers: [
      ['SIP-ETag', tag],
      ['Expires', String(durationSec)],
    ],
  });
}
