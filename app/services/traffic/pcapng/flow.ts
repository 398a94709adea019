import type { Address } from '../../../../stack/core/address.ts';
import type { CapturedMessage } from '../../../../stack/transport/capture.ts';
import { smallSum } from './checksum.ts';
import { isUnspecified, mapToIpv6, parseIp, type IpBytes } from './ip-address.ts';

/** Flows remembered at once; past it the oldest is forgotten, which costs a TCP connection its sequence numbers. */
const MAX_FLOWS = 65_536;

/** Keeps the first sequence numbers of connections far apart: readers take a SYN with a known number for a retransmission. */
const SEQ_STEP = 0x9e3779b1;

/** One direction of a flow: what of its headers never changes. */
export interface Direction {
  readonly source: IpBytes;
  readonly destination: IpBytes;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Sum of addresses, for the IPv4 header and for the pseudo header. */
  readonly addressSum: number;
  /** TCP: number of the next octet sent. */
  nextSeq: number;
}

/** Two ends and what goes between them; a TCP connection, or the UDP between two sockets. */
export interface Flow {
  readonly message: Pick<CapturedMessage, 'protocol' | 'local' | 'remote' | 'connectionId'>;
  readonly isV6: boolean;
  readonly out: Direction;
  readonly in: Direction;
  /** IPv4 identification of the next packet. */
  nextId: number;
  isOpened: boolean;
}

/** Finds the flow of a message. Nearly every message belongs to the flow of the one before it, so that one is tried first. */
export class FlowTable {
  readonly #flows = new Map<string, Flow>();
  readonly #localHostFor: (remoteHost: string) => string;
  #last: Flow | undefined;
  #created = 0;

  constructor(localHostFor: (remoteHost: string) => string) {
    this.#localHostFor = localHostFor;
  }

  of(message: CapturedMessage): Flow {
    if (this.#last && belongs(message, this.#last)) return this.#last;
    const { protocol, local, remote, connectionId } = message;
    const key = `${protocol} ${local.host} ${local.port} ${remote.host} ${remote.port} ${connectionId ?? ''}`;
    let flow = this.#flows.get(key);
    if (!flow) {
      flow = this.#create({ protocol, local, remote, connectionId });
      const oldest = this.#flows.size >= MAX_FLOWS ? this.#flows.keys().next().value : undefined;
      if (oldest !== undefined) this.#flows.delete(oldest);
      this.#flows.set(key, flow);
    }
    this.#last = flow;
    return flow;
  }

  #create(message: Flow['message']): Flow {
    let remote = this.#ip(message.remote.host);
    let local = parseIp(message.local.host);
    if (local === undefined || isUnspecified(local))
      local = this.#ip(this.#localHostFor(message.remote.host));
    const isV6 = local.length === 16 || remote.length === 16;
    if (isV6) [local, remote] = [mapToIpv6(local), mapToIpv6(remote)];
    this.#created += 1;
    const firstSeq = Math.imul(this.#created, SEQ_STEP) >>> 0;
    const addressSum = smallSum(local) + smallSum(remote);
    return {
      message,
      isV6,
      out: direction(local, message.local, remote, message.remote, addressSum, firstSeq),
      in: direction(remote, message.remote, local, message.local, addressSum, firstSeq),
      nextId: 1,
      isOpened: false,
    };
  }

  /** Never the unspecified address: a name that was not resolved, or a peer that has none, becomes a documentation address. */
  #ip(host: string): IpBytes {
    const ip = parseIp(host);
    return ip && !isUnspecified(ip) ? ip : Uint8Array.of(192, 0, 2, 1);
  }
}

const belongs = ({ protocol, local, remote, connectionId }: CapturedMessage, { message }: Flow): boolean =>
  message.remote.port === remote.port &&
  message.local.port === local.port &&
  message.protocol === protocol &&
  message.connectionId === connectionId &&
  message.remote.host === remote.host &&
  message.local.host === local.host;

const direction = (
  source: IpBytes,
  { port: sourcePort }: Address,
  destination: IpBytes,
  { port: destinationPort }: Address,
  addressSum: number,
  nextSeq: number,
): Direction => ({ source, destination, sourcePort, destinationPort, addressSum, nextSeq });
