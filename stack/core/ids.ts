/** The only source of chance in the stack: every identifier a message needs, repeatable under one seed (`SIPHON_ID_SEED`). */
export interface Ids {
  /** A branch parameter with the magic cookie `z9hG4bK`. @rfc 3261 §8.1.1.7 */
  branch(): string;
  /** A From or To tag with at least 32 random bits. @rfc 3261 §19.3 */
  tag(): string;
  /** A Call-ID; with `host` in the form `word@host`. @rfc 3261 §8.1.1.4 */
  callId(host?: string): string;
  /** The first CSeq number of a sequence: 1 .. 2^31-1. @rfc 3261 §8.1.1.5 */
  cseq(): number;
  /** `length` characters of [0-9a-z]. */
  token(length: number): string;
  /** A number in [0, 1): jitter, loss, random waits. */
  chance(): number;
}
