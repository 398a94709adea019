import { describe, expect, it } from 'vitest';
import { withMemory } from './hash-memory.ts';
import type { Hashes } from './hashes.ts';

function counted() {
  const asked: string[] = [];
  const hashes: Hashes = {
    digest: (name, text) => {
      asked.push(`${name} ${text}`);
      return `<${name} ${text}>`;
    },
    hmac: (key) => (text) => `<${key} ${text}>`,
  };
  return { asked, memory: withMemory(hashes) };
}

describe('remembered hashes', () => {
  it('hashes a text once for each function', () => {
    const { asked, memory } = counted();
    const said = [memory.digest('md5', 'a'), memory.digest('md5', 'a'), memory.digest('sha-256', 'a')];
    expect(said).toEqual(['<md5 a>', '<md5 a>', '<sha-256 a>']);
    expect(asked).toEqual(['md5 a', 'sha-256 a']);
  });

  it('keeps a bounded number: what was used lately stays, the rest is hashed again', () => {
    const { asked, memory } = counted();
    memory.digest('md5', 'kept');
    for (let i = 0; i < 100_000; i++) {
      memory.digest('md5', `text ${i}`);
      if (i % 1000 === 0) memory.digest('md5', 'kept');
    }
    const before = asked.length;
    expect(asked.filter((text) => text === 'md5 kept')).toHaveLength(1);
    memory.digest('md5', 'text 1');
    expect(asked).toHaveLength(before + 1);
  });
});
