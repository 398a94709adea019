import { describe, expect, it } from 'vitest';
import { octetText } from '../message/octets.ts';
import { OctetQueue } from './octet-queue.ts';

/* Verified: what was pushed and not dropped is read as it was; memory is given back and used again; what is too large is refused. */

const piece = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, n) => n * 31 + seed);

describe('octets kept first in, first out', () => {
  it.each([0, 1, 7, 30])('are read as they were pushed, until all but the last %i are dropped', (kept) => {
    const lengths = Array.from({ length: 40 }, (_, n) => [0, 10, 700, 65_507][n % 4] ?? 0);
    const queue = new OctetQueue();
    const pushed = lengths.map((length, n) => {
      const octets = piece(length, n);
      return { position: queue.push(octets) ?? -1, text: octetText(octets) };
    });
    expect(pushed.every(({ position }, n) => n === 0 || position >= (pushed[n - 1]?.position ?? 0))).toBe(
      true,
    );
    const left = pushed.slice(pushed.length - kept);
    queue.dropBefore(left[0]?.position ?? pushed.at(-1)?.position ?? 0);
    expect(left.every(({ position, text }) => octetText(queue.read(position, text.length)) === text)).toBe(
      true,
    );
  });

  it('are copies on both ways', () => {
    const queue = new OctetQueue();
    const octets = piece(10, 1);
    const position = queue.push(octets) ?? -1;
    octets.fill(0);
    queue.read(position, 10).fill(0);
    expect(queue.read(position, 10)).toEqual(piece(10, 1));
  });

  it('are refused when they are larger than a block, and gone when they are dropped', () => {
    const queue = new OctetQueue();
    expect(queue.push(new Uint8Array(256 * 1024 + 1))).toBeUndefined();
    const first = queue.push(piece(200_000, 1)) ?? -1;
    const second = queue.push(piece(200_000, 2)) ?? -1;
    queue.dropBefore(second);
    expect(() => queue.read(first, 1)).toThrow(RangeError);
    queue.clear();
    expect(() => queue.read(second, 1)).toThrow(RangeError);
    const third = queue.push(piece(5, 3)) ?? -1;
    expect(third).toBeGreaterThan(second);
    expect(queue.read(third, 5)).toEqual(piece(5, 3));
  });
});
