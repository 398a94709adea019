import type { Timer } from '../../core/clock.ts';
import type { Unsubscribe } from '../../core/emitter.ts';
import type { Route } from '../../transaction/types.ts';
import type { AgentContext } from '../context.ts';
import { deliver } from '../deliver.ts';
import type { OutsideIds } from '../outside-request.ts';
import type { FinalResponse, ResponseResult } from '../result.ts';
import { watchFlow } from './flow-watch.ts';
import { grantOf } from './grant.ts';
import { contactUris, registerDraft } from './register-draft.ts';
import type { Grant, RegistrationOptions, RegistrationState, RetryPolicy } from './registration-types.ts';
import { backoffMs, nextStep, redirectOf, refreshMarginMs, type Redirect } from './retry.ts';

/** What the flows of one registration share. */
export interface FlowHost {
  readonly context: AgentContext;
  readonly options: RegistrationOptions;
  readonly retry: RetryPolicy;
  /** How long bindings shall live; grows to the least that a registrar has named. */
  expiresSec: number;
  leastExpiresSec: number;
  /** Falls when a registrar cannot keep flows. */
  isOutbound: boolean;
  /** The identifiers of the next request: one Call-ID, a CSeq number that only grows. @rfc 3261 §10.2 */
  nextIds(): OutsideIds;
  isAnyOtherRegistered(flow: RegistrationFlow): boolean;
  onChanged(flow: RegistrationFlow): void;
}

type Removal = 'own' | 'all';

/** The shortest wait of our own choice. */
const LEAST_RETRY_MS = 5000;
/** Whatever the registrar says, nothing is sent more often. */
const LEAST_WAIT_MS = 1000;

const STOPPED: ResponseResult = {
  kind: 'not-sent',
  code: 'ended',
  message: 'the registration was stopped',
};

/** Registration over one next hop: registers, refreshes in time, recovers. One request at a time. @rfc 3261 §10.2, RFC 5626 §4 */
export class RegistrationFlow {
  readonly regId: number;
  readonly proxy: string | undefined;
  readonly #host: FlowHost;
  #state: RegistrationState = { kind: 'idle' };
  #timer: Timer | undefined;
  #isBusy = false;
  /** To be removed as soon as the request on its way is answered. */
  #removal: Removal | undefined;
  #failures = 0;
  /** When the registrar took us last. */
  #boundAtMs = -Infinity;
  #route: Route | undefined;
  #stopWatching: Unsubscribe | undefined;
  #isStopped = false;

  constructor(host: FlowHost, regId: number, proxy: string | undefined) {
    this.#host = host;
    this.regId = regId;
    this.proxy = proxy;
  }

  get state(): RegistrationState {
    return this.#state;
  }

  /** What is bound and not over yet. */
  get grant(): Grant | undefined {
    const grant = 'grant' in this.#state ? this.#state.grant : undefined;
    return grant !== undefined && grant.untilMs > this.#host.context.clock.now() ? grant : undefined;
  }

  /** The way of the last 2xx: requests of this identity come and go over it. */
  get route(): Route | undefined {
    return this.#route;
  }

  /** Registers or refreshes now. */
  register(): void {
    if (this.#isBusy || this.#isStopped) return;
    const { grant } = this;
    this.#enter(grant === undefined ? { kind: 'registering' } : { kind: 'refreshing', grant });
    this.#send(this.#host.expiresSec, undefined);
  }

  /** Removes our contacts, or every one of the user; at once, or after the request that is on its way. */
  unregister(removal: Removal): void {
    if (this.isOver || this.#state.kind === 'unregistering') return;
    this.#removal = removal;
    if (this.#isBusy) return;
    if (this.grant === undefined && removal === 'own') this.#end(undefined);
    else this.#remove(removal);
  }

  /** Nothing will change any more. */
  get isOver(): boolean {
    return this.#isStopped || this.#state.kind === 'unregistered';
  }

  /** Ends everything without a word on the wire. What is bound stays bound until its time is over. */
  stop(): void {
    if (this.isOver) return;
    const { grant } = this;
    this.#isStopped = true;
    this.#forget();
    this.#enter({ kind: 'failed', result: STOPPED, retryAtMs: undefined, grant });
  }

  #remove(removal: Removal): void {
    this.#enter({ kind: 'unregistering' });
    this.#send(0, removal);
  }

  /** @param redirect - of the same request by a 3xx; a second one is not followed. */
  #send(expiresSec: number, removal: Removal | undefined, redirect?: Redirect): void {
    const host = this.#host;
    const { context, options } = host;
    const regId = host.isOutbound ? this.regId : undefined;
    const flow = this.#route;
    const registrar = redirect?.isProxy === false ? redirect.uri : options.registrar;
    const proxy = redirect?.isProxy === true ? undefined : this.proxy;
    let contacts: readonly string[] = [];
    this.#isBusy = true;
    deliver(
      context,
      {
        method: 'REGISTER',
        uri: redirect?.isProxy === true ? redirect.uri : (proxy ?? registrar),
        protocol: options.protocol,
        flow,
        isPinned: options.protocol !== undefined,
        draft: (way, extra) => {
          contacts = contactUris(context, options, way);
          const { leastExpiresSec } = host;
          const isWildcard = removal === 'all';
          const facts = {
            ids: host.nextIds(),
            expiresSec,
            leastExpiresSec,
            isWildcard,
            regId,
            proxy,
          };
          return registerDraft(context, { ...options, registrar }, facts, way, extra);
        },
      },
      {
        onResult: (result) => {
          this.#isBusy = false;
          if (this.#isStopped) return;
          const other =
            redirect === undefined && result.kind === 'response'
              ? redirectOf(result.status, result.message, options.registrar)
              : undefined;
          if (other !== undefined) this.#send(expiresSec, removal, other);
          else if (removal !== undefined) this.#end(result);
          else if (isSuccess(result)) this.#succeed(result, { contacts, expiresSec, regId });
          else this.#fail(result, flow?.target.connectionId !== undefined);
        },
      },
    );
  }

  #succeed(
    result: FinalResponse,
    asked: { contacts: readonly string[]; expiresSec: number; regId: number | undefined },
  ): void {
    const host = this.#host;
    const { clock, ids, timing } = host.context;
    const { received, transport } = result.incoming;
    const grant = grantOf(result.message, { ...asked, instanceId: host.options.instanceId }, clock.now());
    this.#failures = 0;
    this.#stopWatching?.();
    this.#route = { transport, target: { address: received.from, connectionId: received.connectionId } };
    if (grant.isOutbound || transport.protocol === 'ws' || transport.protocol === 'wss')
      this.#stopWatching = watchFlow(this.#route, grant.flowTimerSec, ids, (error) => {
        this.#loseFlow({ kind: 'transport-failure', error });
      });
    const lifeMs = grant.expiresSec * 1000;
    const waitMs = Math.max(LEAST_WAIT_MS, lifeMs - refreshMarginMs(grant.expiresSec, timing.t1Ms));
    this.#boundAtMs = clock.now();
    this.#enter({ kind: 'registered', grant, refreshAtMs: clock.now() + waitMs });
    if (this.#removal !== undefined) this.#remove(this.#removal);
    else this.#later(waitMs);
  }

  /** The connection is gone: a new one replaces it at once, unless it was one itself a moment ago; and its failure makes us wait. @rfc 5626 §4.5 */
  #loseFlow(result: ResponseResult): void {
    this.#forget();
    this.#route = undefined;
    if (this.#isBusy || this.#removal !== undefined) return;
    const nowMs = this.#host.context.clock.now();
    const retryAtMs = Math.max(nowMs, this.#boundAtMs + LEAST_WAIT_MS);
    this.#enter({ kind: 'failed', result, retryAtMs, grant: undefined });
    if (retryAtMs > nowMs) this.#later(retryAtMs - nowMs);
    else this.register();
  }

  /** @param wasOverFlow - the request went over the stream of an earlier one. */
  #fail(result: ResponseResult, wasOverFlow: boolean): void {
    const host = this.#host;
    const step = nextStep(result);
    if (this.#removal !== undefined) this.#end(result);
    else if (wasOverFlow && (result.kind === 'timeout' || result.kind === 'transport-failure'))
      this.#loseFlow(result);
    else if (step.kind === 'longer' && step.expiresSec > host.leastExpiresSec) {
      host.leastExpiresSec = step.expiresSec;
      host.expiresSec = Math.max(host.expiresSec, step.expiresSec);
      this.register();
    } else if (step.kind === 'without-outbound' && host.isOutbound && !host.isAnyOtherRegistered(this)) {
      host.isOutbound = false;
      this.register();
    } else this.#wait(result, step.kind === 'later' ? this.#delayMs(step.delayMs) : undefined);
  }

  #wait(result: ResponseResult, delayMs: number | undefined): void {
    const { grant } = this;
    // What failed is not to be taken again: the next attempt looks for its way anew.
    this.#forget();
    this.#route = undefined;
    const retryAtMs = delayMs === undefined ? undefined : this.#host.context.clock.now() + delayMs;
    if (delayMs !== undefined) this.#later(delayMs);
    this.#enter({ kind: 'failed', result, retryAtMs, grant });
  }

  /** While something is bound the next attempt comes early enough to save it. */
  #delayMs(asked: number | undefined): number {
    const { retry, context } = this.#host;
    this.#failures++;
    if (asked !== undefined) return Math.max(LEAST_WAIT_MS, asked);
    const backoff = backoffMs(retry, this.#failures, this.#host.isAnyOtherRegistered(this), context.ids);
    const { grant } = this;
    if (grant === undefined) return backoff;
    return Math.min(backoff, Math.max(LEAST_RETRY_MS, (grant.untilMs - context.clock.now()) / 2));
  }

  #end(result: ResponseResult | undefined): void {
    this.#forget();
    this.#route = undefined;
    this.#removal = undefined;
    this.#enter({ kind: 'unregistered', result });
  }

  #later(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#host.context.clock.after(delayMs, () => {
      this.register();
    });
  }

  #forget(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  #enter(state: RegistrationState): void {
    if (state.kind === 'registering' || state.kind === 'refreshing' || state.kind === 'unregistering')
      this.#timer?.cancel();
    this.#state = state;
    this.#host.onChanged(this);
  }
}

function isSuccess(result: ResponseResult): result is FinalResponse {
  return result.kind === 'response' && result.status >= 200 && result.status < 300;
}
