import type { Ids } from '../../stack/core/ids.ts';
import { Dialog } from '../../stack/dialog/dialog.ts';
import { encode } from '../../stack/message/draft.ts';
import { cseq } from '../../stack/message/headers/cseq.ts';
import { toHeader } from '../../stack/message/headers/name-addr.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { formatAddress } from '../../stack/core/address.ts';
import type { Target } from '../../stack/transport/transport.ts';
import type { GotRequest, ReplayWire, SentRequest } from './wire.ts';

interface Call {
  readonly wire: ReplayWire;
  readonly dialog: Dialog;
  readonly target: Target;
}

/** The calls that a replay has up, so that none is left hanging when it is over before the recording has ended them. */
export class Calls {
  readonly #ids: Ids;
  readonly #up = new Map<string, Call>();
  /** Number of the latest request of ours, by wire and Call-ID. */
  readonly #numbers = new Map<string, number>();
  readonly #wires: readonly ReplayWire[];

  constructor(wires: readonly ReplayWire[], ids: Ids) {
    this.#wires = wires;
    this.#ids = ids;
  }

  /** A request of ours goes out. */
  sent(wire: ReplayWire, message: SipMessage): void {
    const { number, method } = cseq(message) ?? { number: 0, method: '' };
    const key = this.#key(wire, message);
    this.#numbers.set(key, Math.max(number, this.#numbers.get(key) ?? 0));
    if (method === 'BYE') this.#up.delete(key);
  }

  /** A call of ours was accepted. */
  accepted(wire: ReplayWire, { message, target }: SentRequest, response: SipMessage): void {
    const key = this.#key(wire, message);
    if (toHeader(message)?.tag === undefined)
      this.#up.set(key, { wire, target, dialog: Dialog.fromResponse(message, response) });
  }

  /** We accepted a call. @param tag - that we gave it */
  answered(wire: ReplayWire, { message, received }: GotRequest, tag: string): void {
    if (toHeader(message)?.tag !== undefined) return;
    const { transport } = wire;
    const dialog = Dialog.fromRequest(message, tag, transport, 1);
    dialog.confirm();
    const target = { address: received.from, connectionId: received.connectionId };
    this.#up.set(this.#key(wire, message), { wire, target, dialog });
  }

  /** The peer has ended it. */
  ended(wire: ReplayWire, message: SipMessage): void {
    this.#up.delete(this.#key(wire, message));
  }

  has(wire: ReplayWire, message: SipMessage): boolean {
    return this.#up.has(this.#key(wire, message));
  }

  /** The ACK of a 2xx that the recording has none for. @rfc 3261 §13.2.2.4 */
  acknowledge(wire: ReplayWire, invite: SentRequest, response: SipMessage): void {
    const draft = Dialog.fromResponse(invite.message, response).request('ACK');
    const bytes = encode({ ...draft, headers: [['Via', this.#via(wire)], ...draft.headers] });
    wire.acknowledge(bytes, invite.target, invite);
  }

  /** Ends what is up. */
  hangUp(): void {
    for (const [key, { wire, dialog, target }] of this.#up) {
      const draft = dialog.request('BYE');
      const number = (this.#numbers.get(key) ?? 0) + 1;
      const headers = draft.headers.map(([name, value]): [string, string] =>
        name === 'CSeq' ? [name, `${number} BYE`] : [name, value],
      );
      wire.request(encode({ ...draft, headers: [['Via', this.#via(wire)], ...headers] }), target);
    }
    this.#up.clear();
  }

  #via({ transport }: ReplayWire): string {
    return `SIP/2.0/${transport.protocol.toUpperCase()} ${formatAddress(transport.local)};rport;branch=${this.#ids.branch()}`;
  }

  #key(wire: ReplayWire, message: SipMessage): string {
    return `${this.#wires.indexOf(wire)} ${callId(message) ?? ''}`;
  }
}
