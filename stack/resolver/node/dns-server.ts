import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode, type Answer, type Packet } from 'dns-packet';
import type { Address } from '../../core/address.ts';
import type { DnsType } from '../dns.ts';
import type { Zone, ZoneRecord } from '../zone.ts';

/** A question that came, for tests and for people. */
export interface DnsQuestion {
  readonly name: string;
  readonly type: string;
}

/** A small authoritative name server over UDP. */
export interface DnsServer {
  readonly address: Address;
  /** The latest questions, oldest first. */
  readonly questions: readonly DnsQuestion[];
  /** Answers from now on out of another zone. */
  setZone(zone: Zone): void;
  /** Leaves questions unanswered, as a dead server does. */
  setSilent(isSilent: boolean): void;
  close(): Promise<void>;
}

const MAX_QUESTIONS = 1000;
const RESPONSE_CODES = { none: 0, formatError: 1, noSuchName: 3 } as const;
const AUTHORITATIVE = 1 << 10;

/**
 * Binds a name server that knows one zone, for the lab and for tests.
 * @param address - IP literal and port; port 0 takes a free one.
 * @rfc 1035
 */
export async function bindDnsServer(address: Address, zone: Zone): Promise<DnsServer> {
  const socket = createSocket(address.host.includes(':') ? 'udp6' : 'udp4');
  socket.bind(address.port, address.host);
  await once(socket, 'listening');
  const server = new ZoneServer(socket, zone);
  return {
    address: { host: address.host, port: socket.address().port },
    questions: server.questions,
    setZone: (next) => {
      server.zone = next;
    },
    setSilent: (isSilent) => {
      server.isSilent = isSilent;
    },
    close: async () => {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

class ZoneServer {
  readonly questions: DnsQuestion[] = [];
  zone: Zone;
  isSilent = false;
  readonly #socket: Socket;

  constructor(socket: Socket, zone: Zone) {
    this.#socket = socket;
    this.zone = zone;
    socket.on('message', (bytes, from) => {
      this.#receive(bytes, from);
    });
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    const query = decoded(bytes);
    const question = query?.questions?.[0];
    if (query === undefined || question === undefined || query.type !== 'query') return;
    const { name, type } = question;
    if (this.questions.length >= MAX_QUESTIONS) this.questions.shift();
    this.questions.push({ name, type });
    if (this.isSilent) return;
    const answers = isKnown(type) ? this.zone.find(name, type).map(toAnswer) : [];
    const code = answers.length > 0 || this.zone.has(name) ? RESPONSE_CODES.none : RESPONSE_CODES.noSuchName;
    const response = encode({
      id: query.id ?? 0,
      type: 'response',
      flags: AUTHORITATIVE | code,
      questions: [question],
      answers,
    });
    this.#socket.send(response, from.port, from.address);
  }
}

/** Garbage is no question. */
function decoded(bytes: Buffer): Packet | undefined {
  try {
    return decode(bytes);
  } catch {
    // Not DNS: nobody waits for an answer.
    return undefined;
  }
}

function isKnown(type: string): type is DnsType {
  return type === 'NAPTR' || type === 'SRV' || type === 'A' || type === 'AAAA';
}

function toAnswer(record: ZoneRecord): Answer {
  const { name, ttlSec: ttl } = record;
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return { type: record.type, name, ttl, data: record.data };
    case 'SRV':
      return { type: 'SRV', name, ttl, data: { ...record.data } };
    case 'NAPTR': {
      const { service, ...data } = record.data;
      return { type: 'NAPTR', name, ttl, data: { ...data, services: service } };
    }
  }
}
