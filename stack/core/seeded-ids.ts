import type { Ids } from './ids.ts';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
const UINT32 = 2 ** 32;

/**
 * Identifiers that are the same on every run with the same seed: tests, scenarios, and nodes under `SIPHON_ID_SEED`.
 * Not secret. Two nodes that talk to each other need different seeds (`${seed}/alice`), else their tags and Call-IDs coincide.
 */
export function createIds(seed: string): Ids {
  const next = generator(seed);
  const chance = (): number => next() / UINT32;
  const token = (length: number): string => {
    let text = '';
    for (let i = 0; i < length; i++) text += ALPHABET.charAt(next() % ALPHABET.length);
    return text;
  };
  return {
    branch: () => `z9hG4bK${token(16)}`,
    tag: () => token(10),
    callId: (host) => (host === undefined ? token(20) : `${token(20)}@${host}`),
    // 16 bits: CSeq is no secret, and people read small numbers more easily in a ladder.
    cseq: () => 1 + (next() % 0xffff),
    token,
    chance,
  };
}

/** sfc32, seeded by FNV-1a over the text: small, fast, passes PractRand; uniform over 0 .. 2^32-1. */
function generator(seed: string): () => number {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = hash(seed);
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 15; warmUp++) next();
  return next;
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value;
}
