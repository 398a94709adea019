import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { cachedDns } from './cached-dns.ts';
import type { Dns, DnsAnswer } from './dns.ts';

function counting(answer: DnsAnswer<string>): { dns: Dns; asked: string[] } {
  const asked: string[] = [];
  const dns: Dns = {
    query: (name, type) => {
      asked.push(`${type} ${name}`);
      return Promise.resolve(answer as DnsAnswer<never>);
    },
  };
  return { dns, asked };
}

describe('remembered answers (RFC 2308 §5)', () => {
  it('are used for their time to live', async () => {
    const clock = new ManualClock();
    const { dns, asked } = counting({ kind: 'records', records: ['192.0.2.1'], ttlSec: 10 });
    const cached = cachedDns(dns, clock);
    await Promise.all([cached.query('A.example', 'A'), cached.query('a.example', 'A')]);
    clock.advance(9999);
    await cached.query('a.example', 'A');
    expect(asked).toEqual(['A A.example']);
    clock.advance(1);
    await cached.query('a.example', 'A');
    await cached.query('a.example', 'AAAA');
    expect(asked).toEqual(['A A.example', 'A a.example', 'AAAA a.example']);
  });

  it('include that there is nothing, for half a minute', async () => {
    const clock = new ManualClock();
    const { dns, asked } = counting({ kind: 'none' });
    const cached = cachedDns(dns, clock);
    await cached.query('a', 'A');
    clock.advance(29_999);
    await cached.query('a', 'A');
    expect(asked).toHaveLength(1);
    clock.advance(1);
    await cached.query('a', 'A');
    expect(asked).toHaveLength(2);
  });

  it('do not include failures, and can be dropped', async () => {
    const failing = counting({ kind: 'failed', reason: 'no answer in time' });
    const cachedFailing = cachedDns(failing.dns, new ManualClock());
    await cachedFailing.query('a', 'A');
    await cachedFailing.query('a', 'A');
    expect(failing.asked).toHaveLength(2);

    const { dns, asked } = counting({ kind: 'none' });
    const cached = cachedDns(dns, new ManualClock());
    await cached.query('a', 'A');
    cached.clear();
    await cached.query('a', 'A');
    expect(asked).toHaveLength(2);
  });
});
