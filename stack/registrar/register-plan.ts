import type { Ids } from '../core/ids.ts';
import type { Refusal } from '../agent/refusal.ts';
import { equalUris } from '../message/uri.ts';
import { isOnlyWay } from './binding-flow.ts';
import type { ContactRequest, RegisterWish } from './contact-requests.ts';
import { sameInstance } from './gruu.ts';
import type { BindingFlow } from './location.ts';
import { byPreference, type BindingUpdate, type StoredBinding } from './location-store.ts';
import { ownList, ownOptional, ownText } from './own-text.ts';

/** How long bindings may live, and how many there may be. */
export interface RegisterRules {
  readonly minExpiresSec: number;
  readonly maxExpiresSec: number;
  readonly defaultExpiresSec: number;
  /** Bindings of one address of record. */
  readonly maxBindings: number;
}

/** What all contacts of one REGISTER have in common. */
export interface RegisterFacts {
  readonly aor: string;
  readonly wish: Exclude<RegisterWish, { kind: 'bad' }>;
  readonly callId: string;
  readonly cseq: number;
  readonly path: readonly string[];
  readonly userAgent: string | undefined;
  /** The way back to a contact that is to be reached by it; `kept` is that of its binding so far. */
  readonly flowFor: (contact: ContactRequest, kept: BindingFlow | undefined) => BindingFlow | undefined;
  /** The way that others on the store take to a contact of this process. */
  readonly pathOver?: ((flow: BindingFlow) => string | undefined) | undefined;
  /** The rules of RFC 5626 hold: reg-id counts. */
  readonly isOutbound: boolean;
  readonly ids: Ids;
}

/** What came of a REGISTER: a refusal that has changed nothing, or the bindings there are now. */
export type RegisterVerdict =
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly isOverLimit?: boolean }
  | { readonly kind: 'done'; readonly bindings: readonly StoredBinding[] };

/** Registrars may refuse short times only below this. @rfc 3261 §10.3 step 7 */
const SHORT_SEC = 3600;

const OUT_OF_ORDER: RegisterVerdict = {
  kind: 'refused',
  refusal: { status: 500, reason: 'CSeq Out Of Order' },
};

const OVER_LIMIT: RegisterVerdict = {
  kind: 'refused',
  refusal: { status: 403, reason: 'Too Many Contacts' },
  isOverLimit: true,
};

/**
 * Decides about a REGISTER: all of its contacts or none. Free of effects.
 * @rfc 3261 §10.3 steps 6 and 7, RFC 5626 §6
 */
export function planRegister(
  live: readonly StoredBinding[],
  wallMs: number,
  facts: RegisterFacts,
  rules: RegisterRules,
): BindingUpdate<RegisterVerdict> {
  const { wish } = facts;
  if (wish.kind === 'query') return { result: { kind: 'done', bindings: live } };
  if (wish.kind === 'remove-all') {
    return live.some((binding) => isOutOfOrder(binding, facts))
      ? { result: OUT_OF_ORDER }
      : { bindings: [], result: { kind: 'done', bindings: [] } };
  }
  // Each contact is compared with each binding: a list that cannot be meant is not looked at.
  if (wish.contacts.length > live.length + rules.maxBindings) return { result: OVER_LIMIT };
  const next = [...live];
  for (const contact of wish.contacts) {
    const seconds = contact.expiresSec ?? rules.defaultExpiresSec;
    if (seconds > 0 && seconds < SHORT_SEC && seconds < rules.minExpiresSec)
      return refused({ status: 423, headers: [['Min-Expires', String(rules.minExpiresSec)]] });
    const at = indexOf(next, contact, facts.isOutbound);
    const old = next[at];
    // A binding of this very request is no older one.
    if (old !== undefined && live.includes(old) && isOutOfOrder(old, facts)) return { result: OUT_OF_ORDER };
    if (seconds === 0) {
      if (at >= 0) next.splice(at, 1);
      continue;
    }
    const made = bindingOf(contact, facts, wallMs, Math.min(seconds, rules.maxExpiresSec), old);
    if (at >= 0) next[at] = made;
    else next.push(made);
  }
  if (next.length > rules.maxBindings && next.length > live.length) return { result: OVER_LIMIT };
  next.sort(byPreference);
  return { bindings: next, result: { kind: 'done', bindings: next } };
}

function refused(refusal: Refusal): BindingUpdate<RegisterVerdict> {
  return { result: { kind: 'refused', refusal } };
}

/** @rfc 3261 §10.3 step 7 */
function isOutOfOrder(binding: StoredBinding, { callId, cseq }: RegisterFacts): boolean {
  return binding.callId === callId && cseq <= binding.cseq;
}

/**
 * The binding that a contact is about: that of its instance and flow, else that of an equal URI, one without a flow id first.
 * @rfc 3261 §10.3 step 7, RFC 5626 §6
 */
function indexOf(bindings: readonly StoredBinding[], contact: ContactRequest, isOutbound: boolean): number {
  const { instanceId, regId, uri } = contact;
  if (isOutbound && instanceId !== undefined && regId !== undefined) {
    const instance = sameInstance(instanceId);
    return bindings.findIndex(
      (b) => b.regId === regId && b.instanceId !== undefined && sameInstance(b.instanceId) === instance,
    );
  }
  const plain = bindings.findIndex((b) => b.regId === undefined && isSameContact(b.contactUri, uri));
  return plain >= 0 ? plain : bindings.findIndex((b) => isSameContact(b.contactUri, uri));
}

function isSameContact(a: string, b: string): boolean {
  return a === b || equalUris(a, b);
}

function bindingOf(
  contact: ContactRequest,
  facts: RegisterFacts,
  wallMs: number,
  seconds: number,
  old: StoredBinding | undefined,
): StoredBinding {
  const { instanceId } = contact;
  const regId = facts.isOutbound && instanceId !== undefined ? contact.regId : undefined;
  const flow = facts.flowFor(contact, old?.flow);
  return {
    id: old?.id ?? facts.ids.token(10),
    aor: ownText(facts.aor, old?.aor),
    contactUri: ownText(contact.uri, old?.contactUri),
    displayName: ownOptional(contact.displayName, old?.displayName),
    q: contact.q,
    params: ownText(contact.params, old?.params),
    expiresAtMs: wallMs + seconds * 1000,
    registeredAtMs: old?.registeredAtMs ?? wallMs,
    updatedAtMs: wallMs,
    callId: ownText(facts.callId, old?.callId),
    cseq: facts.cseq,
    path: ownList(pathOf(facts, { flow, regId }), old?.path),
    instanceId: ownOptional(instanceId, old?.instanceId),
    regId,
    userAgent: ownOptional(facts.userAgent, old?.userAgent),
    flow,
  };
}

/** A contact that only its connection reaches is reached by way of the process that has it. @rfc 3327 §5.3, RFC 5626 §5.3 */
function pathOf(
  { path, pathOver }: RegisterFacts,
  contact: Pick<StoredBinding, 'flow' | 'regId'>,
): readonly string[] {
  const { flow } = contact;
  const own = path.length === 0 && flow !== undefined && isOnlyWay(contact) ? pathOver?.(flow) : undefined;
  return own === undefined ? path : [own];
}
