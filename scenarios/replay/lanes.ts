import { withoutBrackets, type Protocol } from '../../stack/core/address.ts';
import { contacts, fromHeader, toHeader } from '../../stack/message/headers/name-addr.ts';
import { vias } from '../../stack/message/headers/via.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { decodeText } from '../../stack/message/octets.ts';
import { parseUri } from '../../stack/message/uri.ts';

/** One end of a recording, which a replay can play. */
export interface RecordedLane {
  /** The user it was about, or its address: unique, without spaces. */
  readonly name: string;
  /** `HOST:PORT` it sent from and was sent to. */
  readonly address: string;
  readonly protocol: Protocol;
  /** Further `HOST:PORT` that it said it is at, in Via and Contact: the port that a TCP client listens on. */
  readonly aliases: readonly string[];
  /** Messages that it sent. */
  readonly sent: number;
  /** The first thing it did was to get a request: who plays it has to be found by the target. */
  readonly isCalled: boolean;
}

/** A message of a capture with its ends and what was read of it. */
export interface ReadMessage {
  readonly source: string;
  readonly destination: string;
  readonly protocol: Protocol;
  readonly atMs: number;
  readonly bytes: Uint8Array;
  readonly message: SipMessage;
}

/** How the other side is called in ladders and sentences. */
export const TARGET_NAME = 'target';

/** Of a URI without one. @rfc 3261 §19.1.2 */
const DEFAULT_PORT = 5060;

interface Seen {
  readonly address: string;
  readonly protocol: Protocol;
  readonly isCalled: boolean;
  readonly aliases: Set<string>;
  user: string;
  sent: number;
}

/** Every end of a recording, in order of appearance. A client that sends from one port and says it is at another is one lane with both. */
export function lanesOf(messages: readonly ReadMessage[]): readonly RecordedLane[] {
  const seen = new Map<string, Seen>();
  for (const { source, destination, protocol, message } of messages) {
    const isRequest = message.startLine.kind === 'request';
    const enter = (address: string, isCalled: boolean): Seen => {
      const known = seen.get(address);
      if (known !== undefined) return known;
      const made = { address, protocol, isCalled, aliases: new Set<string>(), user: '', sent: 0 };
      seen.set(address, made);
      return made;
    };
    const [from, to] = [enter(source, false), enter(destination, isRequest)];
    from.sent++;
    const [asker, asked] = isRequest ? [from, to] : [to, from];
    if (asker.user === '') asker.user = userOf(fromHeader(message)?.uri);
    if (asked.user === '') asked.user = userOf(toHeader(message)?.uri);
    for (const alias of saidBy(message, source)) if (alias !== source) from.aliases.add(alias);
  }
  const names = new Set<string>([TARGET_NAME]);
  return merged([...seen.values()]).map(({ aliases, user, ...lane }) => {
    const name = user === '' || names.has(user) ? lane.address : user;
    names.add(name);
    return { ...lane, name, aliases: [...aliases] };
  });
}

/** Addresses of which one says that it is the other are one lane. */
function merged(all: readonly Seen[]): readonly Seen[] {
  const lanes: Seen[] = [];
  for (const one of all) {
    const same = lanes.find(({ address, aliases }) => one.aliases.has(address) || aliases.has(one.address));
    if (same === undefined) {
      lanes.push(one);
      continue;
    }
    for (const alias of [one.address, ...one.aliases]) if (alias !== same.address) same.aliases.add(alias);
    same.sent += one.sent;
    if (same.user === '') same.user = one.user;
  }
  return lanes;
}

/** `HOST:PORT` of its own host that a request names as where its sender is. A request that was relayed says it in Via alone. */
function saidBy(message: SipMessage, source: string): readonly string[] {
  if (message.startLine.kind !== 'request') return [];
  const [top, ...others] = vias(message);
  const host = hostOf(source);
  const own = others.length > 0 ? [] : contacts(message).filter(({ isWildcard }) => !isWildcard);
  return [...(top === undefined ? [] : [top.sentBy]), ...own.map(({ uri }) => parseUri(uri))]
    .filter((place) => withoutBrackets(place.host) === withoutBrackets(host))
    .map(({ port = DEFAULT_PORT }) => `${host}:${port}`);
}

/** `127.0.0.1` of `127.0.0.1:5060` */
export const hostOf = (lane: string): string => lane.replace(/:\d+$/, '');

/** A user part that can stand in a ladder: without spaces. */
function userOf(uri: string | undefined): string {
  const user = decodeText(parseUri(uri ?? '').user ?? '');
  return /^[^\s:@]{1,40}$/.test(user) ? user : '';
}
