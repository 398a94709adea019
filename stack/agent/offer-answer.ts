/** Whose offer waits for an answer. */
export type OfferState = 'stable' | 'local-offer' | 'remote-offer';

/**
 * The offer/answer exchange of one session: which descriptions are agreed and whether an offer is open.
 * A description that meets an open offer of the other side is its answer; any other opens an offer.
 * @rfc 3264 §4, RFC 6337 §2
 */
export class OfferAnswer {
  #state: OfferState = 'stable';
  #localSdp: string | undefined;
  #remoteSdp: string | undefined;
  #offered: string | undefined;
  #lastSent: string | undefined;

  get state(): OfferState {
    return this.#state;
  }

  /** Our description of the last completed exchange. */
  get localSdp(): string | undefined {
    return this.#localSdp;
  }

  /** The peer's description of the last completed exchange, or its open offer's predecessor. */
  get remoteSdp(): string | undefined {
    return this.#remoteSdp;
  }

  /** Our latest description, whatever became of it: the next one counts its version on. @rfc 3264 §8 */
  get lastSent(): string | undefined {
    return this.#lastSent;
  }

  /** We sent a description. */
  sent(sdp: string): void {
    this.#lastSent = sdp;
    if (this.#state === 'remote-offer') this.#agree(sdp, this.#offered);
    else this.#open('local-offer', sdp);
  }

  /** The peer sent a description. */
  received(sdp: string): void {
    if (this.#state === 'local-offer') this.#agree(this.#offered, sdp);
    else this.#open('remote-offer', sdp);
  }

  /** The open offer was refused or never answered: the last agreement stays. @rfc 3261 §14.1 */
  abandon(): void {
    this.#state = 'stable';
    this.#offered = undefined;
  }

  #open(state: OfferState, sdp: string): void {
    this.#state = state;
    this.#offered = sdp;
  }

  #agree(localSdp: string | undefined, remoteSdp: string | undefined): void {
    this.#localSdp = localSdp;
    this.#remoteSdp = remoteSdp;
    this.abandon();
  }
}
