import { sdpOf } from '../../../stack/agent/body.ts';
import type { ServerRequest } from '../../../stack/agent/handler.ts';
import { describeResult } from '../../../stack/agent/result.ts';
import type { Session } from '../../../stack/agent/session.ts';
import type { UserAgent } from '../../../stack/agent/user-agent.ts';
import { refer } from '../../../stack/events/refer/referral.ts';
import { decodeText, encodeText } from '../../../stack/message/octets.ts';
import { hold, resume } from '../../../stack/sdp/hold.ts';
import { sdpSummary } from '../../../stack/sdp/summary.ts';
import type { MediaReply } from '../../../stack/server/media.ts';
import { ContractError } from '../../contract/errors.ts';
import type { Decision, DecisionKind, OperatorItem } from '../../contract/operator.ts';
import { targetOf, WaitingRequest, type ItemHost, type Patience } from './item.ts';

/** What a call needs of the mode. */
export interface CallMeans extends Patience {
  readonly agent: UserAgent;
  /** Our description, or the refusal of an offer that has nothing for us. */
  readonly media: (request: ServerRequest) => MediaReply;
  /** Sends provisional responses reliably. @rfc 3262 */
  readonly isReliable: boolean;
}

const CHOICES: Readonly<Record<OperatorItem['state'], readonly DecisionKind[]>> = {
  waiting: ['ring', 'early', 'answer', 'reject', 'redirect'],
  ringing: ['ring', 'early', 'answer', 'reject', 'redirect'],
  early: ['ring', 'answer', 'reject', 'redirect'],
  answered: ['hold', 'transfer', 'hang-up'],
  held: ['resume', 'transfer', 'hang-up'],
};

/** A call that waits for the operator, and what can be done to it once it is answered. @rfc 3261 §13.3.1 */
export class CallItem extends WaitingRequest {
  protected readonly kind = 'call';
  readonly #means: CallMeans;
  #state: OperatorItem['state'] = 'waiting';
  /** A re-INVITE of ours is under way. */
  #isChanging = false;
  /** Made once: the description that is shown is the one that is sent. */
  #media: MediaReply | undefined;

  constructor(request: ServerRequest, host: ItemHost, means: CallMeans) {
    super(request, host, means);
    this.#means = means;
    request.respond(100);
  }

  protected get state(): OperatorItem['state'] {
    return this.#state;
  }

  protected get summary(): string {
    const offer = sdpOf(this.request.message);
    if (offer === undefined) return 'no offer: ours goes first';
    const { codecs, direction, streams } = sdpSummary(offer);
    const [, host] = /^c=IN IP[46] (\S+)/m.exec(offer) ?? [];
    const where = host === undefined ? '' : ` at ${host}`;
    return decodeText(`${streams.join(' and ') || 'no media'}: ${codecs.join(', ')} ${direction}${where}`);
  }

  protected get choices(): readonly DecisionKind[] {
    return this.#isChanging ? ['hang-up'] : CHOICES[this.#state];
  }

  protected override get sdp(): string | undefined {
    if (this.#state !== 'waiting' && this.#state !== 'ringing') return undefined;
    const { body } = this.#description.reply;
    return typeof body === 'string' ? decodeText(body) : undefined;
  }

  protected override carryOut(decision: Decision): void {
    switch (decision.kind) {
      case 'ring':
        this.#ring(decision);
        return;
      case 'early':
        this.#describe(183, decision);
        return;
      case 'answer':
        this.#answer(decision);
        return;
      case 'reject':
      case 'redirect':
        this.refuse(decision, 486);
        return;
      case 'hold':
        this.#change(hold, 'held');
        return;
      case 'resume':
        this.#change(resume, 'answered');
        return;
      case 'transfer':
        this.#transfer(targetOf(decision));
        return;
      case 'hang-up':
        this.note('BYE');
        this.#session.hangUp();
        return;
      default:
        decision.kind satisfies never;
    }
  }

  get #description(): MediaReply {
    return (this.#media ??= this.#means.media(this.request));
  }

  get #session(): Session {
    const { session } = this.request;
    if (session === undefined) throw new ContractError('gone', 'That call is over.');
    return session;
  }

  #ring(decision: Decision): void {
    const { status = 180 } = decision;
    if (status > 199) throw new ContractError('bad-params', 'A ringing has a status of 101 to 199.');
    this.#provisional(status, decision);
    this.#state = 'ringing';
  }

  #provisional(status: number, decision: Decision, body?: string): void {
    const { isReliable } = this.#means;
    const { reason, headers = [] } = decision;
    this.note(`${status} ${reason ?? (body === undefined ? 'Ringing' : 'Session Progress')}`);
    this.request.respond(status, {
      isReliable,
      headers: headers.map(([name, value]) => [encodeText(name), encodeText(value)] as const),
      ...(reason === undefined ? {} : { reason: encodeText(reason) }),
      ...(body === undefined ? {} : { body }),
    });
  }

  /** 183 with a description: early media. */
  #describe(status: 183, decision: Decision): void {
    const body = this.#body(decision);
    if (body === undefined) return;
    this.#provisional(status, decision, body);
    this.#state = 'early';
  }

  /** What the operator wrote, else ours; undefined when the offer had to be refused, which ends the item. */
  #body({ sdp }: Decision): string | undefined {
    if (sdp !== undefined) return encodeText(sdp).replace(/\r?\n/g, '\r\n');
    const { status, reply } = this.#description;
    if (status === 200) return typeof reply.body === 'string' ? reply.body : '';
    this.respond(status, {}, reply.headers);
    this.leave();
    return undefined;
  }

  /** A description that the caller has reliably is not sent again. @rfc 6337 §2 */
  #answer(decision: Decision): void {
    const { request } = this;
    const isDescribed = request.session?.offers.isInviteSettled === true;
    const body = isDescribed ? '' : this.#body(decision);
    if (body === undefined) return;
    this.stopWaiting();
    this.respond(200, decision, [], body === '' ? undefined : body);
    this.#state = 'answered';
    request.session?.onEnded(() => {
      this.leave();
    });
  }

  /** Hold and resume: our latest description with another direction, in a re-INVITE. @rfc 3264 §8.4, RFC 3261 §14.1 */
  #change(change: (sdp: string) => string, next: 'held' | 'answered'): void {
    const session = this.#session;
    const { localSdp } = session.offers;
    if (localSdp === undefined)
      throw new ContractError('bad-params', 'The call has no session description that could be changed.');
    const word = next === 'held' ? 'hold' : 'resume';
    this.#isChanging = true;
    this.note(`INVITE (${word})`);
    session.send(
      'INVITE',
      { body: change(localSdp) },
      {
        onResult: (result) => {
          this.#isChanging = false;
          const isDone = result.kind === 'response' && result.status < 300;
          if (isDone) this.#state = next;
          this.note(`${word}: ${describeResult(result)}`);
        },
      },
    );
  }

  /** Blind: when the transfer has succeeded, our call is over. @rfc 5589 §6.1 */
  #transfer(target: string): void {
    const session = this.#session;
    this.note(`REFER to ${decodeText(target)}`);
    const referral = refer(this.#means.agent, { call: session, to: target });
    referral.onProgress(({ status, reason }) => {
      this.note(`transfer: ${status} ${decodeText(reason)}`);
    });
    referral.onEnded((end) => {
      if (end.kind === 'refused') this.note(`transfer: ${describeResult(end.result)}`);
      if (end.kind === 'succeeded') session.hangUp();
    });
  }
}
