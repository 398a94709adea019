import { type AuthHeader, type ChallengeName, challenges, credentials } from '../message/headers/digest.ts';
import type { Transaction } from './knowledge/transaction.ts';
import type { Scene } from './scene.ts';
import type { Seen } from './seen.ts';

/** The credentials of a request, of both kinds. */
export function credentialsOf({ message }: Seen): readonly AuthHeader[] {
  return [...credentials(message, 'Authorization'), ...credentials(message, 'Proxy-Authorization')];
}

/** The challenges of a response, of both kinds. */
export function challengesOf({ message }: Seen): readonly AuthHeader[] {
  const of = (name: ChallengeName): readonly AuthHeader[] => challenges(message, name);
  return [...of('WWW-Authenticate'), ...of('Proxy-Authenticate')];
}

export const isChallenge = ({ status }: Seen): boolean => status === 401 || status === 407;

/** The request refused with a challenge that this one tries again, the latest. @rfc 3261 §22.2 */
export function challengedBefore({ seen, call, isRepeat }: Scene): Transaction | undefined {
  if (!seen.isRequest || isRepeat || seen.method === 'ACK' || seen.method === 'CANCEL') return undefined;
  if (credentialsOf(seen).length === 0) return undefined;
  return call
    .where(
      ({ request, final }) =>
        request.method === seen.method &&
        request.direction === seen.direction &&
        request.fromTag === seen.fromTag &&
        final !== undefined &&
        isChallenge(final),
    )
    .at(-1);
}
