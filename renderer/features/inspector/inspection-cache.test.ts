import { expect, test } from 'vitest';
import { AnswerCache } from './inspection-cache.ts';

test('asks once, keeps the most recently used, forgets failures', async () => {
  const asked: number[] = [];
  let isBroken = false;
  const cache = new AnswerCache((id) => {
    asked.push(id);
    return isBroken ? Promise.reject(new Error('gone')) : Promise.resolve(`m${String(id)}`);
  }, 2);
  expect(cache.peek(1)).toBeUndefined();
  expect(await Promise.all([cache.get(1), cache.get(1)])).toEqual(['m1', 'm1']);
  await cache.get(2);
  await cache.get(1);
  await cache.get(3);
  expect([cache.peek(1), cache.peek(2), cache.peek(3), cache.size]).toEqual(['m1', undefined, 'm3', 2]);
  isBroken = true;
  await expect(cache.get(4)).rejects.toThrow('gone');
  isBroken = false;
  expect(await cache.get(4)).toBe('m4');
  expect(asked).toEqual([1, 2, 3, 4, 4]);
});
