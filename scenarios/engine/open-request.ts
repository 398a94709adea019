import type { ClientTransactionUser, Incoming } from '../../stack/transaction/types.ts';
import type { TransportError } from '../../stack/transport/transport.ts';

/** Who sent a request. */
export interface RequestOwner {
  readonly onResponse: (response: Incoming, request: number) => void;
  readonly onUnanswered: (request: number, reason: string) => void;
  /** No answer is to come any more. */
  readonly onClosed: () => void;
}

/**
 * A request of ours as its transaction knows it. Transactions live on for half a minute after their answer, to absorb what comes again; they must not hold
 * on to a whole run for so long, so a request is let go when nobody waits for it any more.
 */
export class OpenRequest implements ClientTransactionUser {
  #owner: RequestOwner | undefined;
  readonly #request: number;
  readonly #method: string;
  #isOpen = true;

  constructor(owner: RequestOwner, request: number, method: string) {
    this.#owner = owner;
    this.#request = request;
    this.#method = method;
  }

  letGo(): void {
    this.#owner = undefined;
  }

  onResponse(response: Incoming): void {
    this.#owner?.onResponse(response, this.#request);
    const { startLine } = response.message;
    if (startLine.kind === 'response' && startLine.status >= 200) this.#close();
  }

  onTimeout(): void {
    this.#giveUp(`${this.#method} was not answered: timer ${this.#method === 'INVITE' ? 'B' : 'F'}`);
  }

  onTransportFailed(error: TransportError): void {
    const what = error.code === 'closed' ? 'was not answered' : 'could not be sent';
    this.#giveUp(`${this.#method} ${what}: ${error.message}`);
  }

  #giveUp(reason: string): void {
    this.#owner?.onUnanswered(this.#request, reason);
    this.#close();
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#owner?.onClosed();
  }
}
