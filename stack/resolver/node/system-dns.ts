import { lookup, Resolver as NodeResolver } from 'node:dns/promises';
import type { Dns, DnsAnswer, DnsRecords, DnsType } from '../dns.ts';

export interface SystemDnsOptions {
  /** `127.0.0.1:5353`; the system's own servers when left out. */
  readonly servers?: readonly string[];
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 2000;
const NO_SUCH_RECORD = new Set(['ENODATA', 'ENOTFOUND', 'NOTFOUND', 'NODATA']);
/** Answers of the system's own lookup carry no time to live. */
const LOOKUP_TTL_SEC = 60;

type Question<T extends DnsType> = (
  resolver: NodeResolver,
  name: string,
) => Promise<DnsAnswer<DnsRecords[T]>>;

const QUESTIONS: { readonly [T in DnsType]: Question<T> } = {
  NAPTR: async (resolver, name) => {
    const found = await resolver.resolveNaptr(name);
    return answered(
      found.map((record) => ({ ...record, flags: record.flags.toLowerCase() })),
      LOOKUP_TTL_SEC,
    );
  },
  SRV: async (resolver, name) => {
    const found = await resolver.resolveSrv(name);
    return answered(
      found.map(({ priority, weight, port, name: target }) => ({
        priority,
        weight,
        port,
        target: target === '' ? '.' : target,
      })),
      LOOKUP_TTL_SEC,
    );
  },
  A: async (resolver, name) => addressesOf(await resolver.resolve4(name, { ttl: true })),
  AAAA: async (resolver, name) => addressesOf(await resolver.resolve6(name, { ttl: true })),
};

/** The name system of this machine, or the servers it is told to ask. Names of the hosts file are known only without `servers`. */
export function createSystemDns(options: SystemDnsOptions = {}): Dns {
  const resolver = new NodeResolver({ timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS, tries: 2 });
  if (options.servers !== undefined) resolver.setServers(options.servers);
  const asksSystem = options.servers === undefined;
  return {
    query: async <T extends DnsType>(name: string, type: T): Promise<DnsAnswer<DnsRecords[T]>> => {
      try {
        if (asksSystem && (type === 'A' || type === 'AAAA')) {
          // Addresses are octet strings whatever the type parameter is called here.
          return (await systemAddresses(name, type)) as DnsAnswer<DnsRecords[T]>;
        }
        return await QUESTIONS[type](resolver, name);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        return NO_SUCH_RECORD.has(code) ? { kind: 'none' } : { kind: 'failed', reason: reasonOf(code) };
      }
    },
  };
}

async function systemAddresses(name: string, type: 'A' | 'AAAA'): Promise<DnsAnswer<string>> {
  const found = await lookup(name, { all: true, family: type === 'A' ? 4 : 6 });
  return answered(
    found.map(({ address }) => address),
    LOOKUP_TTL_SEC,
  );
}

function addressesOf(
  records: readonly { readonly address: string; readonly ttl: number }[],
): DnsAnswer<string> {
  return answered(
    records.map(({ address }) => address),
    Math.min(...records.map(({ ttl }) => ttl)),
  );
}

function answered<T>(records: readonly T[], ttlSec: number): DnsAnswer<T> {
  return records.length === 0 ? { kind: 'none' } : { kind: 'records', records, ttlSec };
}

const REASONS: Readonly<Record<string, string>> = {
  ETIMEOUT: 'no answer in time',
  ESERVFAIL: 'server failure',
  EREFUSED: 'refused by the server',
  ECONNREFUSED: 'no name server there',
  EAI_AGAIN: 'no name server answers',
};

function reasonOf(code: string): string {
  return REASONS[code] ?? (code === '' ? 'failed' : code);
}
