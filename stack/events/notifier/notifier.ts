import { Emitter, type Disposable, type Unsubscribe } from '../../core/emitter.ts';
import { DEFAULT_LIMITS, type OnLimit } from '../../core/limits.ts';
import type { UsageContext } from '../../agent/usage.ts';
import type { ServerRequest } from '../../agent/handler.ts';
import { acceptsMediaType } from '../../agent/capabilities.ts';
import { event, type Event } from '../../message/headers/event.ts';
import { contacts, fromHeader } from '../../message/headers/name-addr.ts';
import { expires } from '../../message/headers/simple.ts';
import { tokens } from '../../message/headers/token-list.ts';
import type { SipMessage } from '../../message/message.ts';
import { dialogEndOf } from '../dialog-end.ts';
import type { EventPackage } from '../event-package.ts';
import { resourceOf } from '../resource.ts';
import { Subscription } from './subscription.ts';

/** Who wants to see what. */
export interface Admission {
  readonly package: string;
  readonly resource: string;
  /** URI of From. */
  readonly watcher: string;
  readonly request: ServerRequest;
}

export interface NotifierOptions {
  /** Shorter subscriptions are refused with 423, unless they are of an hour or more. Default 60. @rfc 6665 §4.2.1.1 */
  readonly minExpiresSec?: number;
  /** Longer ones are cut. Default 3,600. */
  readonly maxExpiresSec?: number;
  /** Default: every watcher may see everything. @rfc 6665 §4.2.1.3 */
  readonly admit?: (admission: Admission) => 'active' | 'pending' | 'rejected';
  /** Further ones get 503. Default 10,000. */
  readonly maxSubscriptions?: number;
  readonly onLimit?: OnLimit;
}

const MIN_EXPIRES_SEC = 60;
const MAX_EXPIRES_SEC = 3600;
const RETRY_AFTER_SEC = 60;
/** 423 is only for subscriptions shorter than this. @rfc 6665 §4.2.1.1 */
const ONE_HOUR_SEC = 3600;

/** The notifier's side of all subscriptions of an agent. @rfc 6665 §4.2 */
export class Notifier implements Disposable {
  readonly context: UsageContext;
  readonly #options: NotifierOptions;
  readonly #packages = new Map<string, EventPackage>();
  readonly #ends: Unsubscribe[] = [];
  readonly #subscriptions = new Set<Subscription>();
  /** By package and resource. */
  readonly #watched = new Map<string, Set<Subscription>>();
  readonly #changed = new Emitter<Subscription>();

  constructor(context: UsageContext, packages: readonly EventPackage[], options: NotifierOptions = {}) {
    this.context = context;
    this.#options = options;
    for (const each of packages) this.add(each);
  }

  /** Adds a package to what can be subscribed to. */
  add(eventPackage: EventPackage): void {
    const { name } = eventPackage;
    this.#packages.set(name, eventPackage);
    this.#ends.push(
      eventPackage.onChanged((resource) => {
        const watchers = this.watchersOf(name, resource);
        // Mostly nobody watches: then what happens all the time costs nothing.
        const isGone = watchers.length > 0 && eventPackage.snapshot(resource) === undefined;
        for (const subscription of watchers)
          if (isGone) subscription.terminate('noresource');
          else subscription.notify();
      }),
    );
  }

  /** Names for Allow-Events. */
  get packages(): readonly string[] {
    return [...this.#packages.keys()];
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.#subscriptions];
  }

  /** The subscriptions to one resource. */
  watchersOf(packageName: string, resource: string): readonly Subscription[] {
    return [...(this.#watched.get(keyOf(packageName, resource)) ?? [])];
  }

  /** A subscription came, changed its status, was refreshed or is over. */
  onSubscription(listener: (subscription: Subscription) => void): Unsubscribe {
    return this.#changed.on(listener);
  }

  /** Serves a SUBSCRIBE that belongs to no subscription yet. The 2xx goes first, then the NOTIFY. @rfc 6665 §4.2.1 */
  subscribe(request: ServerRequest): void {
    const wanted = event(request.message);
    const found = wanted && this.#packages.get(wanted.package);
    if (wanted === undefined || found === undefined) {
      request.respond(489, { headers: [['Allow-Events', this.packages.join(', ')]] });
      return;
    }
    const contentType = agreedType(request.message, found);
    if (contentType === undefined) {
      request.respond(406, { headers: [['Accept', found.contentTypes.join(', ')]] });
      return;
    }
    if (contacts(request.message).length === 0) request.respond(400, { reason: 'Missing Contact' });
    else if (found.isImplicit === true) request.respond(403);
    else this.#admit(request, found, wanted, contentType);
  }

  /**
   * Makes a subscription after a request other than SUBSCRIBE was answered with a 2xx. @rfc 3515 §2.4.4
   * @returns undefined when there are too many.
   */
  implicit(
    request: ServerRequest,
    eventPackage: EventPackage,
    resource: string,
    durationSec: number,
  ): Subscription | undefined {
    if (this.isFull(request)) return undefined;
    const id = request.message.first('CSeq')?.split(' ', 1)[0];
    const [contentType = ''] = eventPackage.contentTypes;
    const subscription = this.#open(request, eventPackage, id, resource, contentType, 'active');
    subscription.begin(durationSec);
    return subscription;
  }

  /** Whether there is no room for another subscription; tells the listener of limits. */
  isFull(request: ServerRequest): boolean {
    if (this.#subscriptions.size < (this.#options.maxSubscriptions ?? DEFAULT_LIMITS.subscriptions))
      return false;
    const source = request.incoming.received.from;
    this.#options.onLimit?.({ limit: 'subscriptions', source, atMs: this.context.clock.now() });
    return true;
  }

  /** Drops all subscriptions without a word on the wire. */
  dispose(): void {
    for (const end of this.#ends) end();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  #admit(request: ServerRequest, found: EventPackage, wanted: Event, contentType: string): void {
    const durationSec = this.#grant(request, found);
    if (durationSec === undefined) return;
    const { startLine } = request.message;
    const resource = resourceOf(startLine.kind === 'request' ? startLine.uri : '');
    const watcher = fromHeader(request.message)?.uri ?? '';
    if (found.snapshot(resource) === undefined) {
      request.respond(404);
      return;
    }
    const status = this.#options.admit?.({ package: found.name, resource, watcher, request }) ?? 'active';
    if (status === 'rejected') request.respond(403);
    else if (this.isFull(request))
      request.respond(503, { headers: [['Retry-After', String(RETRY_AFTER_SEC)]] });
    else {
      request.respond(200, { headers: [['Expires', String(durationSec)]] });
      this.#open(request, found, wanted.id, resource, contentType, status).begin(durationSec);
    }
  }

  #open(
    request: ServerRequest,
    found: EventPackage,
    eventId: string | undefined,
    resource: string,
    contentType: string,
    status: 'pending' | 'active',
  ): Subscription {
    const subscription = new Subscription({
      end: dialogEndOf(this.context, request),
      package: found,
      eventId,
      resource,
      watcher: fromHeader(request.message)?.uri ?? '',
      contentType,
      status,
      grant: (refresh) => this.#grant(refresh, found),
      onGone: (gone) => {
        this.#remove(gone);
      },
    });
    this.#subscriptions.add(subscription);
    const key = keyOf(found.name, resource);
    const watchers = this.#watched.get(key) ?? new Set();
    this.#watched.set(key, watchers.add(subscription));
    this.context.usages.add(subscription);
    subscription.onChanged((changed) => {
      this.#changed.emit(changed);
    });
    return subscription;
  }

  #remove(subscription: Subscription): void {
    const key = keyOf(subscription.package.name, subscription.resource);
    const watchers = this.#watched.get(key);
    watchers?.delete(subscription);
    if (watchers?.size === 0) this.#watched.delete(key);
    this.#subscriptions.delete(subscription);
    this.context.usages.delete(subscription);
    subscription.package.onGone?.(subscription.resource);
  }

  /** The duration of a subscription; undefined when it is too brief and was refused. @rfc 6665 §4.2.1.1 */
  #grant(request: ServerRequest, found: EventPackage): number | undefined {
    const wantedSec = expires(request.message) ?? found.defaultExpiresSec;
    const minSec = this.#options.minExpiresSec ?? MIN_EXPIRES_SEC;
    if (wantedSec > 0 && wantedSec < minSec && wantedSec < ONE_HOUR_SEC) {
      request.respond(423, { headers: [['Min-Expires', String(minSec)]] });
      return undefined;
    }
    return Math.min(wantedSec, this.#options.maxExpiresSec ?? MAX_EXPIRES_SEC);
  }
}

/** The first type of the package that the watcher takes; without Accept the default one. @rfc 6665 §3.1.3 */
function agreedType(message: SipMessage, { contentTypes }: EventPackage): string | undefined {
  if (message.first('Accept') === undefined) return contentTypes[0];
  const ranges = tokens(message, 'Accept').map((range) =>
    (range.split(';', 1)[0] ?? '').trim().toLowerCase(),
  );
  return contentTypes.find((type) => acceptsMediaType(ranges, type));
}

function keyOf(name: string, resource: string): string {
  return `${name} ${resource}`;
}
