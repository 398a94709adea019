import type { Address } from '../../stack/core/address.ts';
import type { Clock, Timer } from '../../stack/core/clock.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import { topVia } from '../../stack/message/headers/via.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { octetText, toBytes } from '../../stack/message/octets.ts';
import { parseMessage } from '../../stack/message/parse.ts';
import type { Route } from '../../stack/transaction/types.ts';
import type { Transport, TransportError } from '../../stack/transport/transport.ts';

export interface RawSenderOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Hears what answers one of the messages. */
  readonly onResponse: (response: SipMessage, from: Address) => void;
  readonly onFailed: (error: TransportError) => void;
}

/** In pieces of so many octets, with a pause between them. */
export interface Pieces {
  readonly pieceOctets: number | undefined;
  readonly pauseMs: number;
  /** Hears of each before it goes. */
  readonly onPiece: (bytes: Uint8Array) => void;
}

/** Octets that belong to no transaction, and the responses to them: those with a branch or a Call-ID of theirs. */
export class RawSender {
  readonly #options: RawSenderOptions;
  readonly #sent = new Set<string>();
  /** What came: a response that is sent again is told once. */
  readonly #told = new Set<string>();
  readonly #timers = new Set<Timer>();
  readonly #stopListening: () => void;

  constructor(options: RawSenderOptions) {
    this.#options = options;
    this.#stopListening = options.transport.onReceived(({ bytes, from }) => {
      this.#receive(bytes, from);
    });
  }

  send(text: string, { target }: Route, { pieceOctets = text.length, pauseMs, onPiece }: Pieces): void {
    const { transport, onFailed, clock } = this.#options;
    const bytes = toBytes(text);
    for (const key of keysOf(text)) this.#sent.add(key);
    const from = (start: number): void => {
      const end = start + pieceOctets;
      const piece = bytes.slice(start, end);
      onPiece(piece);
      transport.send(piece, target, onFailed);
      if (end >= bytes.length) return;
      const timer = clock.after(pauseMs, () => {
        this.#timers.delete(timer);
        from(end);
      });
      this.#timers.add(timer);
    };
    from(0);
  }

  dispose(): void {
    this.#stopListening();
    for (const timer of this.#timers) timer.cancel();
  }

  #receive(bytes: Uint8Array, from: Address): void {
    const message = parseMessage(bytes);
    const isOurs = [topVia(message)?.branch, callId(message)].some((key) => this.#sent.has(key ?? ''));
    if (message.startLine.kind !== 'response' || !isOurs) return;
    const text = octetText(bytes);
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#options.onResponse(message, from);
  }
}

/** Of every message in the text, however broken: what a response has in common with it. */
const keysOf = (text: string): readonly string[] =>
  [...text.matchAll(/;\s*branch\s*=\s*([^\s;,]+)|^(?:Call-ID|i)[ \t]*:[ \t]*(\S+)/gim)].map(
    ([, branch, id]) => branch ?? id ?? '',
  );
