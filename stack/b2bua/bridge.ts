import type { Handler, Next, ServerRequest } from '../agent/handler.ts';
import type { Session } from '../agent/session.ts';
import { RELIABLE } from '../agent/reliable-provisionals.ts';
import { intervalRefusal, TIMER } from '../agent/session-timer.ts';
import { Emitter, type Unsubscribe } from '../core/emitter.ts';
import { isNamed } from '../dialog/reference.ts';
import type { ReferProgress } from '../events/packages/refer.ts';
import type { ReferTarget } from '../events/refer/refer-target.ts';
import { sourceOf } from '../message/chars.ts';
import { Reader } from '../message/headers/reader.ts';
import { parseReplaces, replaces } from '../message/headers/replaces.ts';
import { maxForwards } from '../message/headers/simple.ts';
import { BridgedCall, type BridgeHost } from './bridged-call.ts';
import type { BridgeOptions, BridgeRoute, BridgeTarget } from './options.ts';
import { REPLACES } from './outgoing-leg.ts';
import { carryOut, type ReferralHost } from './referral.ts';
import { takeover } from './transfer.ts';

/** Makes what takes calls on one leg and calls on another; serve it, alone or beside other handlers. @rfc 7092 §3.2 */
export function createBridge(options: BridgeOptions): Bridge {
  return new Bridge(options);
}

/** A back-to-back user agent: two dialogs for each call, and nothing of the one in the other but what the policies let pass. @rfc 3261 §6, RFC 7092 */
export class Bridge implements Handler, BridgeHost, ReferralHost {
  readonly name = 'bridge';
  readonly accept = ['application/sdp'];
  /** The route knows who has a number. @rfc 3966 */
  readonly schemes = ['tel'];
  readonly agent: BridgeOptions['agent'];
  readonly policies: BridgeOptions;
  readonly #calls = new Set<BridgedCall>();
  readonly #bySession = new Map<Session, BridgedCall>();
  /** By Call-ID and tag of ours. */
  readonly #expected = new Map<string, BridgedCall>();
  readonly #begun = new Emitter<BridgedCall>();

  constructor(options: BridgeOptions) {
    this.policies = options;
    this.agent = options.agent;
    this.agent.onSession((session) => {
      this.#adopt(session);
    });
  }

  /** What it serves, as the policies are now. */
  get methods(): readonly string[] {
    return this.#isReliable ? METHODS : METHODS.filter((method) => method !== 'PRACK');
  }

  /** Option tags that it implements, as the policies are now. */
  get supported(): readonly string[] {
    return [
      ...(this.#isReliable ? [RELIABLE] : []),
      ...(this.policies.sessionTimer === 'off' ? [] : [TIMER]),
      REPLACES,
    ];
  }

  /** The calls that are not over. */
  get calls(): readonly BridgedCall[] {
    return [...this.#calls];
  }

  /** The leg across: the dialog on the other side of the call that a dialog of ours belongs to. */
  across(session: Session): Session | undefined {
    return this.#bySession.get(session)?.otherThan(session);
  }

  /** Hears of each call before its callee is called. */
  onCall(listener: (call: BridgedCall) => void): Unsubscribe {
    return this.#begun.on(listener);
  }

  /** Other bodies than descriptions cross in requests that are no business of the session. */
  acceptFor(method: string): readonly string[] | undefined {
    return DESCRIBES.has(method) ? this.accept : undefined;
  }

  explain(): string {
    return 'INVITE: calls on another leg whom the route names and bridges what both sides say.';
  }

  handle(request: ServerRequest, next: Next): Promise<void> | void {
    const { session } = request;
    if (session !== undefined) {
      const call = this.#bySession.get(session);
      return call === undefined ? next() : void call.take(request, session);
    }
    return request.method === 'INVITE' ? this.#begin(request) : next();
  }

  expect(callId: string, localTag: string, call: BridgedCall): void {
    this.#expected.set(`${callId} ${localTag}`, call);
  }

  unexpect(callId: string, localTag: string): void {
    this.#expected.delete(`${callId} ${localTag}`);
  }

  onOver(call: BridgedCall): void {
    this.#calls.delete(call);
  }

  get #isReliable(): boolean {
    return this.policies.isReliable !== false;
  }

  callOf(leg: Session): BridgedCall | undefined {
    return this.#bySession.get(leg);
  }

  legNamed(replaced: string): Session | undefined {
    const named = parseReplaces(new Reader(sourceOf(replaced), 0, replaced.length));
    if (named === undefined) return undefined;
    return [...this.#bySession.keys()].find(({ dialog }) => isNamed(dialog, named));
  }

  assign(leg: Session, call: BridgedCall): void {
    if (!this.#bySession.has(leg))
      leg.onEnded(() => {
        this.#bySession.delete(leg);
      });
    this.#bySession.set(leg, call);
  }

  /**
   * Does itself what a REFER asks for, when the other leg cannot.
   * @param route - where the one referred to is; not looked at when the REFER replaces a call of this bridge.
   * @param tell - hears of the progress; a final status is the last.
   */
  carryOut(
    request: ServerRequest,
    target: ReferTarget,
    route: BridgeRoute,
    tell: (progress: ReferProgress) => void,
  ): void {
    carryOut(this, request, target, route, tell);
  }

  #begin(request: ServerRequest): Promise<void> | void {
    const { sessionTimer = {} } = this.policies;
    const tooShort = sessionTimer === 'off' ? undefined : intervalRefusal(request.message, sessionTimer);
    if (tooShort !== undefined) {
      request.respond(tooShort.status, tooShort);
      return;
    }
    if (maxForwards(request.message) === 0) {
      request.respond(483);
      return;
    }
    const replaced = this.#replacedBy(request);
    if (typeof replaced === 'number') {
      request.respond(replaced);
      return;
    }
    request.respond(100);
    const call = new BridgedCall(this, request);
    this.#calls.add(call);
    this.#begun.emit(call);
    const route = replaced === undefined ? this.policies.route(request) : { targets: [replaced] };
    if (route instanceof Promise)
      return route.then((found: BridgeRoute) => {
        call.start(found);
      });
    call.start(route);
  }

  /** Where an INVITE that takes over a leg of ours goes, or why it cannot. @rfc 3891 §3 */
  #replacedBy(request: ServerRequest): BridgeTarget | number | undefined {
    const { message } = request;
    const lines = message.all('Replaces').length;
    if (lines === 0) return undefined;
    const named = replaces(message);
    if (lines > 1 || named === undefined) return 400;
    if (this.policies.allowsTakeover?.(request) === false) return 403;
    for (const [session, call] of this.#bySession) {
      if (!isNamed(session.dialog, named)) continue;
      const other = call.otherThan(session);
      if (named.earlyOnly && session.state !== 'early') return 486;
      return session.isOver || other === undefined ? 603 : takeover(other);
    }
    return 481;
  }

  #adopt(session: Session): void {
    const { callId, localTag } = session.dialog;
    const call = this.#expected.get(`${callId} ${localTag}`);
    if (call === undefined) return;
    this.assign(session, call);
    call.adopt(session);
  }
}

/** CANCEL, ACK and BYE are answered by the agent; the bridge hears of them by its sessions. */
const METHODS = [
  'INVITE',
  'ACK',
  'CANCEL',
  'BYE',
  'PRACK',
  'UPDATE',
  'INFO',
  'REFER',
  'MESSAGE',
  'OPTIONS',
  'NOTIFY',
];
const DESCRIBES: ReadonlySet<string> = new Set(['INVITE', 'PRACK', 'UPDATE']);
