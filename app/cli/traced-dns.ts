import type { Clock } from '../../stack/core/clock.ts';
import type { Dns, DnsAnswer, DnsRecords, DnsType } from '../../stack/resolver/dns.ts';
import type { ResolveStep } from '../../stack/resolver/resolver.ts';

/** A name system that tells each question and its answer, as the resolver does with its own. */
export function tracedDns(dns: Dns, clock: Clock, rfc: string, onStep: (step: ResolveStep) => void): Dns {
  return {
    query: async <T extends DnsType>(name: string, type: T): Promise<DnsAnswer<DnsRecords[T]>> => {
      const startMs = clock.now();
      const answer = await dns.query(name, type);
      const outcome =
        answer.kind === 'records'
          ? answer.records.map(describe)
          : [answer.kind === 'none' ? 'no such record' : answer.reason];
      onStep({ kind: type, subject: name, outcome, rfc, elapsedMs: clock.now() - startMs });
      return answer;
    },
  };
}

function describe(record: DnsRecords[DnsType]): string {
  if (typeof record === 'string') return record;
  if ('weight' in record) return `${record.priority} ${record.weight} ${record.port} ${record.target}`;
  const { order, preference, flags, service, regexp, replacement } = record;
  return `${order} ${preference} "${flags}" "${service}" "${regexp}" ${replacement === '' ? '.' : replacement}`;
}
