import { Emitter, type Unsubscribe } from '../core/emitter.ts';
import { checkAnswer, checkNext, type SdpFinding } from '../sdp/check.ts';

/** Whose offer waits for an answer. */
export type OfferState = 'stable' | 'local-offer' | 'remote-offer';

/** The message that carries a description. @rfc 6337 §2, table 1 */
export type OfferSlot =
  'INVITE' | '1xx' | 'reliable-1xx' | '2xx' | 'ACK' | 'PRACK' | 'PRACK-2xx' | 'UPDATE' | 'UPDATE-2xx';

/** The slot in the final response to a request. */
export const ANSWER_SLOT: ReadonlyMap<string, OfferSlot> = new Map<string, OfferSlot>([
  ['INVITE', '2xx'],
  ['PRACK', 'PRACK-2xx'],
  ['UPDATE', 'UPDATE-2xx'],
]);

/** What a description turned out to be. A preview goes before an answer that is not reliable yet; a repeat changes nothing. */
export type Placement = 'offer' | 'answer' | 'preview' | 'repeat' | 'illegal';

export type Side = 'local' | 'remote';

/** A description that stands where none may, is missing where one must, or does not fit the one it belongs to. */
export interface OfferFinding {
  /**
   * `no-slot`: neither offer nor answer may be there; `changed`: differs from the answer given before; `missing`: an answer or offer was due;
   * `undone`: a re-INVITE whose change was agreed already is refused; the others are of the text of the description.
   */
  readonly code: 'no-slot' | 'changed' | 'missing' | 'undone' | SdpFinding['code'];
  readonly side: Side;
  readonly slot: OfferSlot;
  /** One sentence. */
  readonly message: string;
  /** `RFC 6337 §2` */
  readonly rfc: string;
  /** Index of the media section it is about. */
  readonly section?: number;
}

/** A description that took its place, and what it has to fit. */
interface Unchecked {
  readonly side: Side;
  readonly slot: OfferSlot;
  readonly sdp: string;
  /** What it answers. */
  readonly offer: string | undefined;
  /** Descriptions of the same side, either of which it may follow. */
  readonly last: string | undefined;
  readonly agreed: string | undefined;
}

/** Which open offer, by the message it came in, a description answers. @rfc 6337 §2, table 1 */
const ANSWERS: Readonly<Partial<Record<OfferSlot, readonly OfferSlot[]>>> = {
  'reliable-1xx': ['INVITE'],
  '2xx': ['INVITE'],
  ACK: ['2xx'],
  PRACK: ['reliable-1xx'],
  'PRACK-2xx': ['PRACK'],
  'UPDATE-2xx': ['UPDATE'],
};

/** Where an offer may stand at any time; in responses to INVITE only when the INVITE had none. */
const OFFERS: ReadonlySet<OfferSlot> = new Set(['INVITE', 'PRACK', 'UPDATE']);
const LATE_OFFERS: ReadonlySet<OfferSlot> = new Set(['reliable-1xx', '2xx']);
/** Responses to INVITE: each may repeat the description given before. */
const RESPONSES: ReadonlySet<OfferSlot> = new Set(['1xx', 'reliable-1xx', '2xx']);
/** Offers that live and die with an INVITE. */
const OF_INVITE: ReadonlySet<OfferSlot> = new Set(['INVITE', 'reliable-1xx', '2xx']);

const MAX_FINDINGS = 16;

/**
 * The offer/answer exchange of one session: which descriptions are agreed, whether an offer is open, and what stood where it may not.
 * @rfc 3264 §4, RFC 3262 §5, RFC 3311 §5, RFC 6337 §2
 */
export class OfferAnswer {
  #state: OfferState = 'stable';
  #localSdp: string | undefined;
  #remoteSdp: string | undefined;
  #offered: string | undefined;
  #openSlot: OfferSlot | undefined;
  #lastSent: string | undefined;
  #lastReceived: string | undefined;
  /** Looked at when somebody asks: most calls are nobody's business. */
  #unchecked: Unchecked[] | undefined;
  #previewed: string | undefined;
  /** The INVITE at hand: without a description, with an offer that waits, or with its exchange completed. */
  #invite: 'none' | 'empty' | 'offered' | 'done' = 'none';
  /** It changes a session that is agreed. */
  #isChange = false;
  #findings: readonly OfferFinding[] = NO_FINDINGS;
  #found: Emitter<OfferFinding> | undefined;

  get state(): OfferState {
    return this.#state;
  }

  /** The message that carried the open offer. */
  get openSlot(): OfferSlot | undefined {
    return this.#openSlot;
  }

  /** The open offer. */
  get offered(): string | undefined {
    return this.#offered;
  }

  /** Our description of the last completed exchange. */
  get localSdp(): string | undefined {
    return this.#localSdp;
  }

  /** The peer's description of the last completed exchange, or its open offer's predecessor. */
  get remoteSdp(): string | undefined {
    return this.#remoteSdp;
  }

  /** What an unreliable provisional response said the answer will be: early media follows it. @rfc 6337 §3.1.1 */
  get preview(): string | undefined {
    return this.#previewed;
  }

  /** Our latest description, whatever became of it: the next one counts its version on. @rfc 3264 §8 */
  get lastSent(): string | undefined {
    return this.#lastSent;
  }

  /** The exchange of the INVITE at hand has its offer and its answer. */
  get isInviteSettled(): boolean {
    return this.#invite === 'done' || this.#invite === 'none';
  }

  /** What was not by the rules so far; the first ones. */
  get findings(): readonly OfferFinding[] {
    this.#checkAll();
    return this.#findings;
  }

  /** Hears of each finding. */
  onFinding(listener: (finding: OfferFinding) => void): Unsubscribe {
    this.#checkAll();
    return (this.#found ??= new Emitter()).on(listener);
  }

  /** An INVITE begins; one without description leaves the offer to its responses. */
  invite(): void {
    this.#invite = 'empty';
    this.#isChange = this.#localSdp !== undefined;
    this.#previewed = undefined;
  }

  /** We sent a description. */
  sent(sdp: string, slot: OfferSlot): Placement {
    const { offered } = this;
    const placement = this.#place('local', slot, sdp);
    this.#look('local', slot, sdp, placement, offered);
    if (placement !== 'illegal') this.#lastSent = sdp;
    return placement;
  }

  /** The peer sent a description. */
  received(sdp: string, slot: OfferSlot): Placement {
    const { offered } = this;
    const placement = this.#place('remote', slot, sdp);
    this.#look('remote', slot, sdp, placement, offered);
    if (placement !== 'illegal') this.#lastReceived = sdp;
    return placement;
  }

  /** Whether a description may stand there now: as an answer, or as an offer after the exchange of the INVITE. @rfc 3262 §5, RFC 6337 §2 */
  admits(side: Side, slot: OfferSlot): boolean {
    if (this.#answersOpen(side, slot)) return true;
    return this.#state === 'stable' && (slot === 'INVITE' || this.isInviteSettled) && OFFERS.has(slot);
  }

  /** What would be wrong with a description of ours, if it were sent there now. @rfc 3264 §6, §8 */
  problems(slot: OfferSlot, sdp: string): readonly SdpFinding[] {
    const offer = this.#answersOpen('local', slot) ? this.#offered : undefined;
    return problemsOf({
      side: 'local',
      slot,
      sdp,
      offer,
      last: this.#lastSent,
      agreed: this.#localSdp,
    });
  }

  /** A message that ends its exchange came or went without a description. */
  missing(side: Side, slot: OfferSlot): void {
    if (slot === '2xx' && this.#invite === 'empty') {
      this.#invite = 'done';
      this.#note('missing', side, slot, 'the 2xx to an INVITE without offer has none', 'RFC 3261 §13.2.1');
    }
    if (!this.#answersOpen(side, slot)) return;
    const preview = slot === '2xx' ? this.#previewed : undefined;
    if (preview === undefined) {
      this.#note(
        'missing',
        side,
        slot,
        `${slot} has no answer to the offer in ${this.#openSlot}`,
        'RFC 3264 §5',
      );
      this.#abandonOpen();
    } else this.#agree(side, preview);
  }

  /**
   * A request failed: an offer that lived by it is as if it had never been, and the last agreement stays, be it of a reliable response to the
   * very INVITE that failed.
   * @param by - who refused it.
   * @rfc 3261 §14.1, RFC 6141 §3.3, §3.4, RFC 6337 §3.4
   */
  rollBack(method: string, by?: Side): void {
    const slot = this.#openSlot;
    const isItsOffer = slot === method || (method === 'INVITE' && slot !== undefined && OF_INVITE.has(slot));
    if (isItsOffer) this.#abandonOpen();
    if (method !== 'INVITE') return;
    if (this.#invite === 'done' && this.#isChange && by !== undefined) {
      const message =
        'the INVITE is refused after its change was agreed: the sides may see the session differently';
      this.#note('undone', by, '2xx', message, 'RFC 6141 §3.3');
    }
    this.#invite = 'none';
  }

  #place(side: Side, slot: OfferSlot, sdp: string): Placement {
    if (this.#answersOpen(side, slot)) {
      this.#agree(side, sdp);
      return 'answer';
    }
    if (slot === '1xx' && this.#isOpenFor(side, ['INVITE'])) {
      this.#previewed = sdp;
      return 'preview';
    }
    if (RESPONSES.has(slot) && this.#invite === 'done') return this.#repeat(side, slot, sdp);
    const mayOffer = OFFERS.has(slot) || (LATE_OFFERS.has(slot) && this.#invite === 'empty');
    if (mayOffer && this.#state === 'stable') {
      this.#open(side, slot, sdp);
      return 'offer';
    }
    const message = `${slot} may carry neither offer nor answer now`;
    this.#note('no-slot', side, slot, message, slot === 'UPDATE' ? 'RFC 3311 §5.1' : 'RFC 6337 §2');
    return 'illegal';
  }

  #look(side: Side, slot: OfferSlot, sdp: string, placement: Placement, offered: string | undefined): void {
    if (placement !== 'offer' && placement !== 'answer') return;
    const offer = placement === 'answer' ? offered : undefined;
    const isLocal = side === 'local';
    const last = isLocal ? this.#lastSent : this.#lastReceived;
    if (offer === undefined && (last === undefined || last === sdp)) return;
    const agreed = isLocal ? this.#localSdp : this.#remoteSdp;
    this.#unchecked ??= [];
    if (this.#unchecked.length < MAX_FINDINGS)
      this.#unchecked.push({ side, slot, sdp, offer, last, agreed: agreed === sdp ? undefined : agreed });
    if (this.#found !== undefined) this.#checkAll();
  }

  #checkAll(): void {
    const unchecked = this.#unchecked ?? [];
    this.#unchecked = undefined;
    for (const description of unchecked) {
      const { side, slot } = description;
      for (const { code, message, rfc, section } of problemsOf(description))
        this.#tell({ code, side, slot, message, rfc, ...(section === undefined ? {} : { section }) });
    }
  }

  /** Only the first description counts; those after it should be the same. @rfc 3261 §13.2.1 */
  #repeat(side: Side, slot: OfferSlot, sdp: string): Placement {
    if (sdp !== (side === 'local' ? this.#localSdp : this.#remoteSdp)) {
      this.#note('changed', side, slot, `${slot} differs from the answer before it`, 'RFC 3261 §13.2.1');
    }
    return 'repeat';
  }

  #answersOpen(side: Side, slot: OfferSlot): boolean {
    const answered = ANSWERS[slot];
    return answered !== undefined && this.#isOpenFor(side, answered);
  }

  /** The other side has an offer open that came in one of these. */
  #isOpenFor(side: Side, slots: readonly OfferSlot[]): boolean {
    const isTheirs = this.#state === (side === 'local' ? 'remote-offer' : 'local-offer');
    return isTheirs && this.#openSlot !== undefined && slots.includes(this.#openSlot);
  }

  #open(side: Side, slot: OfferSlot, sdp: string): void {
    this.#state = side === 'local' ? 'local-offer' : 'remote-offer';
    this.#offered = sdp;
    this.#openSlot = slot;
    if (slot === 'INVITE') this.#invite = 'offered';
  }

  /** @param side - who answers. */
  #agree(side: Side, answer: string): void {
    const offer = this.#offered;
    this.#localSdp = side === 'local' ? answer : offer;
    this.#remoteSdp = side === 'local' ? offer : answer;
    if (this.#openSlot !== undefined && OF_INVITE.has(this.#openSlot)) this.#invite = 'done';
    this.#abandonOpen();
  }

  #abandonOpen(): void {
    this.#state = 'stable';
    this.#offered = undefined;
    this.#openSlot = undefined;
  }

  #note(code: OfferFinding['code'], side: Side, slot: OfferSlot, message: string, rfc: string): void {
    this.#checkAll();
    this.#tell({ code, side, slot, message, rfc });
  }

  #tell(finding: OfferFinding): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings = [...this.#findings, finding];
    this.#found?.emit(finding);
  }
}

/** A refused offer may count as said or as never said: its successor fits one of both. @rfc 3264 §8 */
function problemsOf({ sdp, offer, last, agreed }: Unchecked): readonly SdpFinding[] {
  const asAnswer = offer === undefined ? [] : checkAnswer(offer, sdp);
  const asNext = last === undefined ? [] : checkNext(last, sdp);
  const isFine = asNext.length === 0 || (agreed !== undefined && checkNext(agreed, sdp).length === 0);
  return isFine ? asAnswer : [...asAnswer, ...asNext];
}

const NO_FINDINGS: readonly OfferFinding[] = [];
