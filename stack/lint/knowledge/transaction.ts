import type { Seen } from '../seen.ts';

/** Transmissions of one message that are remembered with their times. */
const MAX_TIMES = 16;
/** Different responses of one transaction that are remembered. */
const MAX_RESPONSES = 32;

/** A request and what came back, as one node saw it on one side. @rfc 3261 §17 */
export class Transaction {
  readonly request: Seen;
  /** The request came in here and went out there. @rfc 3261 §16.6 */
  readonly relayOf: Transaction | undefined;
  readonly relays: Transaction[] = [];
  /** When the request was sent, the first time and again. */
  readonly requestTimes: number[] = [];
  /** First transmissions, in order. */
  readonly responses: Seen[] = [];
  /** How often the first 2xx was sent, and when last. */
  successes = 0;
  lastSuccessAtMs = 0;
  /** To tags of the ACKs to final responses of this INVITE. */
  readonly acknowledged = new Set<string>();
  /** RSeq of its reliable provisional responses that a PRACK named. */
  readonly confirmed = new Set<number>();
  cancel: Seen | undefined = undefined;
  #final: Seen | undefined = undefined;

  constructor(request: Seen, relayOf: Transaction | undefined) {
    this.request = request;
    this.relayOf = relayOf;
    this.requestTimes.push(request.atMs);
    relayOf?.relays.push(this);
  }

  /** The first final response. */
  get final(): Seen | undefined {
    return this.#final;
  }

  /** Whether the recorded node passes the request on. */
  get isRelayed(): boolean {
    return this.relays.length > 0 || this.relayOf !== undefined;
  }

  get hasProvisional(): boolean {
    return this.responses.some((r) => r.isProvisional);
  }

  repeated(atMs: number): void {
    this.requestTimes.push(atMs);
    if (this.requestTimes.length > MAX_TIMES) this.requestTimes.shift();
  }

  /** The first transmission of the same response, if this is another one. */
  earlier(response: Seen): Seen | undefined {
    return this.responses.find(
      (r) =>
        r.status === response.status &&
        r.message.bytes.length === response.message.bytes.length &&
        sameOctets(r, response),
    );
  }

  responded(response: Seen): void {
    if (response.isSuccess) {
      this.successes++;
      this.lastSuccessAtMs = response.atMs;
    }
    if (this.earlier(response) !== undefined) return;
    if (this.responses.length < MAX_RESPONSES) this.responses.push(response);
    if (response.isFinal) this.#final ??= response;
  }
}

export function sameOctets(a: Seen, b: Seen): boolean {
  const [left, right] = [a.message.bytes, b.message.bytes];
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}

/** What both directions of a transaction have in common. @rfc 3261 §17.1.3, §17.2.3 */
export function transactionKey(seen: Seen, method: string): string {
  const side = seen.isRequest ? seen.direction : seen.direction === 'in' ? 'out' : 'in';
  // Peers of RFC 2543 make no unique branch.
  const name = seen.hasCookie ? seen.branch : `${seen.branch} ${seen.cseq ?? ''} ${seen.fromTag}`;
  return `${side} ${method} ${name}`;
}
