import type { ServerRequest } from '../../agent/handler.ts';
import type { HeaderLine } from '../../agent/header-line.ts';
import { isNotSent, locate } from '../../agent/locate.ts';
import type { ResponseResult } from '../../agent/result.ts';
import type { UserAgent } from '../../agent/user-agent.ts';
import { contacts, toHeader } from '../../message/headers/name-addr.ts';
import { referredBy, referSub, referTo } from '../../message/headers/refer.ts';
import { reasonPhrase } from '../../message/reason-phrases.ts';
import type { Notifier } from '../notifier/notifier.ts';
import type { Subscription } from '../notifier/subscription.ts';
import type { ReferPackage, ReferProgress } from '../packages/refer.ts';
import { referTarget, type ReferTarget } from './refer-target.ts';
import { isPublicTarget } from './target-policy.ts';

export interface TransfereeOptions {
  readonly agent: Pick<UserAgent, 'context' | 'call'>;
  /** Knows the package of `progress`. */
  readonly notifier: Notifier;
  readonly progress: ReferPackage;
  /** The offer of the referred call; none when left out. */
  readonly offer?: (request: ServerRequest) => string | undefined;
  /** Does what is asked in another way than by a call of its own; tells how far it is, a final status last. */
  readonly carry?: (
    request: ServerRequest,
    target: ReferTarget,
    tell: (progress: ReferProgress) => void,
  ) => void;
  /** Whom a peer may make us call; the default keeps it out of private networks. Asked when the hosts of the target are known. @rfc 3515 §5.1 */
  readonly allows?: TargetPolicy;
}

/** @param hosts - IP literals the call would go to; none when the target has no address or nobody looks names up. */
export type TargetPolicy = (target: ReferTarget, request: ServerRequest, hosts: readonly string[]) => boolean;

/** A public name may stand for a private address. */
const isPublicOnly: TargetPolicy = ({ host }, _request, hosts) => [host, ...hosts].every(isPublicTarget);

/** Statuses told for outcomes that are no responses. @rfc 3515 §2.4.5, RFC 3261 §8.1.3.1 */
const STATUS_OF: Readonly<Record<Exclude<ResponseResult['kind'], 'response'>, number>> = {
  timeout: 408,
  'transport-failure': 503,
  'not-sent': 503,
};

/** Does what a REFER asks for: calls somebody, and tells how far that has come. The call that brought the REFER is left to the one who sent it. @rfc 3515 §2.4.2 */
export class Transferee {
  readonly #options: TransfereeOptions;

  constructor(options: TransfereeOptions) {
    this.#options = options;
  }

  /** Answers a REFER: 202 first, then the NOTIFY that says 100. @rfc 3515 §2.4.4 */
  accept(request: ServerRequest): void {
    const target = this.#admit(request);
    if (typeof target === 'number') {
      request.respond(target);
      return;
    }
    const { agent, allows = isPublicOnly } = this.#options;
    const { listeners, resolver } = agent.context;
    locate(target.uri, { listeners, resolver }, (found) => {
      // The call that brought it may be over by now.
      if (request.isAnswered) return;
      const hosts = isNotSent(found) ? [] : found.map((way) => way.target.address.host);
      if (allows(target, request, hosts)) this.#take(request, target);
      else request.respond(403);
    });
  }

  #take(request: ServerRequest, target: ReferTarget): void {
    const { notifier, progress, agent } = this.#options;
    const { carry = this.#call.bind(this) } = this.#options;
    const isSilent = referSub(request.message) === false;
    if (!isSilent && notifier.isFull(request)) {
      request.respond(503);
      return;
    }
    request.respond(202, isSilent ? { headers: [['Refer-Sub', 'false']] } : {});
    if (isSilent) {
      carry(request, target, () => undefined);
      return;
    }
    const id = agent.context.ids.token(12);
    progress.report(id, { status: 100, reason: reasonPhrase(100) });
    const subscription = notifier.implicit(request, progress, id, progress.defaultExpiresSec);
    carry(request, target, (now) => {
      this.#tell(id, subscription, now);
    });
  }

  /** What to call, or the status of a refusal. */
  #admit(request: ServerRequest): ReferTarget | number {
    const { message } = request;
    const given = message.all('Refer-To').length === 1 ? referTo(message) : undefined;
    if (given === undefined || contacts(message).length === 0) return 400;
    const target = referTarget(given.uri);
    if (target === undefined) return 416;
    return target.method === 'INVITE' ? target : 603;
  }

  #call(request: ServerRequest, target: ReferTarget, tell: (progress: ReferProgress) => void): void {
    const { agent, offer } = this.#options;
    const { message, session } = request;
    const from = session?.dialog.localUri ?? toHeader(message)?.uri;
    const by = referredBy(message) && message.first('Referred-By');
    const sdp = offer?.(request);
    const headers: HeaderLine[] = [
      ...(target.replaces === undefined ? [] : [['Replaces', target.replaces] as const]),
      ...(by === undefined ? [] : [['Referred-By', by] as const]),
    ];
    const call = agent.call({
      target: target.uri,
      headers,
      ...(from === undefined ? {} : { from }),
      ...(sdp === undefined ? {} : { sdp }),
      ...(target.replaces === undefined ? {} : { require: ['replaces'] }),
    });
    call.onProvisional(({ status, reason }) => {
      if (status > 100) tell({ status, reason });
    });
    call.onAnswered(() => {
      tell({ status: 200, reason: reasonPhrase(200) });
    });
    call.onFailed((result) => {
      tell(progressOf(result));
    });
  }

  /** A final status is told once, by the last NOTIFY. @rfc 3515 §2.4.5 */
  #tell(id: string, subscription: Subscription | undefined, now: ReferProgress): void {
    const { progress } = this.#options;
    if (subscription === undefined || subscription.status === 'terminated') {
      progress.report(id, undefined);
      return;
    }
    if (now.status >= 200) {
      progress.settle(id, now);
      subscription.terminate('noresource', { withState: true });
    } else progress.report(id, now);
  }
}

function progressOf(result: ResponseResult): ReferProgress {
  if (result.kind === 'response') return { status: result.status, reason: result.reason };
  const status = STATUS_OF[result.kind];
  return { status, reason: reasonPhrase(status) };
}
