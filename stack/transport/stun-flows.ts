import { formatAddress, type Address } from '../core/address.ts';
import type { Clock, Timer } from '../core/clock.ts';
import type { Unsubscribe } from '../core/emitter.ts';
import { bindingRequest, bindingResponse, mappedAddress, STUN_ID_BYTES, stunId } from './stun.ts';
import { TransportError, type FlowKeeping } from './transport.ts';

/** Waits between the copies of one request and after the last of them: 39.5 s in all. @rfc 5389 §7.2.1 */
const WAITS_MS: readonly number[] = [500, 1000, 2000, 4000, 8000, 16_000, 8000];

export interface StunFlowsOptions {
  readonly clock: Clock;
  readonly send: (bytes: Uint8Array, to: Address) => void;
}

/** STUN on the port of SIP: answers those who keep their flow to us alive, and keeps ours. @rfc 5626 §4.4.2, §8 */
export class StunFlows {
  readonly #options: StunFlowsOptions;
  readonly #flows = new Set<Flow>();
  /** By the id of the request that waits for its answer. */
  readonly #asked = new Map<string, Flow>();

  constructor(options: StunFlowsOptions) {
    this.#options = options;
  }

  /** A STUN message came; what is neither a request nor awaited is left alone. */
  take(message: Uint8Array, from: Address): void {
    const response = bindingResponse(message, from);
    if (response !== undefined) this.#options.send(response, from);
    else this.#asked.get(stunId(message))?.answered(message, from);
  }

  /** Asks at times where the peer sees us; tells once when it does not answer, or sees us elsewhere than before. */
  keep(to: Address, keeping: FlowKeeping): Unsubscribe {
    const flow = new Flow(to, keeping, this.#options, this.#asked);
    this.#flows.add(flow);
    return () => {
      flow.stop();
      this.#flows.delete(flow);
    };
  }

  close(): void {
    for (const flow of this.#flows) flow.stop();
    this.#flows.clear();
  }
}

class Flow {
  readonly #to: Address;
  readonly #keeping: FlowKeeping;
  readonly #options: StunFlowsOptions;
  readonly #asked: Map<string, Flow>;
  #timer: Timer | undefined;
  #id: string | undefined;
  #seenAs: string | undefined;

  constructor(to: Address, keeping: FlowKeeping, options: StunFlowsOptions, asked: Map<string, Flow>) {
    this.#to = to;
    this.#keeping = keeping;
    this.#options = options;
    this.#asked = asked;
    this.#wait();
  }

  answered(message: Uint8Array, from: Address): void {
    const mapped = mappedAddress(message);
    if (mapped === undefined || from.port !== this.#to.port || from.host !== this.#to.host) return;
    const seenAs = formatAddress(mapped);
    const before = this.#seenAs;
    this.#seenAs = seenAs;
    this.stop();
    if (before === undefined || before === seenAs) this.#wait();
    else this.#lose('closed', `the flow is seen as ${seenAs} now, no longer as ${before}`);
  }

  stop(): void {
    this.#timer?.cancel();
    if (this.#id !== undefined) this.#asked.delete(this.#id);
    this.#id = undefined;
  }

  #wait(): void {
    this.#timer = this.#options.clock.after(this.#keeping.nextDelayMs(), () => {
      const id = Uint8Array.from({ length: STUN_ID_BYTES }, () => Math.floor(this.#keeping.chance() * 256));
      const request = bindingRequest(id);
      this.#id = stunId(request);
      this.#asked.set(this.#id, this);
      this.#ask(request, 0);
    });
  }

  #ask(request: Uint8Array, copies: number): void {
    const waitMs = WAITS_MS[copies];
    if (waitMs === undefined) {
      this.stop();
      this.#lose('timed-out', `${formatAddress(this.#to)} did not answer STUN`);
      return;
    }
    this.#options.send(request, this.#to);
    this.#timer = this.#options.clock.after(waitMs, () => {
      this.#ask(request, copies + 1);
    });
  }

  #lose(code: 'closed' | 'timed-out', message: string): void {
    this.#keeping.onLost(new TransportError(code, message));
  }
}
