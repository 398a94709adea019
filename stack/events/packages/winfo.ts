import { formatWatcherinfo, WATCHERINFO_TYPE } from '../../message/bodies/watcherinfo.ts';
import type { Watcher, WatcherEvent } from '../../message/bodies/watcherinfo.ts';
import { differenceOf, type EventPackage } from '../event-package.ts';
import type { Notifier } from '../notifier/notifier.ts';
import type { Subscription } from '../notifier/subscription.ts';
import { Departed } from './departed.ts';

/** What changes by itself is left out until the document is written: the same watcher has the same item. */
interface WatcherItem extends Watcher {
  readonly startMs: number;
  readonly expiresAtMs: number;
}

const isGone = ({ status }: WatcherItem): boolean => status === 'terminated';

/**
 * The watchers of another package, from the real subscriptions of the notifier. @rfc 3857
 * @param of - `presence` makes `presence.winfo`.
 */
export function winfoPackage(notifier: Notifier, of: string): EventPackage<readonly WatcherItem[]> {
  const { clock } = notifier.context;
  const departed = new Departed<WatcherItem>(clock);
  return {
    name: `${of}.winfo`,
    contentTypes: [WATCHERINFO_TYPE],
    defaultExpiresSec: 3600,
    snapshot: (resource) => [
      ...notifier
        .watchersOf(of, resource)
        .filter((s) => s.status !== 'terminated')
        .map(itemOf),
      ...departed.of(resource),
    ],
    format: (watchers, { resource, version, known }) => {
      const { isFull, items } = differenceOf(known, watchers, isGone);
      const nowMs = clock.now();
      return formatWatcherinfo({
        version,
        state: isFull ? 'full' : 'partial',
        lists: [{ resource, package: of, watchers: items.map((item) => watcherOf(item, nowMs)) }],
      });
    },
    onChanged: (listener) =>
      notifier.onSubscription((subscription) => {
        if (subscription.package.name !== of) return;
        if (subscription.status === 'terminated') departed.add(subscription.resource, itemOf(subscription));
        listener(subscription.resource);
      }),
  };
}

function itemOf(subscription: Subscription): WatcherItem {
  const { id, watcher, status, startMs, expiresAtMs } = subscription;
  return { id, uri: watcher, status, event: eventOf(subscription), startMs, expiresAtMs };
}

/** @rfc 3857 §4.7.1 */
function eventOf({ status, reason, wasPending }: Subscription): WatcherEvent {
  if (status === 'terminated') return reason === undefined || reason === 'invariant' ? 'noresource' : reason;
  return wasPending && status === 'active' ? 'approved' : 'subscribe';
}

function watcherOf({ startMs, expiresAtMs, ...watcher }: WatcherItem, nowMs: number): Watcher {
  const durationSubscribedSec = Math.floor((nowMs - startMs) / 1000);
  if (watcher.status === 'terminated') return { ...watcher, durationSubscribedSec };
  const expirationSec = Math.max(0, Math.ceil((expiresAtMs - nowMs) / 1000));
  return { ...watcher, expirationSec, durationSubscribedSec };
}
