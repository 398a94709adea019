import type { Ids } from '../../stack/core/ids.ts';
import { contacts, fromHeader, recordRoutes, toHeader } from '../../stack/message/headers/name-addr.ts';
import { rseq } from '../../stack/message/headers/reliability.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import type { SipMessage } from '../../stack/message/message.ts';

/** Shorter ones stand in too many other words. */
const SHORTEST_TOKEN = 4;

/** What of the recording is called otherwise now: what is ours is made anew, what is the peer's is learned from what came. */
export class Bindings {
  readonly #ids: Ids;
  readonly #callIds = new Map<string, string>();
  readonly #recordedIds = new Map<string, string>();
  readonly #tags = new Map<string, string>();
  readonly #branches = new Map<string, string>();
  readonly #contacts = new Map<string, string>();
  /** Route sets that have more or fewer places than the recorded ones, by recorded Call-ID and lane, in the order of Route lines. */
  readonly #routes = new Map<string, readonly string[] | undefined>();
  /** Places of routes. */
  readonly #places = new Map<string, string>();
  readonly #others = new Map<string, string>();
  /** How far the CSeq numbers of ours are from the recorded ones, by recorded Call-ID and lane. */
  readonly #offsets = new Map<string, number>();

  constructor(ids: Ids) {
    this.#ids = ids;
  }

  /** A live message is what was recorded as `recorded`: the peer's names for things are known from now on. */
  learn(recorded: SipMessage, live: SipMessage, lane: string): void {
    const id = callId(recorded) ?? '';
    this.#bindCallId(id, callId(live) ?? id);
    const peer = live.startLine.kind === 'request' ? fromHeader : toHeader;
    bind(this.#tags, peer(recorded)?.tag, peer(live)?.tag);
    const [old, now] = [contacts(recorded), contacts(live)];
    for (const [at, { uri }] of old.entries()) {
      const other = now[at];
      if (other !== undefined) this.#contacts.set(uri, other.uri);
    }
    bind(this.#others, recorded.first('SIP-ETag'), live.first('SIP-ETag'));
    const [number, numberNow] = [rseq(recorded), rseq(live)];
    if (number !== undefined && numberNow !== undefined)
      this.#others.set(`rseq ${id} ${number}`, String(numberNow));
    this.#learnRoutes(recorded, live, `${lane} ${id}`);
  }

  /** Of a recorded Call-ID; a new one where nobody has said it yet. */
  callId(recorded: string): string {
    return this.#callIds.get(recorded) ?? this.#bindCallId(recorded, this.#ids.callId());
  }

  /** The recorded Call-ID of a live one. */
  recordedCallId(live: string): string | undefined {
    return this.#recordedIds.get(live);
  }

  knowsCallId(recorded: string): boolean {
    return this.#callIds.has(recorded);
  }

  /** Of a tag of ours. */
  ownTag(recorded: string): string {
    return this.#tags.get(recorded) ?? this.#made(this.#tags, recorded, this.#ids.tag());
  }

  /** Of a tag of the peer; as recorded where it was not heard yet. */
  peerTag(recorded: string): string {
    return this.#tags.get(recorded) ?? recorded;
  }

  ownBranch(recorded: string): string {
    return this.#branches.get(recorded) ?? this.#made(this.#branches, recorded, this.#ids.branch());
  }

  /** A request of ours went out with it. */
  knowsBranch(recorded: string): boolean {
    return this.#branches.has(recorded);
  }

  /** The same request goes out again and is another transaction. */
  renewBranch(recorded: string): void {
    this.#branches.delete(recorded);
  }

  /** The URI that a peer gives now where it gave this one. */
  contact(recorded: string): string | undefined {
    return this.#contacts.get(recorded);
  }

  /** The route set of a dialog, where it is longer or shorter than the recorded one. */
  otherRoutes(lane: string, recordedCallId: string): readonly string[] | undefined {
    return this.#routes.get(`${lane} ${recordedCallId}`);
  }

  /** A Route value with the places as the peer names them now. */
  rerouted(value: string): string {
    let left = value;
    for (const [old, now] of this.#places) left = left.replaceAll(old, now);
    return left;
  }

  rseq(recordedCallId: string, recorded: string): string {
    return this.#others.get(`rseq ${recordedCallId} ${recorded}`) ?? recorded;
  }

  offset(lane: string, recordedCallId: string): number {
    return this.#offsets.get(`${lane} ${recordedCallId}`) ?? 0;
  }

  shift(lane: string, recordedCallId: string, by: number): void {
    this.#offsets.set(`${lane} ${recordedCallId}`, this.offset(lane, recordedCallId) + by);
  }

  /** A text in which identifiers may stand anywhere, such as Replaces in Refer-To. */
  renamed(text: string): string {
    let left = text;
    for (const names of [this.#callIds, this.#tags, this.#others])
      for (const [old, now] of names)
        if (old.length >= SHORTEST_TOKEN && !old.startsWith('rseq '))
          left = left.replaceAll(old, now).replaceAll(encodeURIComponent(old), encodeURIComponent(now));
    return left;
  }

  /** @rfc 3261 §12.1.1, §12.1.2 */
  #learnRoutes(recorded: SipMessage, live: SipMessage, key: string): void {
    const { startLine } = live;
    const isRequest = startLine.kind === 'request';
    const makesDialog =
      isRequest || (startLine.kind === 'response' && startLine.status > 100 && startLine.status < 300);
    if (!makesDialog || this.#routes.has(key)) return;
    if (isRequest ? toHeader(live)?.tag !== undefined : toHeader(live)?.tag === undefined) return;
    const [old, now] = [recordRoutes(recorded), recordRoutes(live)];
    const isAlike = old.length === now.length;
    if (isAlike) for (const [at, { uri }] of old.entries()) this.#places.set(uri, now[at]?.uri ?? uri);
    const lines = now.map(({ text }) => text);
    this.#routes.set(key, isAlike ? undefined : isRequest ? lines : lines.reverse());
  }

  #bindCallId(recorded: string, live: string): string {
    const known = this.#callIds.get(recorded);
    if (known !== undefined) return known;
    this.#callIds.set(recorded, live);
    this.#recordedIds.set(live, recorded);
    return live;
  }

  #made(names: Map<string, string>, recorded: string, made: string): string {
    names.set(recorded, made);
    return made;
  }
}

/** Who answers a call may change while it rings: the latest counts. */
function bind(names: Map<string, string>, recorded: string | undefined, live: string | undefined): void {
  if (recorded !== undefined && live !== undefined) names.set(recorded, live);
}
