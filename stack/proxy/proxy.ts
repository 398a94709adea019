import type { AgentContext } from '../agent/context.ts';
import type { Refusal } from '../agent/refusal.ts';
import type { Relay } from '../agent/relay.ts';
import { fnv1a } from '../core/fnv.ts';
import { maxForwards } from '../message/headers/simple.ts';
import { topVia } from '../message/headers/via.ts';
import { parseMessage } from '../message/parse.ts';
import { buildResponse } from '../message/response.ts';
import type { BindingFlow, Locations } from '../registrar/location.ts';
import type { Resolver } from '../resolver/resolver.ts';
import type { ClientTransaction, Incoming, Route, ServerTransaction } from '../transaction/types.ts';
import type { Branch } from './branch.ts';
import { Draining } from './draining.ts';
import { FlowTokens } from './flow-token.ts';
import { forwarded, pathOver, type ForwardOptions } from './forward.ts';
import { InviteUser } from './invite-user.ts';
import { branchWith, loopHash } from './loop-hash.ts';
import { OwnNames } from './own-names.ts';
import { DEFAULT_POLICY, type ProxyPolicy } from './policy.ts';
import { preprocess, type Preprocessed } from './preprocess.ts';
import { ResponseContext, type ContextHost } from './response-context.ts';
import {
  forwardStatelessly,
  isStatelessResponse,
  relayStatelessly,
  type StatelessHost,
} from './stateless.ts';
import { groupsOf, type Target } from './target.ts';
import { findTargets, type TargetSet } from './target-set.ts';
import type { Upstream } from './upstream.ts';
import { validate } from './validation.ts';
import { waysOf, withStreams } from './ways.ts';

export interface ProxyOptions {
  /** A registrar, or what it keeps its bindings in; asked with a GRUU as it is, else with the canonical address of record. */
  readonly locations: Locations;
  /** Resolves names; that of the agent when left out. */
  readonly resolver?: Resolver | undefined;
  readonly policy?: Partial<ProxyPolicy>;
}

/** Live figures. */
export interface ProxyStats {
  /** Requests whose final response is still owed, or may still be followed by another 2xx. */
  readonly open: number;
  /** Copies sent, retransmissions not counted. */
  readonly forwarded: number;
}

/** A proxy on the listeners of an agent. */
export interface Proxy extends Relay {
  readonly stats: ProxyStats;
  /** A Path that leads other nodes to a client of this one, for a registrar whose store they share. @rfc 3327 §5.2 */
  pathOver(flow: BindingFlow, incoming: Incoming): string | undefined;
  /** Decides by other rules from the next request on; what is under way goes on as it began. Names and flow tokens stay. */
  usePolicy(changes: Partial<Omit<ProxyPolicy, 'domains' | 'addresses' | 'sign'>>): void;
}

/** @returns a proxy to be given to `createUserAgent` as its relay. */
export function createProxy(context: AgentContext, options: ProxyOptions): Proxy {
  return new ProxyCore(context, options);
}

/** A request at work: what its branches need. */
interface Work {
  readonly request: Preprocessed;
  readonly hash: string;
}

/** The proxy core. @rfc 3261 §16 */
class ProxyCore implements Proxy {
  readonly #context: AgentContext;
  readonly #options: ProxyOptions;
  #policy: ProxyPolicy;
  readonly #own: OwnNames;
  readonly #tokens: FlowTokens | undefined;
  #forwarding: ForwardOptions;
  readonly #stateless: StatelessHost;
  readonly #seed: number;
  readonly #open = new Draining();
  /** INVITE transactions downstream that may still bring a 2xx, by branch. */
  readonly #answerable = new Map<string, Upstream>();
  #forwarded = 0;
  #isStopped = false;
  /** What `takes` has worked out, for the one who asks next. */
  #taken: Preprocessed | undefined;

  constructor(context: AgentContext, options: ProxyOptions) {
    const { listeners, ids } = context;
    this.#context = context;
    this.#options = options;
    this.#policy = { ...DEFAULT_POLICY, ...options.policy };
    const { domains, addresses, sign } = this.#policy;
    this.#own = new OwnNames(listeners, domains, addresses);
    this.#tokens = sign && new FlowTokens(sign);
    this.#seed = fnv1a(ids.token(16));
    this.#forwarding = this.#forwardOptions();
    this.#stateless = {
      layer: context.layer,
      listeners,
      seed: this.#seed,
      forwarding: () => this.#forwarding,
      waysTo: (request, target, done) => {
        this.#waysTo(request, target, done);
      },
    };
  }

  get stats(): ProxyStats {
    return { open: this.#open.size, forwarded: this.#forwarded };
  }

  pathOver(flow: BindingFlow, incoming: Incoming): string | undefined {
    return pathOver(flow, incoming, this.#forwarding);
  }

  usePolicy(changes: Partial<ProxyPolicy>): void {
    this.#policy = { ...this.#policy, ...changes };
    this.#forwarding = this.#forwardOptions();
  }

  takes(incoming: Incoming): boolean {
    const request = this.#preprocessed(incoming);
    const { uri } = request;
    if (request.left.length > 0 || request.flow !== undefined || !this.#own.isOwn(uri)) return true;
    const { message } = incoming;
    const { startLine } = message;
    if (startLine.kind !== 'request' || uri.user === undefined) return false;
    const { method } = startLine;
    if (method === 'OPTIONS' && maxForwards(message) === 0) return false;
    const isContact = uri.user === this.#context.identity.contactUser && this.#own.isListener(uri);
    return !isContact && !this.#policy.serves(method, uri);
  }

  onRequest(transaction: ServerTransaction): void {
    const { incoming } = transaction;
    const { message } = incoming;
    const hash = loopHash(message, this.#seed);
    const { detectsLoops, supported } = this.#policy;
    const refusal =
      this.#open.refusalOf(message) ??
      validate({ message, hash: detectsLoops ? hash : undefined, supported });
    if (refusal !== undefined) {
      this.#refuse(transaction, refusal);
      return;
    }
    const request = this.#preprocessed(incoming);
    const context = new ResponseContext(this.#hostFor({ request, hash }), transaction);
    transaction.user = context;
    this.#open.add(context);
    const admitted = this.#policy.authenticate(incoming);
    if (admitted instanceof Promise)
      void admitted.then((refused) => {
        this.#route(context, request, refused);
      });
    else this.#route(context, request, admitted);
  }

  onAck(ack: Incoming): void {
    // An ACK is never answered and never forked: one copy goes along its route. (13.2.2.4, 16.6)
    const hash = loopHash(ack.message, this.#seed);
    const isFit = validate({ message: ack.message, hash: undefined, supported: [] }) === undefined;
    if (isFit) this.#forwardOne(this.#preprocessed(ack), hash);
    this.#open.acked(ack.message);
  }

  onStrayResponse({ message }: Incoming): boolean {
    // A retransmission, or another fork further down. (16.7 step 5, RFC 6026 §8)
    const upstream = this.#answerable.get(topVia(message)?.branch ?? '');
    const { startLine } = message;
    if (upstream === undefined || startLine.kind !== 'response') return false;
    upstream.relay(startLine.status, message);
    return true;
  }

  onStateless(incoming: Incoming, isTaken: () => boolean): boolean {
    if (!this.#policy.isStateless || this.#isStopped) return false;
    const { startLine } = incoming.message;
    if (startLine.kind === 'response')
      return isStatelessResponse(incoming.message, this.#seed) && relayStatelessly(incoming, this.#stateless);
    if (startLine.kind !== 'request' || !this.takes(incoming) || isTaken()) return false;
    if (startLine.method === 'ACK') {
      this.onAck(incoming);
      return true;
    }
    const { message } = incoming;
    const hash = loopHash(message, this.#seed);
    const { detectsLoops, supported } = this.#policy;
    // A stateless proxy refuses nothing but what it must; what it refuses, the transaction that is opened next answers.
    if (validate({ message, hash: detectsLoops ? hash : undefined, supported }) !== undefined) return false;
    this.#forwardOne(this.#preprocessed(incoming), hash);
    return true;
  }

  drain(onIdle: () => void): void {
    this.#open.begin(onIdle);
  }

  abort(): void {
    this.#isStopped = true;
    this.#open.abort();
  }

  dispose(): void {
    this.#isStopped = true;
    this.#open.dispose();
    this.#answerable.clear();
  }

  #forwardOptions(): ForwardOptions {
    const { recordsRoute, addsPath } = this.#policy;
    const { listeners } = this.#context;
    return { listeners, own: this.#own, tokens: this.#tokens, recordsRoute, addsPath };
  }

  /** @rfc 3261 §16.4, §16.5 */
  #route(context: ResponseContext, request: Preprocessed, refused: Refusal | undefined): void {
    if (this.#isStopped || context.isAnswered) return;
    const take = (found: TargetSet): void => {
      if (this.#isStopped) return;
      if ('refusal' in found)
        context.refuse(() => {
          this.#refuse(context.transaction, found.refusal);
        });
      else context.start(groupsOf(found.targets, this.#policy.forking));
    };
    if (refused === undefined) this.#findTargets(request, take);
    else take({ refusal: refused });
  }

  #findTargets(request: Preprocessed, done: (found: TargetSet) => void): void {
    findTargets(
      request,
      { own: this.#own, locations: this.#options.locations, policy: this.#policy, tokens: this.#tokens },
      done,
    );
  }

  /** One copy to the first target, without state. @rfc 3261 §16.11 */
  #forwardOne(request: Preprocessed, hash: string): void {
    this.#findTargets(request, (found) => {
      if (this.#isStopped) return;
      if ('refusal' in found) {
        this.#refuseStatelessly(request.incoming, found.refusal, hash);
        return;
      }
      const [group] = groupsOf(found.targets, 'sequential');
      const target = group?.[0]?.[0];
      if (target === undefined) return;
      this.#forwarded++;
      forwardStatelessly(request, target, hash, this.#stateless);
    });
  }

  #preprocessed(incoming: Incoming): Preprocessed {
    if (this.#taken?.incoming === incoming) return this.#taken;
    this.#own.meet(incoming);
    return (this.#taken = preprocess(incoming, { own: this.#own, tokens: this.#tokens }));
  }

  #hostFor(work: Work): ContextHost {
    const { timerCMs, groupTimeMs, recursesRedirects } = this.#policy;
    return {
      clock: this.#context.clock,
      timerCMs,
      groupTimeMs,
      recursesRedirects,
      waysTo: (target, done) => {
        this.#waysTo(work.request, target, (ways) => {
          done(withStreams(work.request.incoming.message, ways, this.#context.listeners));
        });
      },
      launch: (branch, target, way, context) => this.#launch(work, branch, target, way, context),
      answer: (transaction, status) => {
        this.#refuse(transaction, { status });
      },
      onOver: (context) => {
        this.#open.over(context, this.#policy.recordsRoute);
      },
    };
  }

  #waysTo(request: Preprocessed, target: Target, done: (ways: readonly Route[]) => void): void {
    const { listeners } = this.#context;
    const { resolver = this.#context.resolver } = this.#options;
    waysOf(request, target, { listeners, resolver }, done);
  }

  #launch(
    work: Work,
    branch: Branch,
    target: Target,
    way: Route,
    context: ResponseContext,
  ): ClientTransaction {
    const { layer, ids } = this.#context;
    const id = branchWith(ids.branch(), work.hash);
    const bytes = forwarded(work.request, target, way, id, branch.breadth, this.#forwarding);
    this.#forwarded++;
    if (!context.isInvite) return layer.request(bytes, parseMessage(bytes), way, branch);
    this.#answerable.set(id, context.upstream);
    const user = new InviteUser(branch, () => {
      this.#answerable.delete(id);
    });
    return layer.request(bytes, parseMessage(bytes), way, user);
  }

  #refuse(transaction: ServerTransaction, refusal: Refusal): void {
    transaction.respond(
      refusal.status,
      this.#refusal(transaction.incoming, refusal, this.#context.ids.tag()),
    );
  }

  /** The same request gets the same To tag, so that a retransmission gets the same answer. @rfc 3261 §8.2.7 */
  #refuseStatelessly(incoming: Incoming, refusal: Refusal, hash: string): void {
    const { startLine } = incoming.message;
    if (startLine.kind !== 'request' || startLine.method === 'ACK') return;
    const { layer } = this.#context;
    layer.send(this.#refusal(incoming, refusal, hash), layer.routeOfResponse(incoming));
  }

  #refusal(incoming: Incoming, { status, reason, headers = [] }: Refusal, toTag: string): Uint8Array {
    const face = this.#context.listeners.faceTo(incoming);
    return buildResponse(incoming.message, {
      status,
      reason,
      toTag,
      headers: [...headers, ...face.plain],
      source: incoming.received.from,
    });
  }
}
