const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * FNV-1a of octet text, 32 bits. Fast and unkeyed: for what only has to be the same again, never for what must not be forged.
 * @param seed - another one gives an independent function; also the result so far, to hash in pieces.
 */
export function fnv1a(text: string, seed = OFFSET_BASIS): number {
  let sum = seed;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), PRIME);
  return sum >>> 0;
}
