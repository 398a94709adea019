import type { Timer } from '../core/clock.ts';
import { Dialog } from '../dialog/dialog.ts';
import { cseq } from '../message/headers/cseq.ts';
import { sentSdp } from './body.ts';
import type { Reply } from './handler.ts';
import type { HeaderLine } from './header-line.ts';
import { reliabilityOf, RELIABLE, ReliableProvisionals } from './reliable-provisionals.ts';
import { UasRequest } from './server-request.ts';
import { Session } from './session.ts';

/** A call that rings says so at least every minute, or every two and a half by reliable responses. @rfc 3261 §13.3.1.1, RFC 3262 §3 */
const REMINDER_MS = 60_000;
const RELIABLE_REMINDER_MS = 150_000;

interface LastProvisional {
  readonly status: number;
  readonly isReliable: boolean;
}

/** A 2xx that waits until descriptions under way are acknowledged. */
interface Success {
  readonly status: number;
  readonly reply: Reply;
}

/** An INVITE and its server transaction: makes the dialog, repeats reliable provisional responses and the 2xx. @rfc 3261 §13.3.1, RFC 3262 §3 */
export class UasInvite extends UasRequest {
  #isInitial = false;
  #reliability: 'none' | 'supported' | 'required' | undefined;
  #provisionals: ReliableProvisionals | undefined;
  #waiting: Success | undefined;
  #last: LastProvisional | undefined;
  #isLate = false;
  #reminder: Timer | undefined;

  /** The caller's proxies give up on a call that stays silent: it hears again that the phone rings. @rfc 3261 §13.3.1.1, RFC 3262 §3 */
  override park(): void {
    super.park();
    this.#isLate = true;
    this.#remind();
  }

  override dispose(): void {
    super.dispose();
    this.#last = undefined;
    this.#reminder?.cancel();
  }

  protected override dispatch(status: number, reply: Reply): void {
    if (status > 100 && status < 300) this.#ensureSession();
    if (status >= 300) this.#waiting = undefined;
    if (status > 100 && status < 200 && this.#isReliable(reply)) this.#queue(status, reply);
    else if (status >= 200 && status < 300 && this.#provisionals?.allowsSuccess === false) {
      this.#wait({ status, reply }, this.#provisionals);
    } else this.write(status, reply);
  }

  /** Contact in what makes a dialog, everything we can do in a 2xx. @rfc 3261 §12.1.1, §13.3.1.4 */
  protected override lines(status: number): readonly HeaderLine[] {
    if (status <= 100 || status >= 300) return this.face.plain;
    return status < 200 ? this.face.reachable : this.face.session;
  }

  protected override transmit(status: number, bytes: Uint8Array): void {
    super.transmit(status, bytes);
    if (status < 200 || status >= 300) return;
    this.session?.awaitAck(this.#cseqNumber, () => {
      this.transaction.respond(status, bytes);
    });
  }

  protected override write(status: number, reply: Reply, extra?: readonly HeaderLine[]): Uint8Array {
    const bytes = super.write(status, reply, extra);
    if (extra !== undefined) this.session?.requests.execute(this);
    if (status > 100) {
      this.#last = status < 200 ? { status, isReliable: extra !== undefined } : undefined;
      if (this.#isLate) this.#remind();
    }
    const sdp = status > 100 && status < 200 ? sentSdp(reply.body, reply.contentType) : undefined;
    if (sdp !== undefined) this.session?.offers.sent(sdp, extra === undefined ? '1xx' : 'reliable-1xx');
    return bytes;
  }

  protected override finished(status: number, sdp: string | undefined): void {
    super.finished(status, sdp);
    if (status < 300 || !this.#isInitial || this.session === undefined) return;
    if (this.#provisionals?.expectsPrack === true)
      this.agent.expectPrack(this.session.dialog, this.#provisionals);
    this.session.end(
      status === 487
        ? { by: 'remote', reason: 'cancelled by the peer' }
        : { by: 'local', reason: `refused with ${status}` },
    );
  }

  #remind(): void {
    this.#reminder?.cancel();
    this.#reminder = undefined;
    if (this.#last === undefined) return;
    const { status, isReliable } = this.#last;
    const afterMs = isReliable ? RELIABLE_REMINDER_MS : REMINDER_MS;
    this.#reminder = this.clock.after(afterMs, () => {
      this.dispatch(status, { isReliable });
    });
  }

  get #cseqNumber(): number {
    return cseq(this.message)?.number ?? 0;
  }

  #isReliable({ isReliable }: Reply): boolean {
    if (isReliable !== true && this.message.first('Require') === undefined) return false;
    this.#reliability ??= reliabilityOf(this.message);
    return this.#reliability === 'required' || (isReliable === true && this.#reliability === 'supported');
  }

  #queue(status: number, reply: Reply): void {
    this.#provisionals ??= this.#begin();
    this.#provisionals.add({
      hasSdp: sentSdp(reply.body, reply.contentType) !== undefined,
      send: (rseq) => {
        const bytes = this.write(status, reply, [
          ['Require', RELIABLE],
          ['RSeq', String(rseq)],
        ]);
        return () => {
          this.transaction.respond(status, bytes);
        };
      },
    });
  }

  #begin(): ReliableProvisionals {
    const provisionals = new ReliableProvisionals(this.agent.context, this.#cseqNumber, () => {
      this.refuse({ status: 504, reason: 'No PRACK' });
    });
    if (this.session !== undefined) this.session.requests.provisionals = provisionals;
    return provisionals;
  }

  /** @rfc 3262 §3: no 2xx while a description waits for its PRACK. */
  #wait(success: Success, provisionals: ReliableProvisionals): void {
    this.#waiting = success;
    provisionals.whenSettled(() => {
      const { status, reply } = this.#waiting ?? success;
      if (this.#waiting !== undefined) this.write(status, reply);
    });
  }

  /** The first response above 100 and below 300 makes the dialog. @rfc 3261 §12.1.1 */
  #ensureSession(): void {
    if (this.session !== undefined) return;
    const { received, transport } = this.incoming;
    const { agent } = this;
    const { context } = agent;
    this.#isInitial = true;
    this.session = new Session({
      context,
      dialog: Dialog.fromRequest(this.message, this.toTag, transport, context.ids.cseq()),
      role: 'uas',
      flow: { transport, target: { address: received.from, connectionId: received.connectionId } },
      // Nothing of this request: it would live as long as the call.
      onGone: (session) => {
        agent.removeSession(session);
      },
    });
    this.session.requests.begin(this);
    this.agent.addSession(this.session);
  }
}
