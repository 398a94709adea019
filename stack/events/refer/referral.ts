import type { Timer } from '../../core/clock.ts';
import { Emitter, type Disposable, type Unsubscribe } from '../../core/emitter.ts';
import { deliver } from '../../agent/deliver.ts';
import type { ServerRequest } from '../../agent/handler.ts';
import type { HeaderLine } from '../../agent/header-line.ts';
import type { Outcome } from '../../agent/launch.ts';
import { outsideDraft, type OutsideOptions } from '../../agent/outside-request.ts';
import type { ResponseResult } from '../../agent/result.ts';
import type { Session } from '../../agent/session.ts';
import type { DialogUsage, SubscribedFacts } from '../../agent/usage.ts';
import type { Dialog } from '../../dialog/dialog.ts';
import { parseSipfrag } from '../../message/bodies/sipfrag.ts';
import { event, subscriptionState } from '../../message/headers/event.ts';
import { fromHeader } from '../../message/headers/name-addr.ts';
import { referSub } from '../../message/headers/refer.ts';
import { expires } from '../../message/headers/simple.ts';
import { bodyText } from '../body-text.ts';
import { dialogEndOf, losesDialog, sendInUsage, successOf, type DialogEnd } from '../dialog-end.ts';
import { refreshDelayMs } from '../subscriber/renewal.ts';
import type { SubscribingAgent } from '../subscriber/outgoing-subscription.ts';
import type { ReferProgress } from '../packages/refer.ts';
import { attendedTarget } from './refer-target.ts';

/** Whom to refer where. */
export interface ReferOptions {
  /** In this call; else `target` is asked outside of any dialog. */
  readonly call?: Session;
  readonly target?: string;
  /** A URI, or another call of ours whose peer is to be called in our place. @rfc 5589 §6, §7 */
  readonly to: string | Session;
  /** URI of Referred-By; our own in the call when left out. @rfc 3892 §2.1 */
  readonly referredBy?: string;
  /** Asks to be told nothing (`Refer-Sub: false`). @rfc 4488 §4 */
  readonly isSilent?: boolean;
  readonly headers?: readonly HeaderLine[];
  readonly outside?: Pick<OutsideOptions, 'from' | 'nextHop' | 'protocol'>;
}

/** What became of a REFER. */
export type ReferralEnd =
  | { readonly kind: 'refused'; readonly result: ResponseResult }
  /** The referred request was answered with this. */
  | ({ readonly kind: 'succeeded' | 'failed' } & ReferProgress)
  /** It was taken, and nothing is told. */
  | { readonly kind: 'silent' }
  /** The subscription ended before the referred request did. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Refers. Listeners registered in the same turn miss nothing. @rfc 3515 §2.4.1 */
export function refer(agent: SubscribingAgent, options: ReferOptions): Referral {
  agent.alsoServe(['NOTIFY']);
  return new Referral(agent, options);
}

/** A REFER of ours and the subscription it makes. In a call that subscription lives in the dialog of the call, and outlives it. @rfc 3515 §2.4.4, RFC 5057 §2 */
export class Referral implements DialogUsage, Disposable {
  readonly callId: string;
  readonly localTag: string;
  readonly #agent: SubscribingAgent;
  readonly #options: ReferOptions;
  readonly #progress = new Emitter<ReferProgress>();
  readonly #ended = new Emitter<ReferralEnd>();
  /** CSeq numbers of the REFER and its repetitions after a challenge: what the id of its NOTIFYs may be. @rfc 3515 §2.4.6 */
  readonly #ids = new Set<string>();
  #end: DialogEnd | undefined;
  /** Tag of the one who tells us; others that a fork brings are refused. */
  #remoteTag: string | undefined;
  #cseqNumber: number;
  #timer: Timer;
  #refreshing: Timer | undefined;
  #expiresMs: number | undefined;
  #notifyCount = 0;
  #last: ReferProgress | undefined;
  #isOver = false;

  constructor(agent: SubscribingAgent, options: ReferOptions) {
    const { ids, clock, usages } = agent.context;
    const { call } = options;
    this.#agent = agent;
    this.#options = options;
    this.callId = call?.dialog.callId ?? ids.callId();
    this.localTag = call?.dialog.localTag ?? ids.tag();
    this.#cseqNumber = ids.cseq() - 1;
    if (call !== undefined) {
      this.#end = { context: agent.context, dialog: call.dialog, flow: call.flow };
      this.#remoteTag = call.dialog.remoteTag;
    }
    usages.add(this);
    this.#timer = clock.after(0, () => {
      this.#send();
    });
  }

  /** The referred request has come further. */
  onProgress(listener: (progress: ReferProgress) => void): Unsubscribe {
    return this.#progress.on(listener);
  }

  /** Called once. */
  onEnded(listener: (end: ReferralEnd) => void): Unsubscribe {
    return this.#ended.on(listener);
  }

  facts(): SubscribedFacts {
    const { call, target = '' } = this.#options;
    return {
      package: 'refer',
      resource: call?.dialog.remoteUri ?? target,
      isActive: this.#notifyCount > 0,
      expiresMs: this.#expiresMs,
      notifyCount: this.#notifyCount,
    };
  }

  handle(request: ServerRequest): boolean {
    const { message } = request;
    const told = event(message);
    if (request.method !== 'NOTIFY' || told?.package !== 'refer') return false;
    if (told.id !== undefined && !this.#ids.has(told.id)) return false;
    const tag = fromHeader(message)?.tag;
    if (this.#remoteTag !== undefined && tag !== this.#remoteTag) return false;
    const state = subscriptionState(message);
    if (state === undefined) {
      request.respond(400, { reason: 'Missing Subscription-State' });
      return true;
    }
    if (!this.#accepts(request)) {
      request.respond(500, { reason: 'CSeq Out Of Order' });
      return true;
    }
    request.respond(200);
    this.#notifyCount++;
    this.#report(bodyText(message));
    if (state.state === 'terminated') this.#finish(this.#outcome(state.reason ?? 'no reason'));
    else if (state.expiresSec !== undefined)
      this.#keep(state.expiresSec, told.id === undefined ? 'refer' : `refer;id=${told.id}`);
    return true;
  }

  lose({ remoteTag }: Dialog): void {
    if (remoteTag === this.#remoteTag) this.#finish(this.#outcome('lost'));
  }

  /** It cannot be taken back; nothing more is listened to. */
  stop(): void {
    this.#finish({ kind: 'unknown', reason: 'the agent was stopped' });
  }

  dispose(): void {
    this.#isOver = true;
    this.#timer.cancel();
    this.#refreshing?.cancel();
  }

  get #headers(): readonly HeaderLine[] {
    const { to, isSilent, referredBy, call, headers } = this.#options;
    const uri = typeof to === 'string' ? to : attendedTarget(to.dialog);
    const by = referredBy ?? call?.dialog.localUri;
    return [
      ['Refer-To', `<${uri}>`],
      ...(by === undefined ? [] : [['Referred-By', `<${by}>`] as const]),
      ...(isSilent === true ? SILENT : []),
      ...(headers ?? []),
    ];
  }

  #send(): void {
    const { timing } = this.#agent.context;
    const outcome: Outcome = {
      onResult: (result) => {
        if (!this.#isOver) this.#onAnswered(result);
      },
    };
    const { call } = this.#options;
    // Timer N, as after a SUBSCRIBE.
    this.#wait(64 * timing.t1Ms, 'no-notify');
    if (this.#end === undefined) this.#sendOutside(outcome);
    else if (call?.isOver === true) {
      outcome.onResult({ kind: 'not-sent', code: 'ended', message: 'the call is over' });
    } else {
      const onAttempt = (number: number): void => {
        this.#ids.add(String(number));
      };
      sendInUsage(this.#end, 'REFER', { headers: this.#headers, onAttempt }, outcome);
    }
  }

  #sendOutside(outcome: Outcome): void {
    const { context } = this.#agent;
    const { target = '', outside = {} } = this.#options;
    deliver(
      context,
      {
        method: 'REFER',
        uri: outside.nextHop ?? target,
        protocol: outside.protocol,
        draft: (way, extra) => {
          const face = context.listeners.faceFor(way.transport, way.target.address.host);
          this.#ids.add(String(++this.#cseqNumber));
          const own = { callId: this.callId, fromTag: this.localTag, cseqNumber: this.#cseqNumber };
          const headers = [...this.#headers, ...extra];
          return outsideDraft(context, { ...outside, method: 'REFER', target, headers }, face, own);
        },
      },
      outcome,
    );
  }

  #onAnswered(result: ResponseResult): void {
    const success = successOf(result);
    if (success === undefined) {
      // The peer does not know the call any more. @rfc 5057 §5.1
      if (losesDialog(result) && result.kind === 'response' && result.status === 481)
        this.#options.call?.fail('REFER was answered 481');
      this.#finish({ kind: 'refused', result });
    } else if (this.#options.isSilent === true && referSub(success) === false) {
      this.#finish({ kind: 'silent' });
    }
  }

  /** Outside of a call the first NOTIFY makes the dialog. @rfc 6665 §4.4.1 */
  #accepts(request: ServerRequest): boolean {
    if (this.#end === undefined) {
      this.#end = dialogEndOf(this.#agent.context, request, this.#cseqNumber + 1);
      this.#remoteTag = this.#end.dialog.remoteTag;
      return true;
    }
    const { dialog } = this.#end;
    if (request.session === undefined && dialog.accepts(request.message) === 'out-of-order') return false;
    dialog.refreshTarget(request.message);
    return true;
  }

  #report(body: string): void {
    const fragment = parseSipfrag(body);
    const line = fragment.kind === 'ok' ? fragment.value.startLine : undefined;
    if (line?.kind !== 'response') return;
    this.#last = { status: line.status, reason: line.reason };
    this.#progress.emit(this.#last);
  }

  #outcome(reason: string): ReferralEnd {
    if (this.#last === undefined || this.#last.status < 200) return { kind: 'unknown', reason };
    return { kind: this.#last.status < 300 ? 'succeeded' : 'failed', ...this.#last };
  }

  /** The referred request may take longer than the notifier has thought: then the subscription is refreshed as others are. @rfc 3515 §2.4.4 */
  #keep(expiresSec: number, eventValue: string): void {
    const { clock, timing } = this.#agent.context;
    this.#wait(expiresSec * 1000, 'timeout');
    this.#refreshing?.cancel();
    this.#refreshing = clock.after(refreshDelayMs(expiresSec, timing), () => {
      this.#refresh(expiresSec, eventValue);
    });
  }

  /** A peer that cannot refresh still notifies until the time is over. */
  #refresh(expiresSec: number, eventValue: string): void {
    if (this.#end === undefined) return;
    const headers: readonly HeaderLine[] = [
      ['Event', eventValue],
      ['Expires', String(expiresSec)],
    ];
    sendInUsage(
      this.#end,
      'SUBSCRIBE',
      { headers },
      {
        onResult: (result) => {
          if (this.#isOver) return;
          const success = successOf(result);
          const grantedSec = success && expires(success);
          if (grantedSec !== undefined && grantedSec > 0) this.#keep(grantedSec, eventValue);
          else if (result.kind === 'response' && result.status === 481) this.#finish(this.#outcome('lost'));
        },
      },
    );
  }

  #wait(delayMs: number, reason: string): void {
    this.#timer.cancel();
    const { clock } = this.#agent.context;
    this.#expiresMs = clock.now() + delayMs;
    this.#timer = clock.after(delayMs, () => {
      this.#finish(this.#outcome(reason));
    });
  }

  #finish(end: ReferralEnd): void {
    if (this.#isOver) return;
    this.dispose();
    this.#agent.context.usages.delete(this);
    this.#ended.emit(end);
  }
}

const SILENT: readonly HeaderLine[] = [
  ['Refer-Sub', 'false'],
  ['Supported', 'norefersub'],
];
