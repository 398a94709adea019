import { one } from './access.ts';

/** @rfc 3261 §20.38 */
export interface Timestamp {
  /** The sender's time in seconds, as written: only the sender knows its zero. */
  readonly sentSec: string;
  /** How long the server waited before it answered, in seconds. */
  readonly delaySec: number | undefined;
}

const TIME = /^(\d+(?:\.\d*)?)(?:\s+(\d*(?:\.\d*)?))?$/;

/** When the request was sent; a response carries it back. */
export const timestamp = one('Timestamp', (reader): Timestamp | undefined => {
  const [, sentSec, delay] = TIME.exec(reader.rest()) ?? [];
  if (sentSec === undefined) return undefined;
  return {
    sentSec,
    delaySec: delay === undefined || delay === '' || delay === '.' ? undefined : Number(delay),
  };
});
