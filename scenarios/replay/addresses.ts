import { formatAddress, withoutBrackets, type Address } from '../../stack/core/address.ts';
import { hostOf, type RecordedLane } from './lanes.ts';
import type { ReplayPlan } from './plan.ts';

const DEFAULT_PORT = 5060;

/** The addresses of a recording and where their lanes are now. */
export class LiveAddresses {
  /** By `HOST:PORT` as recorded. */
  readonly #live: ReadonlyMap<string, Address>;
  /** By host as recorded: where its lanes are now, if that is one host. */
  readonly #hosts = new Map<string, string | undefined>();
  readonly #pattern: RegExp | undefined;
  readonly #played: ReadonlySet<string>;
  readonly target: Address;

  /** @param sockets - of the played lanes, by recorded address */
  constructor({ lanes, peers }: ReplayPlan, sockets: ReadonlyMap<string, Address>, target: Address) {
    const live = new Map<string, Address>();
    const add = (lane: RecordedLane, address: Address): void => {
      for (const place of [lane.address, ...lane.aliases]) if (!live.has(place)) live.set(place, address);
    };
    for (const lane of lanes) add(lane, sockets.get(lane.address) ?? target);
    for (const peer of peers) add(peer, target);
    this.#live = live;
    this.target = target;
    this.#played = new Set(lanes.flatMap(({ address, aliases }) => [address, ...aliases]));
    for (const [place, { host }] of live) {
      const before = hostOf(place);
      this.#hosts.set(before, this.#hosts.has(before) && this.#hosts.get(before) !== host ? undefined : host);
    }
    const hosts = [...this.#hosts.keys()].map((host) => host.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    if (hosts.length > 0)
      this.#pattern = new RegExp(`(?<![\\w.:-])(${hosts.join('|')})(?![\\w.-])(?::(\\d+))?`, 'gi');
  }

  /** Where an end of the recording is now: the played lane itself, or the target. */
  of(place: string): Address {
    return this.#live.get(place) ?? this.target;
  }

  isPlayed(place: string): boolean {
    return this.#played.has(place);
  }

  /** The text of a header or a URI with the addresses as they are now. A host without a port stands for port 5060. */
  readdressed(text: string): string {
    if (this.#pattern === undefined) return text;
    return text.replace(this.#pattern, (whole, host: string, port: string | undefined) => {
      const live = this.#live.get(`${host}:${port ?? DEFAULT_PORT}`);
      if (live === undefined) return whole;
      return port === undefined && live.port === DEFAULT_PORT
        ? formatAddress(live).replace(/:\d+$/, '')
        : formatAddress(live);
    });
  }

  /** The same host now, for a session description; media ports stay. */
  rehosted(host: string): string {
    const text = host.includes(':') ? `[${host}]` : host;
    const now = this.#hosts.get(text);
    return now === undefined ? host : withoutBrackets(now);
  }
}
