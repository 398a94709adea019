import type { Ids } from '../../stack/core/ids.ts';
import { answerOffer, makeOffer } from '../../stack/sdp/offer-answer.ts';

/** Where the descriptions of sipctl say RTP would go: nothing listens there, sipctl has no media. */
const MEDIA_PORT = 40_000;

/** The two ways sipctl can speak of media in a call: offer in the INVITE, or answer the offer of the 200. */
export interface CallOffers {
  readonly offer: string;
  readonly answer: (offer: string) => string | undefined;
}

export function callOffer(localHost: string, ids: Ids): CallOffers {
  const local = { host: localHost, port: MEDIA_PORT, sessionId: String(ids.cseq()), version: 1 };
  return {
    offer: makeOffer(local),
    answer: (offer) => {
      const outcome = answerOffer(offer, local);
      return outcome.kind === 'answer' ? outcome.sdp : undefined;
    },
  };
}
