import type { Dialog } from '../dialog/dialog.ts';
import type { SipMessage } from '../message/message.ts';
import { SDP_TYPE } from './body.ts';
import type { AgentContext } from './context.ts';
import { encodeWithVia } from './launch.ts';
import type { HeaderLine } from './header-line.ts';
import { isNotSent, locate } from './locate.ts';
import type { Route } from '../transaction/types.ts';

/** Whose ACK it is. */
export interface AckUser {
  readonly context: AgentContext;
  readonly dialog: Dialog;
  readonly flow: Route;
}

const CREDENTIALS = ['Authorization', 'Proxy-Authorization'] as const;

interface SentAck {
  readonly cseqNumber: number;
  readonly bytes: Uint8Array;
  readonly route: Route;
}

/** The ACKs of 2xx responses: made once for each INVITE, with a branch of their own, and sent again for each repeated 2xx. @rfc 3261 §13.2.2.4 */
export class AckSender {
  #last: SentAck | undefined;
  #held: number | undefined;
  #credentials: readonly HeaderLine[] = [];

  /** The INVITE as it was sent last: its ACK repeats its credentials, because nobody can challenge an ACK. @rfc 3261 §22.1 */
  invited(invite: SipMessage): void {
    this.#credentials = CREDENTIALS.flatMap((name) =>
      invite.all(name).map((value): HeaderLine => [name, value]),
    );
  }

  /** The 2xx came and its ACK follows later, when its answer is there. */
  hold(cseqNumber: number): void {
    this.#held = cseqNumber;
  }

  /** @param sdp - the answer to an offer in the 2xx. */
  send(user: AckUser, cseqNumber: number, sdp: string | undefined): void {
    this.#held = undefined;
    const { context, dialog, flow } = user;
    const { listeners, resolver, hops } = context;
    locate(dialog.nextHop, { listeners, resolver, flow }, (found) => {
      if (isNotSent(found)) {
        context.log.warn('the ACK has no way to go', { callId: dialog.callId, reason: found.message });
        return;
      }
      const [way] = hops.order(found);
      const draft = dialog.request('ACK', { cseqNumber });
      for (const [name, value] of this.#credentials) draft.headers.push([name, value]);
      if (context.identity.product !== '') draft.headers.push(['User-Agent', context.identity.product]);
      if (sdp !== undefined) {
        draft.headers.push(['Content-Type', SDP_TYPE]);
        draft.body = sdp;
      }
      const bytes = encodeWithVia(context, draft, way);
      this.#last = { cseqNumber, bytes, route: way };
      context.layer.send(bytes, way);
    });
  }

  /** The 2xx came again. @returns whether it was one we know. */
  repeat(context: AgentContext, cseqNumber: number | undefined): boolean {
    if (cseqNumber !== undefined && this.#held === cseqNumber) return true;
    if (this.#last === undefined || this.#last.cseqNumber !== cseqNumber) return false;
    context.layer.send(this.#last.bytes, this.#last.route);
    return true;
  }
}
