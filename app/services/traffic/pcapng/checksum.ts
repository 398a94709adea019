const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Adds the carries of a one's complement sum until sixteen bits are left. @rfc 1071 §1 */
export function fold(sum: number): number {
  let folded = (sum & 0xffff) + (sum >>> 16);
  folded = (folded & 0xffff) + (folded >>> 16);
  return folded;
}

/**
 * One's complement sum, folded, of the octets [start, end) read as big-endian words; an odd last octet counts as the high half of one.
 * Words are added in the machine's own order and the sum is turned round at the end, which is the same (RFC 1071 §2 B).
 * @param words - the same memory as `bytes`; `start` must be even and a sum must stay under 2^31: at most 64 KiB at once.
 */
export function wordSum(words: Uint16Array, bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  let i = start >>> 1;
  const last = end >>> 1;
  for (const four = last - 3; i < four; i += 4) {
    sum += (words[i] ?? 0) + (words[i + 1] ?? 0) + (words[i + 2] ?? 0) + (words[i + 3] ?? 0);
  }
  for (; i < last; i += 1) sum += words[i] ?? 0;
  if (end & 1) sum += IS_LITTLE_ENDIAN ? (bytes[end - 1] ?? 0) : (bytes[end - 1] ?? 0) << 8;
  const folded = fold(sum);
  return IS_LITTLE_ENDIAN ? ((folded & 0xff) << 8) | (folded >>> 8) : folded;
}

/** The same over a few octets that lie anywhere; `bytes` has an even length. */
export function smallSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  return fold(sum);
}
