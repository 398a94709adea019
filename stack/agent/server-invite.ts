import { Dialog } from '../dialog/dialog.ts';
import { cseq } from '../message/headers/cseq.ts';
import type { Reply } from './handler.ts';
import type { HeaderLine } from './header-line.ts';
import { UasRequest } from './server-request.ts';
import { Session } from './session.ts';

/** An INVITE and its server transaction: makes the dialog, repeats the 2xx until its ACK. @rfc 3261 §13.3.1 */
export class UasInvite extends UasRequest {
  #isInitial = false;

  override respond(status: number, reply?: Reply): void {
    if (!this.isAnswered && status > 100 && status < 300) this.#ensureSession();
    super.respond(status, reply);
  }

  /** Contact in what makes a dialog, everything we can do in a 2xx. @rfc 3261 §12.1.1, §13.3.1.4 */
  protected override lines(status: number): readonly HeaderLine[] {
    if (status <= 100 || status >= 300) return this.face.plain;
    return status < 200 ? this.face.reachable : this.face.session;
  }

  protected override transmit(status: number, bytes: Uint8Array): void {
    super.transmit(status, bytes);
    if (status < 200 || status >= 300) return;
    this.session?.awaitAck(cseq(this.message)?.number ?? 0, () => {
      this.transaction.respond(status, bytes);
    });
  }

  protected override finished(status: number, sdp: string | undefined): void {
    super.finished(status, sdp);
    if (status < 300 || !this.#isInitial) return;
    this.session?.end(
      status === 487
        ? { by: 'remote', reason: 'cancelled by the peer' }
        : { by: 'local', reason: `refused with ${status}` },
    );
  }

  /** The first response above 100 and below 300 makes the dialog. @rfc 3261 §12.1.1 */
  #ensureSession(): void {
    if (this.session !== undefined) return;
    const { received, transport } = this.incoming;
    const { context } = this.agent;
    this.#isInitial = true;
    this.session = new Session({
      context,
      dialog: Dialog.fromRequest(this.message, this.toTag, transport, context.ids.cseq()),
      role: 'uas',
      flow: { transport, target: { address: received.from, connectionId: received.connectionId } },
      onGone: (session) => {
        this.agent.removeSession(session);
      },
    });
    this.session.begin(this, this.message);
    this.agent.addSession(this.session);
  }
}
