import { Emitter, type Disposable, type Unsubscribe } from '../../core/emitter.ts';
import type { AgentContext, OpenOutcome } from '../context.ts';
import type { HeaderLine } from '../header-line.ts';
import type { OutsideIds } from '../outside-request.ts';
import { RegistrationFlow, type FlowHost } from './registration-flow.ts';
import type { Grant, RegistrationOptions, RegistrationState, RetryPolicy } from './registration-types.ts';
import { DEFAULT_RETRY } from './retry.ts';

/** What a registration needs of its agent. */
export interface RegisteringAgent {
  readonly context: AgentContext;
}

/** One way over which a registration is kept. */
export interface FlowStatus {
  readonly regId: number;
  readonly proxy: string | undefined;
  readonly state: RegistrationState;
}

/** What requests of a registered identity say: to be spread over the options of a request or a call. */
export interface RegisteredIdentity {
  readonly from: string;
  /** Where the request goes first; undefined when that is its target. */
  readonly nextHop?: string;
  /** Route by Service-Route, and Contact by which we can be reached from everywhere. @rfc 3608 §5, RFC 5627 §4.4, RFC 5626 §4.3 */
  readonly headers: readonly HeaderLine[];
}

const DEFAULT_EXPIRES_SEC = 3600;

/** From the best news to the worst. */
const RANK: readonly RegistrationState['kind'][] = [
  'registered',
  'refreshing',
  'registering',
  'unregistering',
  'failed',
  'idle',
  'unregistered',
];

/**
 * A registration that keeps itself up, from `start` to `unregister`.
 * @returns one that has not sent anything yet.
 */
export function createRegistration(agent: RegisteringAgent, options: RegistrationOptions): Registration {
  return new Registration(agent.context, options);
}

/** The bindings of one address of record, over one flow or several. @rfc 3261 §10.2, RFC 5626 §4 */
export class Registration implements Disposable, FlowHost, OpenOutcome {
  readonly context: AgentContext;
  readonly options: RegistrationOptions;
  readonly retry: RetryPolicy;
  expiresSec: number;
  leastExpiresSec = 0;
  isOutbound: boolean;
  readonly #callId: string;
  readonly #fromTag: string;
  #cseqNumber: number;
  readonly #flows: readonly RegistrationFlow[];
  readonly #changed = new Emitter<FlowStatus>();

  constructor(context: AgentContext, options: RegistrationOptions) {
    const { ids } = context;
    const { proxies = [], regId = 1 } = options;
    this.context = context;
    this.options = options;
    this.retry = { ...DEFAULT_RETRY, ...options.retry };
    this.expiresSec = options.expiresSec ?? DEFAULT_EXPIRES_SEC;
    this.isOutbound = options.outbound === true && options.instanceId !== undefined;
    this.#callId = ids.callId();
    this.#fromTag = ids.tag();
    this.#cseqNumber = ids.cseq() - 1;
    const ways = this.isOutbound && proxies.length > 0 ? proxies : [proxies[0]];
    this.#flows = ways.map((proxy, at) => new RegistrationFlow(this, regId + at, proxy));
  }

  /** How it stands with the best of its flows. */
  get state(): RegistrationState {
    return this.#best.state;
  }

  get flows(): readonly FlowStatus[] {
    return this.#flows.map(statusOf);
  }

  /** What the registrar has granted over the best of its flows, as long as it holds. */
  get grant(): Grant | undefined {
    return this.#best.grant;
  }

  /** Hears of every change of every flow. */
  onChange(listener: (flow: FlowStatus) => void): Unsubscribe {
    return this.#changed.on(listener);
  }

  /** Registers over the first flow; over the others when that has shown that they are of use, or has failed. @rfc 5626 §4.2.1 */
  start(): void {
    this.context.openOutcomes.add(this);
    this.#flows[0]?.register();
  }

  /** Refreshes now, ahead of time. */
  refresh(): void {
    for (const flow of this.#flows) if (flow.state.kind !== 'idle') flow.register();
  }

  /**
   * Removes the bindings and ends the registration; resolves when the registrar has answered, or will not.
   * @param which - `all` removes those of other devices too. @rfc 3261 §10.2.2
   */
  unregister(which: 'own' | 'all' = 'own'): Promise<RegistrationState> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!this.#flows.every((flow) => flow.isOver)) return;
        stopListening();
        this.dispose();
        resolve(this.state);
      };
      const stopListening = this.onChange(check);
      const [first, ...others] = this.#flows;
      first?.unregister(which);
      for (const flow of others) flow.unregister('own');
      check();
    });
  }

  /** How requests of this identity look while it is registered. */
  identity(): RegisteredIdentity {
    const best = this.#best;
    const { grant, proxy } = best;
    const { aor } = this.options;
    const route = grant === undefined || grant.serviceRoute.length === 0 ? [] : grant.serviceRoute;
    const preloaded = route.length > 0 || proxy === undefined ? route : [`<${proxy}>`];
    const nextHop = preloaded[0] === undefined ? undefined : uriOf(preloaded[0]);
    const contact = contactOf(grant);
    return {
      from: aor,
      ...(nextHop === undefined ? {} : { nextHop }),
      headers: [
        ...preloaded.map((value): HeaderLine => ['Route', value]),
        ...(contact === undefined ? [] : [['Contact', `<${contact}>`] as const]),
      ],
    };
  }

  /** Ends everything without a word on the wire. */
  dispose(): void {
    this.abandon();
  }

  /** The agent stops, and with it what keeps the registration up. */
  abandon(): void {
    this.context.openOutcomes.delete(this);
    for (const flow of this.#flows) flow.stop();
  }

  nextIds(): OutsideIds {
    return { callId: this.#callId, fromTag: this.#fromTag, cseqNumber: ++this.#cseqNumber };
  }

  isAnyOtherRegistered(flow: RegistrationFlow): boolean {
    return this.#flows.some((other) => other !== flow && other.grant !== undefined);
  }

  onChanged(flow: RegistrationFlow): void {
    this.#changed.emit(statusOf(flow));
    const isUseful =
      flow.state.kind === 'failed' || (flow.state.kind === 'registered' && flow.state.grant.isOutbound);
    if (!isUseful || !this.isOutbound) return;
    for (const other of this.#flows) if (other.state.kind === 'idle') other.register();
  }

  get #best(): RegistrationFlow {
    const [first, ...others] = this.#flows;
    if (first === undefined) throw new Error('a registration has at least one flow');
    return others.reduce(
      (best, flow) => (RANK.indexOf(flow.state.kind) < RANK.indexOf(best.state.kind) ? flow : best),
      first,
    );
  }
}

function statusOf({ regId, proxy, state }: RegistrationFlow): FlowStatus {
  return { regId, proxy, state };
}

/** The GRUU, or the contact with the mark that says it is reached over its flow. */
function contactOf(grant: Grant | undefined): string | undefined {
  if (grant === undefined) return undefined;
  const [contact] = grant.contacts;
  return grant.publicGruu ?? (grant.isOutbound && contact !== undefined ? `${contact};ob` : undefined);
}

/** What stands between the angle brackets of a route. */
function uriOf(route: string): string {
  return route.slice(route.indexOf('<') + 1, route.lastIndexOf('>'));
}
