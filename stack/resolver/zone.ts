import type { Dns, DnsAnswer, DnsRecords, DnsType } from './dns.ts';

/** Records in memory, by name and type. */
export class Zone {
  readonly #records = new Map<string, ZoneRecord[]>();

  constructor(records: readonly ZoneRecord[] = []) {
    for (const record of records) this.add(record);
  }

  add(record: ZoneRecord): void {
    const key = keyOf(record.name, record.type);
    const known = this.#records.get(key);
    if (known === undefined) this.#records.set(key, [record]);
    else known.push(record);
  }

  find(name: string, type: DnsType): readonly ZoneRecord[] {
    return this.#records.get(keyOf(name, type)) ?? [];
  }

  has(name: string): boolean {
    return TYPES.some((type) => this.find(name, type).length > 0);
  }
}

/** One line of a zone. */
export type ZoneRecord = {
  [T in DnsType]: {
    readonly name: string;
    readonly type: T;
    readonly ttlSec: number;
    readonly data: DnsRecords[T];
  };
}[DnsType];

const TYPES: readonly DnsType[] = ['NAPTR', 'SRV', 'A', 'AAAA'];

/** A name system that knows one zone and nothing else. */
export function zoneDns(zone: Zone): Dns {
  return {
    query: <T extends DnsType>(name: string, type: T): Promise<DnsAnswer<DnsRecords[T]>> => {
      const found = zone.find(name, type);
      const first = found[0];
      if (first === undefined) return Promise.resolve({ kind: 'none' });
      // The key of the map holds the type, so the data is of that type.
      const records = found.map(({ data }) => data as DnsRecords[T]);
      return Promise.resolve({ kind: 'records', records, ttlSec: first.ttlSec });
    },
  };
}

function keyOf(name: string, type: DnsType): string {
  return `${type} ${name.replace(/\.$/, '').toLowerCase()}`;
}
