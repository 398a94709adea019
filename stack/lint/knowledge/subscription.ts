import { event, subscriptionState } from '../../message/headers/event.ts';
import type { Seen } from '../seen.ts';

const MAX_SUBSCRIPTIONS = 64;

/** A subscription inside a dialog. @rfc 6665, RFC 3515 */
export class Subscription {
  readonly package: string;
  readonly eventId: string | undefined;
  /** The SUBSCRIBE or REFER that made it. */
  readonly request: Seen;
  /** The NOTIFY seen last. */
  last: Seen | undefined = undefined;
  notifies = 0;
  /** The NOTIFY that ended it. */
  terminal: Seen | undefined = undefined;
  /** The first NOTIFY whose body told a final status, and the status. */
  outcome: { readonly seen: Seen; readonly status: number } | undefined = undefined;
  /** Of the last body. */
  version: number | undefined = undefined;
  /** A 2xx to a SUBSCRIBE with Expires: 0. */
  unsubscribed: Seen | undefined = undefined;

  constructor(name: string, eventId: string | undefined, request: Seen) {
    this.package = name;
    this.eventId = eventId;
    this.request = request;
  }

  notified(notify: Seen): void {
    this.last = notify;
    this.notifies++;
    if (subscriptionState(notify.message)?.state === 'terminated') this.terminal ??= notify;
    const status = fragmentStatus(notify);
    if (status !== undefined && status >= 200) this.outcome ??= { seen: notify, status };
    this.version = bodyVersion(notify) ?? this.version;
  }
}

/** The subscriptions of one dialog. @rfc 6665 §4.5.2 */
export class Subscriptions {
  readonly #all: Subscription[] = [];

  /** The subscription a SUBSCRIBE refreshes or a NOTIFY belongs to. */
  of(seen: Seen): Subscription | undefined {
    const name = event(seen.message)?.package;
    const id = event(seen.message)?.id;
    const same = this.#all.filter((s) => s.package === name);
    return (
      same.find((s) => s.eventId === id) ??
      (name === 'refer' ? same.find((s) => id === undefined || id === String(s.request.cseq)) : undefined)
    );
  }

  requested(request: Seen): Subscription {
    const known = request.method === 'REFER' ? undefined : this.of(request);
    if (known !== undefined) return known;
    const isFirst = !this.#all.some((s) => s.package === 'refer');
    const made =
      request.method === 'REFER'
        ? new Subscription('refer', isFirst ? undefined : String(request.cseq), request)
        : new Subscription(event(request.message)?.package ?? '', event(request.message)?.id, request);
    this.#all.push(made);
    if (this.#all.length > MAX_SUBSCRIPTIONS) this.#all.shift();
    return made;
  }

  madeBy(request: Seen): Subscription | undefined {
    return this.#all.find((s) => s.request === request);
  }
}

/** The status a body of message/sipfrag begins with. @rfc 3515 §2.4.5 */
export function fragmentStatus(notify: Seen): number | undefined {
  const code = /^SIP\/2\.0 (\d{3})\b/i.exec(notify.bodyText)?.[1];
  return code === undefined ? undefined : Number(code);
}

/** The version of a body that counts its states: dialog-info, reginfo, watcherinfo, RLMI. @rfc 4235 §4.1, RFC 3680 §5.2, RFC 3858 §4 */
export function bodyVersion(notify: Seen): number | undefined {
  const root =
    /<(?:\w+:)?(?:dialog-info|reginfo|watcherinfo|list)\s[^>]*?\bversion\s*=\s*["'](\d{1,15})["']/.exec(
      notify.bodyText,
    );
  return root?.[1] === undefined ? undefined : Number(root[1]);
}
