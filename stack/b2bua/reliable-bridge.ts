import type { Reply, ServerRequest } from '../agent/handler.ts';
import type { ReliableProvisional } from '../agent/provisional.ts';
import { reliabilityOf } from '../agent/reliable-provisionals.ts';
import type { ResponseResult } from '../agent/result.ts';

/** Sends the PRACK that a reliable response of the other leg waits for. */
type Release = ReturnType<ReliableProvisional['hold']>;

/** What comes of a PRACK on the other leg. */
type OnPracked = (result: ResponseResult) => void;

/**
 * The reliable provisional responses to one INVITE, end to end: the PRACK of the other leg is sent when the one of this leg has come. Where only
 * one side knows 100rel each leg is for itself. @rfc 3262 §3, §4
 */
export class ReliableBridge {
  readonly knows: 'none' | 'supported' | 'required';
  readonly #invite: ServerRequest;
  /** What each PRACK of this leg sets free, in order; nothing where the response was made reliable here. */
  readonly #waiting: (Release | undefined)[] = [];

  /**
   * @param invite - the INVITE whose sender acknowledges.
   * @param isOn - whether we know reliable responses ourselves.
   */
  constructor(invite: ServerRequest, isOn = true) {
    this.#invite = invite;
    this.knows = isOn ? reliabilityOf(invite.message) : 'none';
  }

  /** Passes a reliable response on as a reliable one. */
  pass(provisional: ReliableProvisional, reply: Reply): void {
    this.#waiting.push(provisional.hold());
    this.#invite.respond(provisional.status, { ...reply, isReliable: true });
  }

  /** Passes a response on that the other leg does not wait for. */
  tell(status: number, reply: Reply): void {
    if (this.knows === 'required') this.#waiting.push(undefined);
    this.#invite.respond(status, reply);
  }

  /**
   * A PRACK of this leg.
   * @returns false when nobody waits for it on the other leg.
   */
  acknowledge(sdp: string | undefined, onPracked: OnPracked): boolean {
    const release = this.#waiting.shift();
    release?.(sdp, { onResult: onPracked });
    return release !== undefined;
  }

  /** The INVITE of the other leg has its final response, which waits for no PRACK of this leg. @rfc 3262 §3 */
  settle(isSuccess: boolean): void {
    for (const [at, release] of this.#waiting.entries()) {
      if (isSuccess) release?.();
      this.#waiting[at] = undefined;
    }
  }
}
