import { Emitter, type Unsubscribe } from '../core/emitter.ts';
import { Dialog } from '../dialog/dialog.ts';
import type { RequestDraft } from '../message/draft.ts';
import { cseq } from '../message/headers/cseq.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import type { SipMessage } from '../message/message.ts';
import type { Incoming, Route } from '../transaction/types.ts';
import type { CallOptions } from './call-options.ts';
import { firstPlan, nextPlan, type CallPlan } from './call-retry.ts';
import type { AgentContext } from './context.ts';
import { deliver, type Delivering } from './deliver.ts';
import { accepted } from './exchange.ts';
import type { HeaderLine } from './header-line.ts';
import type { InDialogOptions } from './in-dialog-options.ts';
import type { Launched, Outcome } from './launch.ts';
import { outsideDraft, type OutsideIds } from './outside-request.ts';
import { ownerOf, ownFlow, releaseConnections } from './own-connection.ts';
import type { Provisional } from './provisional.ts';
import { takeProvisional } from './reliable-client.ts';
import type { FinalResponse, NotSent, ResponseResult } from './result.ts';
import { Session, type SessionEnd } from './session.ts';
import { askingLines, minimumOf } from './session-timer.ts';

/** What a call needs of its agent. */
export interface CallHost {
  readonly context: AgentContext;
  addSession(session: Session): void;
  removeSession(session: Session): void;
  /** Answered or failed. */
  onCallSettled(): void;
  /** Nothing of the call will be told any more. */
  onCallGone(call: OutgoingCall): void;
}

export type CallState = 'calling' | 'ringing' | 'answered' | 'failed' | 'ended';

/**
 * A call we make. It forks where a proxy on the way forks: the first 2xx wins, each further one gets its ACK and a BYE.
 * @rfc 3261 §13.2
 */
export class OutgoingCall {
  readonly ids: OutsideIds;
  readonly #host: CallHost;
  readonly #options: CallOptions;
  readonly #provisional = new Emitter<Provisional>();
  readonly #answered = new Emitter<Session>();
  readonly #failed = new Emitter<ResponseResult>();
  readonly #ended = new Emitter<SessionEnd>();
  /** By remote tag. */
  readonly #forks = new Map<string, Session>();
  readonly #owner: string | undefined;
  #state: CallState = 'calling';
  #isCancelled = false;
  #plan: CallPlan;
  #delivering: Delivering | undefined;
  /** CSeq number of the latest attempt; one higher with each. */
  #cseqNumber: number;
  /** What is on its way, or was last. */
  #launched: Launched | undefined;
  #route: Route | undefined;
  #session: Session | undefined;
  #answer: FinalResponse | undefined;

  constructor(host: CallHost, options: CallOptions) {
    const { ids, listeners } = host.context;
    this.#host = host;
    this.#options = options;
    this.ids = { callId: ids.callId(), fromTag: ids.tag(), cseqNumber: ids.cseq() };
    this.#owner = ownerOf(options, this.ids);
    this.#cseqNumber = this.ids.cseqNumber - 1;
    this.#plan = firstPlan(options, listeners.capabilities.supported);
  }

  /** CSeq number of the INVITE that is on its way, or was last. */
  get cseqNumber(): number {
    return this.#cseqNumber;
  }

  get state(): CallState {
    return this.#state;
  }

  /** The call as a session, once it is answered. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** The 2xx that answered it. */
  get answer(): FinalResponse | undefined {
    return this.#answer;
  }

  onProvisional(listener: (response: Provisional) => void): Unsubscribe {
    return this.#provisional.on(listener);
  }

  /** The ACK is out when this is called. */
  onAnswered(listener: (session: Session) => void): Unsubscribe {
    return this.#answered.on(listener);
  }

  /** Refused, cancelled, not deliverable or not answered in time. */
  onFailed(listener: (result: ResponseResult) => void): Unsubscribe {
    return this.#failed.on(listener);
  }

  /** An answered call is over. */
  onEnded(listener: (end: SessionEnd) => void): Unsubscribe {
    return this.#ended.on(listener);
  }

  /** Sends the INVITE. */
  start(): void {
    const { nextHop, target } = this.#plan;
    this.#delivering = deliver(
      this.#host.context,
      {
        method: 'INVITE',
        uri: nextHop ?? target,
        protocol: this.#options.protocol,
        over: this.#options.over,
        owner: this.#owner,
        draft: (way, extra) => this.#draft(way, extra),
        onLaunched: (launched, way) => {
          this.#endEarlyForks();
          this.#launched = launched;
          this.#route = way;
        },
      },
      this.#outcome(this.#plan),
    );
  }

  /**
   * Gives up a call that is not answered: CANCEL, as soon as the RFC allows it. Where a 2xx crosses it, ACK and BYE follow.
   * @param lines - further header lines of the CANCEL, such as Reason.
   * @rfc 3261 §9.1, §15
   */
  cancel(lines?: readonly HeaderLine[]): void {
    if (this.#isCancelled || (this.#state !== 'calling' && this.#state !== 'ringing')) return;
    this.#isCancelled = true;
    this.#delivering?.cancel(lines);
  }

  /** Ends the call in whatever state it is. */
  hangUp(): void {
    if (this.#session === undefined) this.cancel();
    else {
      this.#endEarlyForks();
      this.#session.hangUp();
    }
  }

  /** Sends a request in the answered call. */
  request(method: string, options: InDialogOptions = {}): Promise<ResponseResult> {
    if (this.#session !== undefined) return this.#session.request(method, options);
    return Promise.resolve(notSent('ended', 'the call is not answered'));
  }

  /** A 2xx that the transaction does not want: a repeated one, or one of another fork. @rfc 3261 §13.2.2.4 */
  onStrayResponse(response: Incoming): void {
    const { startLine } = response.message;
    if (startLine.kind !== 'response' || startLine.status >= 300) return;
    const { status, reason } = startLine;
    const known = this.#forks.get(remoteTag(response.message));
    if (known?.acks.repeat(this.#host.context, cseq(response.message)?.number) === true) return;
    this.#onSuccess({
      kind: 'response',
      status,
      reason,
      message: response.message,
      incoming: response,
      elapsedMs: 0,
    });
  }

  /** What comes of one attempt; once another one follows it counts no more. */
  #outcome(plan: CallPlan): Outcome {
    return {
      onProvisional: (response) => {
        this.#onProvisional(response);
      },
      onResult: (result) => {
        const next = this.#planAfter(result);
        if (next !== undefined) {
          this.#plan = next;
          this.start();
        } else if (result.kind === 'response' && result.status < 300) this.#onSuccess(result);
        else if (this.#launched === undefined && result.kind === 'not-sent') this.#failUnsent(result);
        else this.#fail(result);
      },
      onTerminated: () => {
        if (plan !== this.#plan) return;
        this.#endEarlyForks();
        this.#host.onCallGone(this);
      },
    };
  }

  #planAfter(result: ResponseResult): CallPlan | undefined {
    const isRefused = result.kind === 'response' && result.status >= 300;
    return isRefused && !this.#isCancelled ? nextPlan(this.#plan, result) : undefined;
  }

  #draft(way: Route, extra: readonly HeaderLine[]): RequestDraft {
    const { context } = this.#host;
    const { sdp, headers = [] } = this.#options;
    const { target, nextHop, supported, require, sessionTimer } = this.#plan;
    const face = context.listeners.faceFor(way.transport, way.target.address.host);
    const lines: HeaderLine[] = [...headers, ...extra];
    if (require.length > 0) lines.push(['Require', require.join(', ')]);
    if (sessionTimer?.intervalSec !== undefined)
      lines.push(...askingLines(sessionTimer.intervalSec, minimumOf(sessionTimer), sessionTimer.refresher));
    const options = {
      ...this.#options,
      method: 'INVITE',
      target,
      to: this.#options.to ?? this.#options.target,
      supported,
      headers: lines,
      ...(nextHop === undefined ? {} : { nextHop }),
      ...(sdp === undefined ? {} : { body: sdp }),
    };
    return outsideDraft(context, options, face, { ...this.ids, cseqNumber: ++this.#cseqNumber });
  }

  #onProvisional(response: Incoming): void {
    const { startLine } = response.message;
    if (startLine.kind !== 'response') return;
    if (startLine.status > 100) {
      const session = this.#fork(response);
      if (session !== undefined && !takeProvisional(session, response, this.#options)) return;
      this.#state = 'ringing';
    }
    this.#provisional.emit({ status: startLine.status, reason: startLine.reason, incoming: response });
  }

  #onSuccess(response: FinalResponse): void {
    const session = this.#fork(response.incoming);
    if (session === undefined) {
      this.#host.context.log.warn('a 2xx without To tag makes no dialog', { callId: this.ids.callId });
      if (this.#session === undefined) this.#fail(response);
      return;
    }
    session.dialog.confirm(response.message);
    session.confirm();
    if (this.#session === undefined) {
      this.#answer = response;
      const { sessionTimer } = this.#plan;
      if (sessionTimer !== undefined) session.useTimer(sessionTimer);
      accepted(session, 'INVITE', this.#options, response.message);
      this.#win(session);
    } else {
      accepted(session, 'INVITE', {}, response.message);
      session.hangUp();
    }
  }

  #win(session: Session): void {
    this.#session = session;
    this.#state = 'answered';
    this.#host.onCallSettled();
    session.onEnded((end) => {
      this.#state = 'ended';
      this.#ended.emit(end);
    });
    this.#answered.emit(session);
    if (this.#isCancelled) session.hangUp();
  }

  #fail(result: ResponseResult): void {
    this.#state = 'failed';
    this.#endEarlyForks();
    this.#release();
    this.#host.onCallSettled();
    this.#failed.emit(result);
  }

  /** Forks that have not answered live as long as the INVITE transaction. @rfc 3261 §13.2.2.4 */
  #endEarlyForks(): void {
    for (const [tag, fork] of this.#forks) {
      if (fork.state !== 'early') continue;
      this.#forks.delete(tag);
      fork.end({ by: 'remote', reason: 'not answered' });
    }
  }

  /** Ends the connections of the call, once no dialog of it needs them. */
  #release(): void {
    if (this.#owner === undefined || this.#state === 'calling' || this.#state === 'ringing') return;
    for (const { state } of this.#forks.values()) if (state !== 'ended') return;
    releaseConnections(this.#host.context.listeners, this.#owner);
  }

  /** Listeners are registered after the call was made; a failure found at once must reach them. */
  #failUnsent(result: NotSent): void {
    const fail = (): void => {
      this.#fail(result);
      this.#host.onCallGone(this);
    };
    if (result.code === 'ended') fail();
    else this.#host.context.clock.after(0, fail);
  }

  /** The dialog of a response: one for each remote tag. @rfc 3261 §12.1.2 */
  #fork(response: Incoming): Session | undefined {
    const tag = remoteTag(response.message);
    const known = this.#forks.get(tag);
    if (known !== undefined) return known;
    if (tag === '' || this.#launched === undefined || this.#route === undefined) return undefined;
    const session = new Session({
      context: this.#host.context,
      dialog: Dialog.fromResponse(this.#launched.message, response.message),
      role: 'uac',
      flow: ownFlow(this.#route, response),
      onGone: (gone) => {
        this.#host.removeSession(gone);
        this.#release();
      },
    });
    session.acks.invited(this.#launched.message);
    session.offers.invite();
    if (this.#options.sdp !== undefined) session.offers.sent(this.#options.sdp, 'INVITE');
    this.#forks.set(tag, session);
    this.#host.addSession(session);
    return session;
  }
}

function remoteTag(message: SipMessage): string {
  return toHeader(message)?.tag ?? '';
}

function notSent(code: NotSent['code'], message: string): NotSent {
  return { kind: 'not-sent', code, message };
}
