import type { Next, ServerRequest } from '../../../stack/agent/handler.ts';
import { event } from '../../../stack/message/headers/event.ts';
import { referTo } from '../../../stack/message/headers/refer.ts';
import { expires } from '../../../stack/message/headers/simple.ts';
import { decodeText } from '../../../stack/message/octets.ts';
import type { Decision, DecisionKind } from '../../contract/operator.ts';
import { WaitingRequest, type ItemHost, type Patience } from './item.ts';

/** Whoever sent it gives up after 32 s (Timer F): a decision has to come before. @rfc 3261 §17.1.2.2 */
const MOST_PATIENT_MS = 30_000;

/** A subscription or a transfer that waits: what is accepted goes on to the handler that serves it. @rfc 6665 §4.2.1, RFC 3515 §2.4.2 */
export class RequestItem extends WaitingRequest {
  protected readonly kind: 'subscription' | 'transfer';
  protected readonly state = 'waiting';
  protected readonly choices: readonly DecisionKind[] = ['answer', 'reject', 'redirect'];
  readonly #next: Next;

  constructor(request: ServerRequest, next: Next, host: ItemHost, patience: Patience) {
    super(request, host, { timeoutMs: Math.min(patience.timeoutMs, MOST_PATIENT_MS) });
    this.kind = request.method === 'REFER' ? 'transfer' : 'subscription';
    this.#next = next;
  }

  protected get summary(): string {
    const { message } = this.request;
    if (this.kind === 'transfer') return `to ${decodeText(referTo(message)?.uri ?? 'nobody')}`;
    const name = decodeText(event(message)?.package ?? 'no package');
    const expiresSec = expires(message);
    return expiresSec === undefined ? name : `${name} for ${expiresSec} s`;
  }

  protected override carryOut(decision: Decision): void {
    if (decision.kind !== 'answer') {
      this.refuse(decision, this.kind === 'transfer' ? 603 : 403);
      return;
    }
    this.leave();
    // A handler that fails has a bug: the rejection goes to the edge of the process.
    void this.#next();
  }
}
