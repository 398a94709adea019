import type { SipMessage } from '../message/message.ts';
import type { Responder, ServerTransaction } from '../transaction/types.ts';
import type { Final } from './best-response.ts';
import { Splice } from './splice.ts';

/** The way back to whoever sent a request. It outlives the request: a 2xx may come long after the first. @rfc 3261 §16.7 */
export class Upstream {
  readonly #responder: Responder;
  readonly #isReliable: boolean;

  constructor({ responder, incoming }: ServerTransaction) {
    this.#responder = responder;
    this.#isReliable = incoming.transport.isReliable;
  }

  /**
   * Passes a response on without our Via.
   * @param finals - the other responses, whose challenges a 401 or 407 gets too.
   * @rfc 3261 §16.7 steps 3, 7, 8, 9
   */
  relay(status: number, message: SipMessage, finals: readonly Final[] = []): void {
    const splice = new Splice(message);
    splice.dropTopVia();
    if (status === 401 || status === 407) addChallenges(splice, message, finals);
    if (this.#isReliable) splice.ensureLength();
    this.#responder.respond(status, splice.toBytes());
  }
}

/** A caller must see the challenges of all branches to answer them in one request. @rfc 3261 §16.7 step 7, §22.3 */
function addChallenges(splice: Splice, chosen: SipMessage, finals: readonly Final[]): void {
  for (const { status, message } of finals) {
    if (message === undefined || message === chosen || (status !== 401 && status !== 407)) continue;
    for (const name of ['WWW-Authenticate', 'Proxy-Authenticate'] as const)
      for (const value of message.all(name)) splice.addBelow(name, value);
  }
}
