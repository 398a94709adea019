import type { GiveUpReason } from '../../stack/auth/auth-exchange.ts';
import { challenges } from '../../stack/message/headers/digest.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { decodeText } from '../../stack/message/octets.ts';

/** A challenge that an actor does not answer. */
export interface Unanswered {
  /** Goes on after "The peer challenged, and". */
  readonly why: string;
  /** What to do. */
  readonly advice: string;
}

const GIVE = 'give the actor credentials';

export const NO_CREDENTIALS: Unanswered = { why: 'the actor has no credentials', advice: GIVE };
export const NO_ANSWER: Unanswered = { why: 'the step answers no challenge', advice: GIVE };

/** Why credentials were of no use. @param challenge - the 401 or 407 that ended it */
export function uselessCredentials(reason: GiveUpReason, challenge: SipMessage): Unanswered {
  const realms = (['WWW-Authenticate', 'Proxy-Authenticate'] as const)
    .flatMap((name) => challenges(challenge, name))
    .flatMap(({ params }) => params.get('realm') ?? []);
  const realm = realms.length === 0 ? '' : ` for the realm "${decodeText(realms.join('", "'))}"`;
  switch (reason) {
    case 'wrong-password':
      return { why: `refused the credentials of the actor${realm}`, advice: 'check user and password' };
    case 'loop':
      return { why: `calls every nonce stale${realm}`, advice: 'look at its clock and its nonces' };
    case 'no-account':
      return { why: `the actor has no credentials${realm}`, advice: GIVE };
    case 'unsupported':
      return {
        why: `what it asks for${realm} cannot be answered`,
        advice: 'look at the algorithm and qop of the challenge',
      };
  }
}
