import { describe, expect, it } from 'vitest';
import { loadInMemory } from '../testing/load-in-memory.ts';

const users = (use: string): string => `
version: 1
name: users
datasets:
  users: { rows: [{ name: ann }, { name: ben }, { name: cat }], use: ${use} }
actors:
  alice:
    user: \${users.name}
    target: sip:bob@\${bob}
    steps: [{ send: OPTIONS }, { expect: 200 }]
  bob:
    steps:
      - expect: { method: OPTIONS, headers: { From: { matches: 'sip:\${users.name}@' } } }
      - send: 200
`;
const profile = { shape: 'constant', ratePerSec: 1 } as const;

describe('a load run of a scenario with a dataset', { timeout: 60_000 }, () => {
  it('gives each call the next row', async () => {
    const limits = { maxConcurrent: 10, durationSec: 7 };
    const { seconds, book } = await loadInMemory(users('sequential'), { profile, limits });
    await seconds(10);
    expect(book.figures).toMatchObject({ attempts: 7, succeeded: 7, failed: 0 });
  });

  it('fails calls for which no row is left, and says why', async () => {
    const limits = { maxConcurrent: 10, durationSec: 5 };
    const { seconds, book } = await loadInMemory(users('unique'), { profile, limits });
    await seconds(10);
    expect(book.figures).toMatchObject({ attempts: 5, succeeded: 3, failed: 2 });
    expect(JSON.stringify(book.figures)).toContain('users has 3 rows, each is used once, and all are used');
  });
});
