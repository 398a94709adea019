import { credentials } from '../../message/headers/digest.ts';
import { event } from '../../message/headers/event.ts';
import { rack } from '../../message/headers/reliability.ts';
import { expires } from '../../message/headers/simple.ts';
import type { Facts } from '../options.ts';
import type { Memory, Scene } from '../scene.ts';
import type { Seen } from '../seen.ts';
import { Call } from './call.ts';
import type { Dialog } from './dialog.ts';
import { type SdpRole, isReliableProvisional, roleInResponse } from './offer-answer.ts';
import { type Transaction, sameOctets } from './transaction.ts';

/** Requests outside dialogs whose responses make one. @rfc 3261 §12.1, RFC 6665 §4.1.2, RFC 3515 §2.4.4 */
const DIALOG_MAKERS: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER']);

const MAX_NONCES = 20_000;
/** A call that ended may still be repeated for so long. */
const LINGER_MS = 64_000;
/** How often idle calls are looked for. */
const SWEEP_EVERY = 1024;

/** What one node's traffic has told so far. Bounded: the calls idle longest are forgotten. */
export class Knowledge implements Memory {
  readonly #facts: Facts;
  readonly #maxCalls: number;
  /** In the order of their latest message. */
  readonly #calls = new Map<string, Call>();
  /** Which request used a nonce with a count first. */
  readonly #nonces = new Map<string, Seen>();
  readonly #connections = new Set<string>();
  #added = 0;

  constructor(facts: Facts) {
    this.#facts = facts;
    this.#maxCalls = facts.maxCalls ?? 10_000;
  }

  get callCount(): number {
    return this.#calls.size;
  }

  get calls(): Iterable<Call> {
    return this.#calls.values();
  }

  userOf(nonce: string, count: string): Seen | undefined {
    return this.#nonces.get(`${nonce} ${count}`);
  }

  isNewConnection(id: string): boolean {
    return !this.#connections.has(id);
  }

  /** The message in the light of what came before. */
  sceneOf(seen: Seen): Scene {
    const call = this.#calls.get(seen.callId) ?? new Call();
    const transaction = call.transactionOf(seen);
    const relayOf = seen.isRequest ? (transaction?.relayOf ?? call.sourceOf(seen)) : undefined;
    const dialog = call.dialogOf(seen);
    return {
      seen,
      facts: this.#facts,
      memory: this,
      call,
      transaction,
      isRepeat: isRepeat(seen, transaction),
      isRelay: seen.isRequest
        ? relayOf !== undefined
        : seen.direction === 'out' && transaction !== undefined && transaction.relays.length > 0,
      relayOf,
      dialog,
      sdpRole: roleOf(seen, dialog, transaction),
    };
  }

  /** Takes the message into account. @returns its scene with the transaction and the dialog it made. */
  learn(scene: Scene): Scene {
    const { seen, call } = scene;
    this.#calls.delete(seen.callId);
    this.#calls.set(seen.callId, call);
    call.lastAtMs = seen.atMs;
    if (seen.connectionId !== undefined) this.#noteConnection(seen.connectionId);
    if (++this.#added % SWEEP_EVERY === 0) this.#sweep(seen.atMs);
    return seen.isRequest ? this.#learnRequest(scene) : learnResponse(scene);
  }

  #learnRequest(scene: Scene): Scene {
    const { seen, call, dialog } = scene;
    if (scene.isRepeat && scene.transaction !== undefined) {
      scene.transaction.repeated(seen.atMs);
      return scene;
    }
    if (seen.method === 'ACK') acknowledge(scene);
    if (seen.method === 'CANCEL') cancel(scene);
    if (seen.method === 'PRACK') confirmProvisional(scene);
    const transaction = call.add(seen, scene.relayOf);
    if (scene.isRelay) return { ...scene, transaction };
    this.#noteNonces(seen);
    if (seen.method !== 'ACK' && seen.method !== 'CANCEL' && seen.toTag === '')
      call.outside.set(seen.fromTag, seen);
    let inside = dialog;
    if (seen.method === 'NOTIFY' && inside === undefined) inside = dialogOfNotify(scene);
    if (inside !== undefined) {
      inside.session.learn(seen, scene.sdpRole, seen.fromTag, transaction);
      noteSdp(inside, scene);
      inside.asked(seen);
      if (seen.method === 'NOTIFY') notified(scene, inside);
    }
    return { ...scene, transaction, dialog: inside };
  }

  #noteNonces(seen: Seen): void {
    if (seen.method === 'ACK' || seen.method === 'CANCEL') return;
    for (const name of ['Authorization', 'Proxy-Authorization'] as const) {
      for (const { params } of credentials(seen.message, name)) {
        const key = `${params.get('nonce') ?? ''} ${params.get('nc') ?? ''}`;
        if (!params.has('nc') || this.#nonces.has(key)) continue;
        this.#nonces.set(key, seen);
        forgetOldest(this.#nonces, MAX_NONCES);
      }
    }
  }

  #noteConnection(id: string): void {
    this.#connections.add(id);
    forgetOldest(this.#connections, MAX_NONCES);
  }

  #sweep(atMs: number): void {
    for (const [id, call] of this.#calls) {
      const isOver = call.dialogs.length === 0 || call.dialogs.every((d) => d.bye !== undefined);
      const isTooMany = this.#calls.size > this.#maxCalls;
      if (isTooMany || (isOver && atMs - call.lastAtMs > LINGER_MS)) this.#calls.delete(id);
    }
  }
}

/** Maps and sets keep the order of insertion. */
function forgetOldest(known: Map<string, unknown> | Set<string>, limit: number): void {
  if (known.size <= limit) return;
  for (const oldest of known.keys()) {
    known.delete(oldest);
    return;
  }
}

function isRepeat(seen: Seen, transaction: Transaction | undefined): boolean {
  if (transaction === undefined) return false;
  if (!seen.isRequest) return transaction.earlier(seen) !== undefined;
  const { request } = transaction;
  return request.cseq === seen.cseq && (seen.hasCookie || sameOctets(request, seen));
}

function roleOf(
  seen: Seen,
  dialog: Dialog | undefined,
  transaction: Transaction | undefined,
): SdpRole | undefined {
  if (dialog !== undefined) return dialog.session.roleOf(seen, transaction);
  if (!seen.hasSdp) return undefined;
  if (seen.isRequest) return seen.method === 'INVITE' ? { kind: 'offer' } : undefined;
  const request = transaction?.request;
  // The recording began inside the dialog: nothing contradicts that this was an offer.
  const opened =
    request?.hasSdp === true ? { offer: request, by: request.fromTag, carrier: transaction } : undefined;
  return roleInResponse(seen, transaction, opened, undefined);
}

function learnResponse(scene: Scene): Scene {
  const { seen, call, transaction } = scene;
  if (transaction === undefined) return scene;
  transaction.responded(seen);
  if (scene.isRelay || scene.isRepeat) return scene;
  const { request } = transaction;
  const dialog = scene.dialog ?? newDialog(scene, request);
  if (dialog !== undefined) learnInDialog(scene, dialog, transaction);
  if (seen.message.first('Allow') !== undefined && seen.toTag !== '') call.allow.set(seen.toTag, seen);
  return { ...scene, dialog };
}

/** The INVITE has ended: with a failure, or so long ago that its sender hears no further 2xx. @rfc 3261 §13.2.2.4 */
function isTooLate({ seen, transaction, facts }: Scene): boolean {
  const final = transaction?.final;
  if (final === undefined || final === seen) return false;
  return final.status >= 300 || seen.atMs - final.atMs >= 64 * facts.t1Ms;
}

/** @rfc 3261 §12.1 */
function newDialog(scene: Scene, request: Seen): Dialog | undefined {
  const { seen, call } = scene;
  if (isTooLate(scene)) return undefined;
  const makesOne =
    DIALOG_MAKERS.has(request.method) &&
    request.toTag === '' &&
    seen.toTag !== '' &&
    seen.status > 100 &&
    seen.status < 300 &&
    (seen.isSuccess || request.method === 'INVITE');
  if (!makesOne) return undefined;
  const dialog = call.openDialog(request, seen.toTag);
  if (request.hasSdp) {
    dialog.session.learn(request, { kind: 'offer' }, request.fromTag, undefined);
    dialog.caller.sdp = request;
  }
  return dialog;
}

function learnInDialog(scene: Scene, dialog: Dialog, transaction: Transaction): void {
  const { seen } = scene;
  const { request } = transaction;
  dialog.session.learn(seen, scene.sdpRole, seen.toTag, transaction);
  noteSdp(dialog, scene);
  if (request === dialog.request) {
    if (seen.status > 100 && seen.status < 300) dialog.established(seen, request);
  } else if (seen.isSuccess || isReliableProvisional(seen)) dialog.agreed(seen, request);
  if (!seen.isSuccess) return;
  if (request.method === 'INVITE' || request.method === 'UPDATE') dialog.timed(seen, request);
  if (request.method === 'SUBSCRIBE' || request.method === 'REFER') {
    const subscription = dialog.subscriptions.requested(request);
    subscription.unsubscribed = expires(request.message) === 0 ? seen : undefined;
  }
}

function noteSdp(dialog: Dialog, { seen, sdpRole }: Scene): void {
  if (sdpRole?.kind === 'offer' || sdpRole?.kind === 'answer') dialog.sender(seen).sdp = seen;
}

function acknowledge({ seen, call }: Scene): void {
  const sameBranch = call.inviteByBranch(seen);
  const invite = sameBranch ?? call.inviteBySequence(seen);
  if (invite?.request.cseq !== seen.cseq) return;
  invite?.acknowledged.add(seen.toTag);
  // A node that passes the ACK on, or answers elsewhere, knows the INVITE from its other side.
  for (const relay of invite?.relays ?? []) relay.acknowledged.add(seen.toTag);
}

function cancel({ seen, call }: Scene): void {
  const invite = call.inviteByBranch(seen) ?? call.inviteBySequence(seen);
  if (invite !== undefined) invite.cancel ??= seen;
}

function confirmProvisional({ seen, call }: Scene): void {
  const said = rack(seen.message);
  if (said === undefined) return;
  for (const { request, confirmed } of call.transactions.values())
    if (request.method === 'INVITE' && request.cseq === said.cseq && request.fromTag === seen.fromTag)
      confirmed.add(said.rseq);
}

/** The SUBSCRIBE or REFER that a NOTIFY overtook the answer of makes its dialog already now. @rfc 6665 §4.1.2.4 */
function dialogOfNotify(scene: Scene): Dialog | undefined {
  const { seen, call } = scene;
  const subscribe = subscribeOf(scene);
  if (subscribe === undefined) return undefined;
  const dialog = call.openDialog(subscribe.request, seen.fromTag);
  dialog.notified(seen);
  return dialog;
}

function notified(scene: Scene, dialog: Dialog): void {
  const { seen } = scene;
  const asked = dialog.subscriptions.of(seen) === undefined ? subscribeOf(scene) : undefined;
  if (asked !== undefined) dialog.subscriptions.requested(asked.request);
  dialog.subscriptions.of(seen)?.notified(seen);
}

/** The request that asked for a NOTIFY outside any known dialog. */
export function subscribeOf({ seen, call }: Scene): Transaction | undefined {
  return call
    .where(
      ({ request }) =>
        request.fromTag === seen.toTag &&
        request.direction !== seen.direction &&
        (request.method === 'REFER' ||
          (request.method === 'SUBSCRIBE' &&
            event(request.message)?.package === event(seen.message)?.package)),
    )
    .at(-1);
}
