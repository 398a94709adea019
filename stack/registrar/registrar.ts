import { andThen, type Awaitable } from '../core/awaitable.ts';
import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { OnLimit } from '../core/limits.ts';
import type { HeaderLine } from '../agent/header-line.ts';
import type { Refusal } from '../agent/refusal.ts';
import { cseq } from '../message/headers/cseq.ts';
import { fromHeader, toHeader } from '../message/headers/name-addr.ts';
import { path } from '../message/headers/path.ts';
import { callId } from '../message/headers/simple.ts';
import { tokens } from '../message/headers/token-list.ts';
import type { SipMessage } from '../message/message.ts';
import { equalUris, parseUri, type Uri } from '../message/uri.ts';
import type { Incoming } from '../transaction/types.ts';
import { canonicalAor } from '../message/aor.ts';
import { flowFor } from './binding-flow.ts';
import { wishOf, type RegisterWish } from './contact-requests.ts';
import { createGruus, type GruuOptions, type Gruus } from './gruu.ts';
import type { Binding, BindingFlow, Locations } from './location.ts';
import type { LocationStore, RemovalReason, StoredBinding } from './location-store.ts';
import { outboundOf } from './outbound.ts';
import { contactLines } from './register-answer.ts';
import {
  planRegister,
  type RegisterFacts,
  type RegisterRules,
  type RegisterVerdict,
} from './register-plan.ts';
import { sipDate } from './sip-date.ts';
import { storeRefusal } from './store-refusal.ts';

/** Who wants to register what. */
export interface RegisterAttempt {
  /** Whose bindings: the canonical URI of To. */
  readonly aor: string;
  /** Who asks: the canonical URI of From; undefined when it is no SIP URI. */
  readonly from: string | undefined;
  /** The name whose password the sender has proved to know. */
  readonly username: string | undefined;
  readonly incoming: Incoming;
}

export interface RegistrarOptions extends Partial<RegisterRules> {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly store: LocationStore;
  /** Host names whose users register here, in lower case; empty takes every one. */
  readonly domains?: readonly string[];
  /**
   * A policy of its own about who may register whom: accounts, authorisation of third parties. The default lets users register themselves
   * only: From and To name the same user, and so does the authenticated name, where there is one. @rfc 3261 §10.3 steps 3 and 4
   */
  readonly admit?: (attempt: RegisterAttempt) => Refusal | undefined;
  /**
   * `strict` refuses a Path when its user agent does not say that it knows of it, `lenient` keeps it and does not send it back.
   * @rfc 3327 §5.3
   */
  readonly path?: 'strict' | 'lenient';
  /**
   * For a store that other processes share: how they reach a contact that only a connection of this one leads to. Kept as its Path, and not
   * told in the answer.
   */
  readonly pathOver?: (flow: BindingFlow, incoming: Incoming) => string | undefined;
  /** The route of requests of this user, the nearest first. @rfc 3608 §6.3 */
  readonly serviceRoute?: (aor: string) => readonly string[];
  /** Makes GRUUs for instances that ask for them. @rfc 5627 */
  readonly gruu?: Omit<GruuOptions, 'ids'>;
  /** Registers several flows an instance. `flowTimerSec`: silence after which a flow counts as dead. @rfc 5626 */
  readonly outbound?: { readonly flowTimerSec?: number };
  readonly onLimit?: OnLimit;
}

/** The final response to a REGISTER. */
export type RegisterAnswer = Refusal;

/** Where a URI leads. */
export interface Located {
  /** `unknown`: no SIP URI, or a GRUU that was never given out. */
  readonly kind: 'aor' | 'gruu' | 'unknown';
  readonly aor: string | undefined;
  /** Best first; of a GRUU those of its instance, the latest first. */
  readonly bindings: readonly Binding[];
}

/** A registrar: answers REGISTER, and tells where users are. @rfc 3261 §10.3 */
export interface Registrar extends Locations {
  readonly store: LocationStore;
  /** Option tags that it implements. */
  readonly supported: readonly string[];
  /** @param username - the name whose password the sender has proved to know. @returns the answer, at once where the store decides at once. */
  register(incoming: Incoming, username?: string): Awaitable<RegisterAnswer>;
  /** Finds the bindings of an address of record or of a GRUU. Rejects with LocationStoreError. @rfc 5627 §5.5 */
  locate(uri: Uri | string): Promise<Located>;
  /** {@link locate} for those who only need bindings. */
  bindings(uri: string): Promise<readonly Binding[]>;
  /** Registers by other rules from the next request on; bindings that are there stay as they are. */
  useRules(rules: Partial<RegisterRules>): void;
  /** Ends bindings by decree: all of the user, or that of one contact. Rejects with LocationStoreError. @rfc 3680 §3.3 */
  remove(aor: string, reason: RemovalReason, contactUri?: string): Promise<void>;
}

const DEFAULT_RULES: RegisterRules = {
  minExpiresSec: 60,
  maxExpiresSec: 7200,
  defaultExpiresSec: 3600,
  maxBindings: 20,
};

export function createRegistrar(options: RegistrarOptions): Registrar {
  return new LibraryRegistrar(options);
}

class LibraryRegistrar implements Registrar {
  readonly store: LocationStore;
  readonly supported: readonly string[];
  readonly #options: RegistrarOptions;
  #rules: RegisterRules;
  readonly #domains: ReadonlySet<string>;
  readonly #gruus: Gruus | undefined;
  /** Lines of every 2xx, and Date as long as its second lasts. */
  readonly #supportedLine: HeaderLine;
  #dateSec = -1;
  #dateLine: HeaderLine = ['Date', ''];

  constructor(options: RegistrarOptions) {
    const { ids, gruu, outbound, store } = options;
    this.#options = options;
    this.store = store;
    this.#rules = { ...DEFAULT_RULES, ...given(options) };
    this.#domains = new Set(options.domains);
    this.#gruus = gruu && createGruus({ ids, ...gruu });
    this.supported = ['path', ...(gruu ? ['gruu'] : []), ...(outbound ? ['outbound'] : [])];
    this.#supportedLine = ['Supported', this.supported.join(', ')];
  }

  useRules(rules: Partial<RegisterRules>): void {
    this.#rules = { ...this.#rules, ...rules };
  }

  register(incoming: Incoming, username?: string): Awaitable<RegisterAnswer> {
    const { message } = incoming;
    const to = toHeader(message)?.uri ?? '';
    const toUri = parseUri(to);
    const aor = canonicalAor(toUri);
    if (aor === undefined || !this.#isOurs(toUri)) return { status: 404 };
    const sender = fromHeader(message)?.uri ?? '';
    // Nearly everybody registers himself: one URI less to parse.
    const from = sender === to ? aor : canonicalAor(sender);
    const refusal = (this.#options.admit ?? admitOwner)({ aor, from, username, incoming });
    if (refusal !== undefined) return refusal;
    const wish = wishOf(message);
    if (wish.kind === 'bad') return { status: 400, reason: wish.reason };
    if (this.#isAboutItself(aor, wish)) return { status: 403, reason: 'Contact Is The Address Of Record' };
    const isOutbound = this.#options.outbound === undefined ? false : outboundOf(message, wish);
    if (typeof isOutbound !== 'boolean') return isOutbound;
    const facts = this.#facts(incoming, aor, wish, isOutbound);
    if ('status' in facts) return facts;
    const answer = andThen(
      this.store.update(facts.aor, (live, wallMs) => planRegister(live, wallMs, facts, this.#rules)),
      (verdict) => this.#answer(incoming, facts, verdict),
    );
    return answer instanceof Promise ? answer.catch(storeRefusal) : answer;
  }

  async locate(uri: Uri | string): Promise<Located> {
    const parsed = typeof uri === 'string' ? parseUri(uri) : uri;
    const gruu = this.#gruus?.read(parsed);
    if (gruu !== undefined) {
      const bindings = (await this.store.bindings(gruu.aor)).filter((binding) => gruu.names(binding));
      return { kind: 'gruu', aor: gruu.aor, bindings: latestFirst(bindings) };
    }
    const aor = canonicalAor(parsed);
    if (aor === undefined || (this.#gruus !== undefined && parsed.params.has('gr')))
      return { kind: 'unknown', aor: undefined, bindings: [] };
    return { kind: 'aor', aor, bindings: await this.store.bindings(aor) };
  }

  async bindings(uri: string): Promise<readonly Binding[]> {
    return (await this.locate(uri)).bindings;
  }

  async remove(aor: string, removal: RemovalReason, contactUri?: string): Promise<void> {
    await this.store.update(aor, (live) => ({
      bindings:
        contactUri === undefined ? [] : live.filter((binding) => !equalUris(binding.contactUri, contactUri)),
      removal,
      result: undefined,
    }));
  }

  #isOurs({ host }: Uri): boolean {
    return this.#domains.size === 0 || this.#domains.has(host.toLowerCase());
  }

  /** @rfc 5627 §5.1 */
  #isAboutItself(aor: string, wish: RegisterWish): boolean {
    if (wish.kind !== 'change') return false;
    return wish.contacts.some(({ uri }) => {
      if (this.#gruus?.read(uri)?.aor === aor) return true;
      return !uri.includes(';') && canonicalAor(uri) === aor;
    });
  }

  #facts(
    incoming: Incoming,
    aor: string,
    wish: Exclude<RegisterWish, { kind: 'bad' }>,
    isOutbound: boolean,
  ): RegisterFacts | Refusal {
    const { message } = incoming;
    const hops = path(message);
    const knowsPath = hops.length === 0 || tokens(message, 'Supported').includes('path');
    if (!knowsPath && this.#options.path !== 'lenient')
      return { status: 420, headers: [['Unsupported', 'path']] };
    return {
      aor,
      wish,
      callId: callId(message) ?? '',
      cseq: cseq(message)?.number ?? 0,
      path: hops.map(({ text }) => text),
      userAgent: message.first('User-Agent'),
      flowFor: (contact, kept) => flowFor(incoming, contact, isOutbound, kept),
      pathOver: (flow) => this.#options.pathOver?.(flow, incoming),
      isOutbound,
      ids: this.#options.ids,
    };
  }

  #answer(incoming: Incoming, facts: RegisterFacts, verdict: RegisterVerdict): RegisterAnswer {
    if (verdict.kind === 'done')
      return { status: 200, headers: this.#lines(incoming.message, facts, verdict.bindings) };
    if (verdict.isOverLimit === true)
      this.#options.onLimit?.({
        limit: 'bindings-per-aor',
        source: incoming.received.from,
        atMs: this.#options.clock.now(),
      });
    return verdict.refusal;
  }

  /** @rfc 3261 §10.3 step 8 */
  #lines(message: SipMessage, facts: RegisterFacts, bindings: readonly StoredBinding[]): HeaderLine[] {
    const { outbound, serviceRoute, clock } = this.#options;
    const wallMs = clock.wallMs();
    const known = message.first('Supported') === undefined ? [] : tokens(message, 'Supported');
    const lines = contactLines(bindings, wallMs, known.includes('gruu') ? this.#gruus : undefined);
    if (known.includes('path')) for (const hop of facts.path) lines.push(['Path', hop]);
    for (const hop of serviceRoute?.(facts.aor) ?? []) lines.push(['Service-Route', hop]);
    if (facts.isOutbound) {
      lines.push(['Require', 'outbound']);
      if (outbound?.flowTimerSec !== undefined) lines.push(['Flow-Timer', String(outbound.flowTimerSec)]);
    }
    lines.push(this.#supportedLine, this.#date(wallMs));
    return lines;
  }

  #date(wallMs: number): HeaderLine {
    const sec = Math.floor(wallMs / 1000);
    if (sec !== this.#dateSec) {
      this.#dateSec = sec;
      this.#dateLine = ['Date', sipDate(wallMs)];
    }
    return this.#dateLine;
  }
}

/** Users register themselves. */
function admitOwner({ aor, from, username }: RegisterAttempt): Refusal | undefined {
  if (from !== aor) return { status: 403, reason: 'Third-Party Registration' };
  const isOwner = username === undefined || aor.startsWith(`sip:${username}@`) || aor === `sip:${username}`;
  return isOwner ? undefined : { status: 403, reason: 'Registration Of Another User' };
}

function latestFirst(bindings: readonly StoredBinding[]): readonly StoredBinding[] {
  return [...bindings].sort((a, b) => b.updatedAtMs - a.updatedAtMs);
}

/** The rules that are there: those given as `undefined` leave the default in place. */
function given(options: RegistrarOptions): Partial<RegisterRules> {
  const rules: Record<string, number> = {};
  for (const name of ['minExpiresSec', 'maxExpiresSec', 'defaultExpiresSec', 'maxBindings'] as const) {
    const value = options[name];
    if (value !== undefined) rules[name] = value;
  }
  return rules;
}
