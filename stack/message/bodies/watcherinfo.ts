import { element, formatXml, present, readBody } from './xml.ts';
import type { Parsed, XmlElement } from './xml.ts';

export const WATCHERINFO_TYPE = 'application/watcherinfo+xml';

const WATCHERINFO = 'urn:ietf:params:xml:ns:watcherinfo';

/** @rfc 3857 §4.7.1 */
export type WatcherStatus = 'pending' | 'active' | 'waiting' | 'terminated';

/** What moved a watcher into its status. @rfc 3857 §4.7.1 */
export type WatcherEvent =
  'subscribe' | 'approved' | 'deactivated' | 'probation' | 'rejected' | 'timeout' | 'giveup' | 'noresource';

const STATUSES: readonly string[] = ['pending', 'active', 'waiting', 'terminated'];
const EVENTS: readonly string[] = [
  'subscribe',
  'approved',
  'deactivated',
  'probation',
  'rejected',
  'timeout',
  'giveup',
  'noresource',
];

/** One watcher. @rfc 3858 §4.3 */
export interface Watcher {
  readonly id: string;
  readonly uri: string;
  readonly displayName?: string;
  readonly status: WatcherStatus;
  readonly event: WatcherEvent;
  readonly expirationSec?: number;
  readonly durationSubscribedSec?: number;
}

/** The watchers of one resource and package. @rfc 3858 §4.2 */
export interface WatcherList {
  readonly resource: string;
  readonly package: string;
  readonly watchers: readonly Watcher[];
}

/** @rfc 3858 §4.1 */
export interface Watcherinfo {
  readonly version: number;
  readonly state: 'full' | 'partial';
  readonly lists: readonly WatcherList[];
}

/** Reads `application/watcherinfo+xml`. */
export function parseWatcherinfo(text: string): Parsed<Watcherinfo> {
  return readBody<Watcherinfo>(text, 'watcherinfo', WATCHERINFO, (root) => {
    const version = root.numberOf('version');
    const state = root.attribute('state');
    if (version === undefined) return 'watcherinfo has no version.';
    if (state !== 'full' && state !== 'partial')
      return 'The state of watcherinfo is neither full nor partial.';
    const lists: WatcherList[] = [];
    for (const el of root.childrenOf('watcher-list')) {
      const watchers = el.childrenOf('watcher').map(watcher);
      const known = watchers.filter((w) => w !== undefined);
      if (known.length < watchers.length) return 'A watcher has no id, status or event.';
      lists.push({
        resource: el.attribute('resource') ?? '',
        package: el.attribute('package') ?? '',
        watchers: known,
      });
    }
    return { version, state, lists };
  });
}

/** Writes `application/watcherinfo+xml`. */
export function formatWatcherinfo(info: Watcherinfo): string {
  return formatXml(
    element(
      'watcherinfo',
      { xmlns: WATCHERINFO, version: info.version, state: info.state },
      info.lists.map((list) =>
        element(
          'watcher-list',
          { resource: list.resource, package: list.package },
          list.watchers.map((w) => ({
            name: 'watcher',
            attributes: {
              id: w.id,
              status: w.status,
              event: w.event,
              'display-name': w.displayName,
              expiration: w.expirationSec,
              'duration-subscribed': w.durationSubscribedSec,
            },
            children: [],
            text: w.uri,
          })),
        ),
      ),
    ),
  );
}

function watcher(el: XmlElement): Watcher | undefined {
  const id = el.attribute('id');
  const status = el.attribute('status') ?? '';
  const event = el.attribute('event') ?? '';
  if (id === undefined || !STATUSES.includes(status) || !EVENTS.includes(event)) return undefined;
  return present<Watcher>({
    id,
    uri: el.text,
    displayName: el.attribute('display-name'),
    status: status as WatcherStatus,
    event: event as WatcherEvent,
    expirationSec: el.numberOf('expiration'),
    durationSubscribedSec: el.numberOf('duration-subscribed'),
  });
}
