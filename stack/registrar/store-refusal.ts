import type { Refusal } from '../agent/refusal.ts';
import { LocationStoreError } from './location-store.ts';

/** How soon a client may come again: stores that went away are back in seconds, or not for long. */
const RETRY_AFTER_SEC = 5;

/**
 * What the sender of a request hears when the store of bindings did not do its work. What is stored and cannot be read gets no better by waiting:
 * 500 without a time.
 * @param error - what the store rejected with.
 * @throws the error when it is none of a store: a bug.
 * @rfc 3261 §21.5.4
 */
export function storeRefusal(error: unknown): Refusal {
  if (!(error instanceof LocationStoreError)) throw error;
  if (error.code === 'corrupt') return { status: 500 };
  return { status: 503, headers: [['Retry-After', String(RETRY_AFTER_SEC)]] };
}
