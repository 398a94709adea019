import type { CredentialStore } from '../auth/credential-store.ts';
import type { Clock } from '../core/clock.ts';
import { Emitter, type Disposable, type Unsubscribe } from '../core/emitter.ts';
import type { Ids } from '../core/ids.ts';
import { DEFAULT_LIMITS, type OnLimit } from '../core/limits.ts';
import { silentLogger, type Logger } from '../core/logger.ts';
import { cseq } from '../message/headers/cseq.ts';
import { callId } from '../message/headers/simple.ts';
import { fromHeader } from '../message/headers/name-addr.ts';
import type { MessageLimits } from '../message/limits.ts';
import type { Resolver } from '../resolver/resolver.ts';
import { TransactionLayer } from '../transaction/layer.ts';
import type { RateLimits } from '../transaction/rate-limiter.ts';
import type { TransactionStats } from '../transaction/stats.ts';
import { DEFAULT_TIMING, type Incoming, type Timing, type Transition } from '../transaction/types.ts';
import type { Transport } from '../transport/transport.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { AgentContext } from './context.ts';
import type { Handler } from './handler.ts';
import { HopHealth } from './hop-health.ts';
import type { Outcome } from './launch.ts';
import { Listeners, type Advertise, type Identity, type PublicAddress } from './listeners.ts';
import type { CallOptions } from './call-options.ts';
import { OutgoingCall, type CallHost } from './outgoing-call.ts';
import type { Refusal } from './refusal.ts';
import type { Relay } from './relay.ts';
import type { NotSent, ResponseResult } from './result.ts';
import { sendOutside, type RequestOptions } from './send-outside.ts';
import type { Session } from './session.ts';
import { Uas } from './uas.ts';
import { Usages, type UsageContext } from './usage.ts';

export interface UserAgentOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** T1, T2 and T4; the RFC's own when left out. */
  readonly timing?: Timing;
  readonly log?: Logger;
  readonly identity: Identity;
  /** The address shown to a peer for a listener bound to a wildcard. */
  readonly advertise?: Advertise;
  /** The address shown to everybody for a listener behind NAT. */
  readonly publicAddress?: PublicAddress;
  /** Finds the hops of names in targets; without it targets are IP literals. */
  readonly resolver?: Resolver;
  /** Answers challenges to requests of ours; without it a 401 or 407 is the result. */
  readonly credentials?: CredentialStore;
  /** Calls at the same time; further ones get 503. Default 10,000. */
  readonly maxSessions?: number;
  /** Transactions at work at the same time; further requests get 503. Default 10,000. */
  readonly maxTransactions?: number;
  /** Client transactions at the same time; further ones are not begun. Default 10,000. */
  readonly maxClientTransactions?: number;
  /** How large a request may be; those past it get 513 or 400. */
  readonly messageLimits?: MessageLimits;
  /** What one source may send; nothing is limited without it. */
  readonly rates?: RateLimits;
  /** Hears of each refusal because of a limit. */
  readonly onLimit?: OnLimit;
  readonly onTransition?: (transition: Transition) => void;
  /** Makes what takes the requests that are not for the agent itself: a proxy on the same listeners. */
  readonly relay?: (context: AgentContext) => Relay;
}

/** A call of ours, and what was asked for. */
export interface MadeCall {
  readonly call: OutgoingCall;
  readonly options: CallOptions;
}

/** Live figures of an agent. */
export interface UserAgentStats extends TransactionStats {
  /** Calls of either side that are not over. */
  readonly activeCalls: number;
}

/** Served by every agent that makes calls: its peers send these in the dialog. @rfc 3261 §15 */
const CALLER_METHODS = ['INVITE', 'ACK', 'CANCEL', 'BYE'];

/** Serves nothing: what an agent is until it is told otherwise. */
const NOTHING: Handler = {
  name: 'nothing',
  methods: [],
  explain: () => 'Refuses everything.',
  handle: (_request, next) => next(),
};

const STOPPED: NotSent = { kind: 'not-sent', code: 'ended', message: 'the agent was stopped' };

/** @returns an agent without listeners that refuses everything; see `addTransport` and `serve`. */
export function createUserAgent(options: UserAgentOptions): UserAgent {
  return new UserAgent(options);
}

/** Both halves of a SIP user agent over any number of listeners. @rfc 3261 §8 */
export class UserAgent implements Disposable, CallHost {
  readonly context: UsageContext;
  readonly #uas: Uas;
  readonly #relay: Relay | undefined;
  readonly #calls = new Map<string, OutgoingCall>();
  readonly #callMade = new Emitter<MadeCall>();
  readonly #alsoServed = new Set<string>();
  #handler = NOTHING;
  #intercept: ((request: Incoming) => Refusal | undefined) | undefined;
  /** What was said about the latest request: it is asked once, whoever asks. */
  #lastIntercept: { readonly request: Incoming; readonly answer: Refusal | undefined } | undefined;
  #isStopped = false;
  /** Calls of ours without a final response. */
  #openCalls = 0;
  #onDrained: (() => void) | undefined;

  constructor(options: UserAgentOptions) {
    const { clock, ids, identity } = options;
    const timing = options.timing ?? DEFAULT_TIMING;
    const log = options.log ?? silentLogger;
    const layer = new TransactionLayer({
      clock,
      ids,
      timing,
      log,
      core: {
        onRequest: (transaction) => {
          const answer = this.#intercepted(transaction.incoming);
          if (answer !== undefined) {
            this.#uas.answer(transaction, answer);
            return;
          }
          const taker = this.#relay?.takes(transaction.incoming) === true ? this.#relay : this.#uas;
          taker.onRequest(transaction);
        },
        onAck: (ack) => {
          const taker = this.#relay?.takes(ack) === true ? this.#relay : this.#uas;
          taker.onAck(ack);
        },
        onStrayResponse: (response) => {
          if (this.#relay?.onStrayResponse(response) !== true) this.#onStrayResponse(response);
        },
        onStateless: (message, isKnown) =>
          this.#relay?.onStateless(message, () => isKnown() || this.#intercepted(message) !== undefined) ===
          true,
      },
      // Copies of one request that come several ways are forks to a proxy, not mistakes. (16.3)
      answersMergedRequests: options.relay === undefined,
      responseHeaders: identity.product === '' ? undefined : [['Server', identity.product]],
      onTransition: options.onTransition,
      maxTransactions: options.maxTransactions,
      maxClientTransactions: options.maxClientTransactions,
      messageLimits: options.messageLimits,
      rates: options.rates,
      onLimit: options.onLimit,
    });
    this.context = {
      clock,
      ids,
      timing,
      log,
      identity,
      layer,
      listeners: new Listeners(identity, capabilitiesOf(NOTHING), options.advertise, options.publicAddress),
      resolver: options.resolver,
      hops: new HopHealth(clock),
      credentials: options.credentials,
      openOutcomes: new Set(),
      onDialogLost: (dialog, reason) => {
        this.context.usages.lose(dialog);
        this.#uas.loseDialog(dialog, reason);
      },
      usages: new Usages(() => {
        this.#onDrained?.();
      }),
    };
    this.#relay = options.relay?.(this.context);
    this.#uas = new Uas(
      this.context,
      NOTHING,
      { maxSessions: options.maxSessions ?? DEFAULT_LIMITS.dialogs, onLimit: options.onLimit },
      () => {
        this.#onDrained?.();
      },
    );
  }

  get stats(): UserAgentStats {
    return { ...this.context.layer.stats, activeCalls: this.#uas.sessionCount };
  }

  /** The calls that are not over. */
  get sessions(): readonly Session[] {
    return [...this.#uas.sessions];
  }

  /** The call of ours that a dialog belongs to; undefined for calls of the peer, and when the call is over. */
  callOf({ dialog }: Session): OutgoingCall | undefined {
    return this.#calls.get(callKey(dialog.callId, dialog.localTag));
  }

  /** Listens to a transport and sends over it. Closing it stays with the caller. */
  addTransport(transport: Transport): void {
    this.context.listeners.add(transport);
    this.context.layer.addTransport(transport);
  }

  /** Says what to do with requests. Allow, Accept and Supported follow from it. */
  serve(handler: Handler): void {
    this.#handler = handler;
    this.#uas.handler = handler;
    this.#deriveCapabilities();
  }

  /**
   * Asks this about every request before anybody else, the relay too; what it answers is the final response. For servers that misbehave on
   * purpose: a response from here keeps to no rule of the RFC.
   */
  intercept(answer: (request: Incoming) => Refusal | undefined): void {
    this.#intercept = answer;
  }

  /** Adds methods to Allow that the agent answers by itself, in dialogs that its own requests made. */
  alsoServe(methods: readonly string[]): void {
    if (methods.every((method) => this.#alsoServed.has(method))) return;
    for (const method of methods) this.#alsoServed.add(method);
    this.#deriveCapabilities();
  }

  /** Hears of every dialog of a call, of either side, when it comes to be. */
  onSession(listener: (session: Session) => void): Unsubscribe {
    return this.#uas.onSession(listener);
  }

  /** Hears of every call made here, before its INVITE is out. */
  onCall(listener: (made: MadeCall) => void): Unsubscribe {
    return this.#callMade.on(listener);
  }

  /** Sends a request outside of any dialog. INVITE is for {@link call}. */
  request(options: RequestOptions): Promise<ResponseResult> {
    return new Promise((resolve) => {
      this.send(options, { onResult: resolve });
    });
  }

  /** {@link request} without a promise. */
  send(options: RequestOptions, outcome: Outcome): void {
    if (this.#isStopped) outcome.onResult(STOPPED);
    else sendOutside(this.context, options, outcome);
  }

  /** Calls. Listeners of the call registered in the same turn miss nothing. */
  call(options: CallOptions): OutgoingCall {
    this.alsoServe(CALLER_METHODS);
    const call = new OutgoingCall(this, options);
    this.#calls.set(callKey(call.ids.callId, call.ids.fromTag), call);
    this.#openCalls++;
    this.#callMade.emit({ call, options });
    call.start();
    return call;
  }

  /**
   * Refuses new requests, ends every call with CANCEL or BYE, lets a relay finish what it has begun, and resolves when that is done or after `graceMs`, whichever comes first.
   * Then nothing of the agent is left; its transports are still open.
   */
  stop(graceMs: number): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    this.#isStopped = true;
    return new Promise((resolve) => {
      let isRelayIdle = this.#relay === undefined;
      const finish = (): void => {
        limit.cancel();
        this.#relay?.abort();
        this.dispose();
        resolve();
      };
      const limit = this.context.clock.after(graceMs, finish);
      for (const call of this.#calls.values()) call.hangUp();
      this.context.usages.stop();
      this.#uas.stop();
      this.#onDrained = () => {
        const isIdle = this.#uas.isIdle && this.#openCalls === 0 && this.context.usages.size === 0;
        if (isIdle && isRelayIdle) finish();
      };
      this.#relay?.drain(() => {
        isRelayIdle = true;
        this.#onDrained?.();
      });
      this.#onDrained();
    });
  }

  /** Drops everything at once, without a word on the wire. Who still waits for an outcome hears that there will be none. */
  dispose(): void {
    this.#isStopped = true;
    this.#onDrained = undefined;
    for (const outcome of [...this.context.openOutcomes]) outcome.abandon();
    this.#uas.dispose();
    this.context.usages.dispose();
    this.#calls.clear();
    this.#relay?.dispose();
    this.context.layer.dispose();
  }

  addSession(session: Session): void {
    this.#uas.addSession(session);
  }

  removeSession(session: Session): void {
    this.#uas.removeSession(session);
  }

  onCallSettled(): void {
    this.#openCalls--;
    this.#onDrained?.();
  }

  onCallGone(call: OutgoingCall): void {
    this.#calls.delete(callKey(call.ids.callId, call.ids.fromTag));
  }

  #intercepted(request: Incoming): Refusal | undefined {
    if (this.#isStopped || this.#intercept === undefined) return undefined;
    if (this.#lastIntercept?.request === request) return this.#lastIntercept.answer;
    const { startLine } = request.message;
    const isAsked =
      startLine.kind === 'request' && startLine.method !== 'ACK' && startLine.method !== 'CANCEL';
    const answer = isAsked ? this.#intercept(request) : undefined;
    this.#lastIntercept = { request, answer };
    return answer;
  }

  #deriveCapabilities(): void {
    this.context.listeners.capabilities = capabilitiesOf(this.#handler, [...this.#alsoServed]);
  }

  #onStrayResponse(response: Incoming): void {
    const { message } = response;
    const call = this.#calls.get(callKey(callId(message) ?? '', fromHeader(message)?.tag ?? ''));
    const session = this.#uas.sessionOfResponse(message);
    if (session?.acks.repeat(this.context, cseq(message)?.number) === true) return;
    if (call?.cseqNumber === cseq(message)?.number) call?.onStrayResponse(response);
  }
}

function callKey(id: string, fromTag: string): string {
  return `${id} ${fromTag}`;
}
