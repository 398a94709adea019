import type { Clock } from '../core/clock.ts';
import type { Dns, DnsAnswer, DnsRecords, DnsType } from './dns.ts';

/** How long it is remembered that there is nothing. */
const NOTHING_TTL_SEC = 30;
const MAX_TTL_SEC = 3600;
const MAX_ENTRIES = 10_000;

/** Remembers answers as long as their time to live says; failures are not remembered, and questions asked at the same time are asked once. @rfc 2308 §5 */
export function cachedDns(dns: Dns, clock: Clock): Dns & { clear(): void } {
  const entries = new Map<string, { readonly answer: Promise<DnsAnswer<unknown>>; untilMs: number }>();
  const ask = <T extends DnsType>(key: string, name: string, type: T): Promise<DnsAnswer<DnsRecords[T]>> => {
    const answer = dns.query(name, type);
    const entry = { answer, untilMs: Infinity };
    if (entries.size >= MAX_ENTRIES) entries.clear();
    entries.set(key, entry);
    void answer.then((settled) => {
      if (settled.kind === 'failed') entries.delete(key);
      else entry.untilMs = clock.now() + 1000 * ttlSecOf(settled);
    });
    return answer;
  };
  return {
    query: <T extends DnsType>(name: string, type: T) => {
      const key = `${type} ${name.toLowerCase()}`;
      const known = entries.get(key);
      // The key holds the type of the question, so the answer is of that type.
      if (known !== undefined && known.untilMs > clock.now())
        return known.answer as Promise<DnsAnswer<DnsRecords[T]>>;
      return ask(key, name, type);
    },
    clear: () => {
      entries.clear();
    },
  };
}

function ttlSecOf(answer: DnsAnswer<unknown>): number {
  return answer.kind === 'records' ? Math.min(answer.ttlSec, MAX_TTL_SEC) : NOTHING_TTL_SEC;
}
