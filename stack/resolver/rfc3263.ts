import { type Protocol, formatHost, ipVersion, withoutBrackets } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { Uri } from '../message/uri.ts';
import type { Dns, DnsAnswer, DnsRecords, DnsType, NaptrRecord } from './dns.ts';
import { orderAddresses } from './address-order.ts';
import type { Hop, Resolution, Resolver, ResolveStep } from './resolver.ts';
import { DEFAULT_PORTS, isSecure, protocolOfService, srvPrefix } from './services.ts';
import { orderSrv } from './srv-order.ts';
import { protocolOfUri } from './uri-protocol.ts';

export interface ResolverOptions {
  readonly dns: Dns;
  readonly clock: Clock;
  /** Draws among SRV records of one priority. */
  readonly ids: Ids;
}

/** Hops of one URI, and names asked on the way to them, are cut here: a zone with hundreds of records must not keep a request busy for hours. */
const MAX_HOPS = 32;

/** Locates SIP servers with NAPTR, SRV and addresses, and writes down every step. @rfc 3263 §4 */
export function createResolver(options: ResolverOptions): Resolver {
  return { resolve: (uri, protocols) => new Search(options, uri, protocols).run() };
}

const URI_SAYS_SO = 'the URI says so';

/** A transport, and the name of its SRV records. */
interface Service {
  readonly protocol: Protocol;
  readonly srvName: string;
}

class Search {
  readonly #options: ResolverOptions;
  readonly #uri: Uri;
  readonly #protocols: readonly Protocol[];
  /** Called TARGET in the RFC. */
  readonly #host: string;
  readonly #steps: ResolveStep[] = [];
  readonly #hops: Hop[] = [];
  #targets = 0;

  constructor(options: ResolverOptions, uri: Uri, protocols: readonly Protocol[]) {
    this.#options = options;
    this.#uri = uri;
    const isSips = uri.scheme === 'sips';
    this.#protocols = isSips ? protocols.filter(isSecure) : protocols;
    this.#host = withoutBrackets(uri.params.get('maddr') ?? uri.host);
  }

  async run(): Promise<Resolution> {
    const failure = await this.#search();
    const hops = this.#hops.slice(0, MAX_HOPS);
    return { hops, steps: this.#steps, failure: hops.length === 0 ? failure : undefined };
  }

  /** @returns why there may be nothing. */
  async #search(): Promise<string> {
    const { scheme } = this.#uri;
    if (!this.#uri.isValid || (scheme !== 'sip' && scheme !== 'sips'))
      return `${this.#uri.text} is not a SIP URI`;
    const named = protocolOfUri(this.#uri);
    if (typeof named === 'object') return named.problem;
    if (named !== undefined && !this.#protocols.includes(named)) {
      this.#decide(named, URI_SAYS_SO);
      return `nothing here sends over ${named.toUpperCase()}`;
    }
    if (this.#protocols.length === 0) return 'nothing here sends to such a URI';
    const isLiteral = ipVersion(this.#host) !== undefined;
    const usual = named ?? this.#usual();
    if (isLiteral || this.#uri.port !== undefined) {
      const why = isLiteral ? 'the host is an address' : 'the URI names a port';
      this.#decide(usual, named === undefined ? why : URI_SAYS_SO);
      await this.#addresses(this.#host, this.#uri.port ?? DEFAULT_PORTS[usual], usual);
      return `${this.#host} cannot be found`;
    }
    if (named !== undefined) this.#decide(named, URI_SAYS_SO);
    const services = named === undefined ? await this.#services() : this.#withSrv([named]);
    let hasSrv = false;
    for (const service of services.slice(0, MAX_HOPS)) if (await this.#follow(service)) hasSrv = true;
    if (hasSrv) return `${this.#host} has no server that can be reached`;
    if (named === undefined) this.#decide(usual, 'there is neither NAPTR nor SRV');
    await this.#addresses(this.#host, DEFAULT_PORTS[usual], usual);
    return `${this.#host} cannot be found`;
  }

  /** UDP for sip, TLS for sips; where that is not to be had, the first transport that is. @rfc 3263 §4.1 */
  #usual(): Protocol {
    const wanted: Protocol = this.#uri.scheme === 'sips' ? 'tls' : 'udp';
    return this.#protocols.includes(wanted) ? wanted : (this.#protocols[0] ?? wanted);
  }

  /** Which transports to try, in which order; without NAPTR each one that we have. @rfc 3263 §4.1 */
  async #services(): Promise<readonly Service[]> {
    const answer = await this.#ask(this.#host, 'NAPTR', describeNaptr, 'RFC 3263 §4.1');
    if (answer.kind !== 'records') return this.#withSrv(this.#protocols);
    const usable = [...answer.records].sort(byOrder).flatMap((record): Service[] => {
      const protocol = protocolOfService(record.service);
      const isUsable = protocol !== undefined && record.flags === 's' && this.#protocols.includes(protocol);
      return isUsable ? [{ protocol, srvName: record.replacement }] : [];
    });
    return usable.length === 0 ? this.#withSrv(this.#protocols) : usable;
  }

  #withSrv(protocols: readonly Protocol[]): readonly Service[] {
    return protocols.flatMap((protocol) => {
      const prefix = srvPrefix(protocol);
      return prefix === undefined ? [] : [{ protocol, srvName: prefix + this.#host }];
    });
  }

  /** @returns whether there are SRV records, of use or not. @rfc 3263 §4.2 */
  async #follow({ protocol, srvName }: Service): Promise<boolean> {
    const answer = await this.#ask(srvName, 'SRV', describeSrv, 'RFC 3263 §4.2');
    if (answer.kind !== 'records') return false;
    const ordered = orderSrv(answer.records, this.#options.ids).filter(({ target }) => target !== '.');
    if (ordered.length > 1) this.#note('order', srvName, ordered.map(describeSrv), 'RFC 2782');
    for (const { target, port } of ordered) {
      if (this.#hops.length >= MAX_HOPS || ++this.#targets > MAX_HOPS) break;
      await this.#addresses(target, port, protocol);
    }
    return true;
  }

  async #addresses(host: string, port: number, protocol: Protocol): Promise<void> {
    const literal = withoutBrackets(host);
    const addresses = ipVersion(literal) === undefined ? await this.#lookUp(host) : [literal];
    const { host: domain } = this.#uri;
    const serverName = ipVersion(domain) === undefined ? domain : undefined;
    for (const address of addresses) {
      this.#hops.push({ protocol, address: { host: address, port }, serverName });
    }
  }

  async #lookUp(host: string): Promise<readonly string[]> {
    const [six, four] = await Promise.all([
      this.#ask(host, 'AAAA', String, 'RFC 3263 §4.2'),
      this.#ask(host, 'A', String, 'RFC 3263 §4.2'),
    ]);
    return orderAddresses([six, four].flatMap((answer) => (answer.kind === 'records' ? answer.records : [])));
  }

  async #ask<T extends DnsType>(
    name: string,
    type: T,
    describe: (record: DnsRecords[T]) => string,
    rfc: string,
  ): Promise<DnsAnswer<DnsRecords[T]>> {
    const { clock, dns } = this.#options;
    const startMs = clock.now();
    const answer = await dns.query(name, type);
    const elapsedMs = clock.now() - startMs;
    const outcome =
      answer.kind === 'records'
        ? answer.records.map(describe)
        : [answer.kind === 'none' ? 'no such record' : answer.reason];
    const hasRecords = answer.kind === 'records';
    this.#steps.push({ kind: type, subject: name, outcome, rfc, elapsedMs, hasRecords });
    return answer;
  }

  #decide(protocol: Protocol, why: string): void {
    this.#note('transport', this.#host, [`${protocol}, because ${why}`], 'RFC 3263 §4.1');
  }

  #note(kind: 'transport' | 'order', subject: string, outcome: readonly string[], rfc: string): void {
    this.#steps.push({ kind, subject, outcome, rfc, elapsedMs: 0 });
  }
}

function byOrder(a: NaptrRecord, b: NaptrRecord): number {
  return a.order - b.order || a.preference - b.preference;
}

function describeNaptr(record: NaptrRecord): string {
  const { order, preference, flags, service, regexp, replacement } = record;
  return `${order} ${preference} "${flags}" "${service}" "${regexp}" ${replacement === '' ? '.' : replacement}`;
}

function describeSrv({ priority, weight, port, target }: DnsRecords['SRV']): string {
  return `${priority} ${weight} ${port} ${formatHost(target)}`;
}
