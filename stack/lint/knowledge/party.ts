import { contacts } from '../../message/headers/name-addr.ts';
import type { Seen } from '../seen.ts';

/** A URI at which a party wanted to be reached, and since when. */
export interface Target {
  readonly uri: string;
  readonly sinceMs: number;
}

const MAX_REQUESTS = 16;
const MAX_TARGETS = 8;

/** One end of a dialog. */
export class Party {
  readonly tag: string;
  /** Its own URI in the first request. */
  readonly uri: string;
  /** Its URI in a NOTIFY that made the dialog, where that is another. @rfc 6665 §4.4.1 */
  alias: string | undefined = undefined;
  /** Its latest requests, without ACK and CANCEL. */
  readonly requests: Seen[] = [];
  /** What its requests carry as Route; undefined while nothing tells. */
  routeSet: readonly string[] | undefined = undefined;
  /** Its Contacts, the present one last. */
  readonly targets: Target[] = [];
  /** Its latest session description. */
  sdp: Seen | undefined = undefined;
  #last: Seen | undefined = undefined;

  constructor(tag: string, uri: string) {
    this.tag = tag;
    this.uri = uri;
  }

  /** Its request with the highest CSeq number so far. */
  get last(): Seen | undefined {
    return this.#last;
  }

  get target(): Target | undefined {
    return this.targets.at(-1);
  }

  asked(request: Seen): void {
    this.requests.push(request);
    if (this.requests.length > MAX_REQUESTS) this.requests.shift();
    if ((request.cseq ?? 0) >= (this.#last?.cseq ?? 0)) this.#last = request;
  }

  /** @param sinceMs - when the other party knew. */
  reachedAt(seen: Seen, sinceMs: number): void {
    const contact = contacts(seen.message)[0];
    if (contact === undefined || contact.isWildcard || contact.uri === this.target?.uri) return;
    this.targets.push({ uri: contact.uri, sinceMs });
    if (this.targets.length > MAX_TARGETS) this.targets.shift();
  }
}
