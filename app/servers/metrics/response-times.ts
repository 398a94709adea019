import { cseq } from '../../../stack/message/headers/cseq.ts';
import { toHeader } from '../../../stack/message/headers/name-addr.ts';
import { callId } from '../../../stack/message/headers/simple.ts';
import { topVia } from '../../../stack/message/headers/via.ts';
import type { SipMessage } from '../../../stack/message/message.ts';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import type { Metric } from './exposition.ts';
import { Histogram } from './histogram.ts';

/** Requests that are remembered until they are answered, or are too many; what falls out is not measured. */
const MAX_OPEN = 20_000;

interface Seen {
  readonly atMs: number;
  readonly isFirstInvite: boolean;
  isAnswered: boolean;
}

type Crossed = Pick<CapturedMessage, 'direction' | 'atMs'>;

/** How long final responses take, and what was sent again, read from what crosses the wire. */
export class ResponseTimes {
  readonly #seen = new Map<string, Seen>();
  readonly #responses = new Histogram(
    'siphon_sip_response_seconds',
    'Time from a request to its final response; direction in: answered here, out: answered by a peer.',
  );
  readonly #setups = new Histogram(
    'siphon_call_setup_seconds',
    'Time from the INVITE of a call to its 2xx; direction in: answered here, out: answered by a peer.',
  );
  readonly #again = { in: 0, out: 0 };

  /** @param method - its label. */
  request({ direction, atMs }: Crossed, message: SipMessage, method: string): void {
    // ACK has no response; that of a 2xx is nobody's transaction.
    if (method === 'ACK') return;
    const key = keyOf(message, direction);
    if (this.#seen.has(key)) {
      this.#again[direction]++;
      return;
    }
    const isFirstInvite = method === 'INVITE' && toHeader(message)?.tag === undefined;
    this.#seen.set(key, { atMs, isFirstInvite, isAnswered: false });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MAX_OPEN && oldest !== undefined) this.#seen.delete(oldest);
  }

  /** A response travels against its request. @param method - its label. */
  response({ direction, atMs }: Crossed, message: SipMessage, method: string, status: number): void {
    if (status < 200) return;
    const from = direction === 'in' ? 'out' : 'in';
    const seen = this.#seen.get(keyOf(message, from));
    if (seen === undefined) return;
    if (seen.isAnswered) {
      this.#again[direction]++;
      return;
    }
    seen.isAnswered = true;
    this.#responses.observe(atMs - seen.atMs, { direction: from, method });
    if (seen.isFirstInvite && status < 300) this.#setups.observe(atMs - seen.atMs, { direction: from });
  }

  metrics(): readonly Metric[] {
    return [
      this.#responses.metric(),
      this.#setups.metric(),
      {
        name: 'siphon_sip_retransmissions_total',
        type: 'counter',
        help: 'Requests and final responses that crossed a listener again.',
        samples: [
          { labels: { direction: 'in' }, value: this.#again.in },
          { labels: { direction: 'out' }, value: this.#again.out },
        ],
      },
    ];
  }
}

/** The transaction, as both of its messages name it. @rfc 3261 §17.2.3 */
const keyOf = (message: SipMessage, direction: string): string =>
  [
    direction,
    topVia(message)?.branch ?? '',
    callId(message) ?? '',
    String(cseq(message)?.number ?? ''),
    cseq(message)?.method ?? '',
  ].join(' ');
