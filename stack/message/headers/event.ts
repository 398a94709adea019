import { each, one, seconds, tokenWithParams } from './access.ts';
import type { Params } from './reader.ts';

/** @rfc 6665 §8.2.1 */
export interface Event {
  /** The package with its templates, `presence.winfo`. Case counts. */
  readonly package: string;
  readonly id: string | undefined;
  readonly params: Params;
}

/** The event of a SUBSCRIBE, NOTIFY or PUBLISH. */
export const event = one('Event', (reader): Event | undefined => {
  const name = reader.token();
  const params = reader.params();
  return name === undefined || params === undefined
    ? undefined
    : { package: name, id: params.get('id'), params };
});

/** The event packages an element knows, in the order given. @rfc 6665 §8.2.2 */
export const allowEvents = each('Allow-Events', (reader) => reader.token());

/** @rfc 6665 §8.2.3 */
export interface SubscriptionState {
  /** In lower case: `active`, `pending`, `terminated` or an extension. */
  readonly state: string;
  /** In lower case: `deactivated`, `probation`, `rejected`, `timeout`, `giveup`, `noresource`, `invariant` or an extension. */
  readonly reason: string | undefined;
  readonly expiresSec: number | undefined;
  readonly retryAfterSec: number | undefined;
  readonly params: Params;
}

/** What a NOTIFY says about its subscription. */
export const subscriptionState = one('Subscription-State', (reader): SubscriptionState | undefined => {
  const read = tokenWithParams(reader);
  if (read === undefined) return undefined;
  const { value: state, params } = read;
  return {
    state,
    reason: params.get('reason')?.toLowerCase(),
    expiresSec: seconds(params, 'expires'),
    retryAfterSec: seconds(params, 'retry-after'),
    params,
  };
});
