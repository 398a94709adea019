import type { Address } from '../../core/address.ts';
import type { Clock } from '../../core/clock.ts';
import { octetText, toBytes } from '../../message/octets.ts';
import type { ConnectionEvent, Received, Transport } from '../../transport/transport.ts';

/** What a test runner gives; handed in, so that this file depends on none. */
export interface TestKit {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>) => void;
  readonly expect: (actual: unknown) => { toEqual(expected: unknown): void };
}

/** One kind of transport with its network; made anew for every test. */
export interface TransportWorld {
  readonly clock: Clock;
  readonly host: string;
  /** A host literal of the other IP version. */
  readonly otherHost: string;
  /** Port 0 takes a free one. Rejects with TransportError. */
  bind(port: number): Promise<Transport>;
  /** Lets time and the network go on until the condition holds; rejects when it never does. */
  until(condition: () => boolean): Promise<void>;
  /** What is still open or armed, in words; empty at the end. */
  leaks(): readonly string[];
}

/** What a case works with. */
export interface Bench {
  readonly world: TransportWorld;
  readonly expect: TestKit['expect'];
  readonly bind: (port?: number) => Promise<Listening>;
}

/** A bound transport with what it told. */
export interface Listening {
  readonly transport: Transport;
  readonly address: Address;
  readonly received: Received[];
  readonly texts: string[];
  readonly events: ConnectionEvent[];
  readonly states: string[];
  send(text: string, to: Listening | Received): void;
  readonly failures: string[];
}

/** One rule of the contract. */
export type Case = readonly [name: string, run: (bench: Bench) => Promise<void>];

/** Starts to write down what a transport tells. */
export function listen(transport: Transport, world: TransportWorld): Listening {
  const listening: Listening = {
    transport,
    address: { host: world.host, port: transport.local.port },
    received: [],
    texts: [],
    events: [],
    states: [],
    failures: [],
    send: (text, to) => {
      const target =
        'from' in to ? { address: to.from, connectionId: to.connectionId } : { address: to.address };
      transport.send(toBytes(text), target, (error) => listening.failures.push(error.code));
    },
  };
  transport.onReceived((received) => {
    listening.received.push(received);
    listening.texts.push(octetText(received.bytes));
  });
  transport.onConnection((event) => listening.events.push(event));
  transport.onStateChanged((state) => listening.states.push(state));
  return listening;
}

/** A message that every flavour carries as it is. */
export function message(id: string | number, body = ''): string {
  return `MESSAGE sip:bob@example.com SIP/2.0\r\nCall-ID: ${id}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** Octet text with each octet once. */
export const EVERY_OCTET = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');

/** The connection events of a transport, in words. */
export function kinds(listening: Listening): string[] {
  return listening.events.map(({ kind, error }) => (error === undefined ? kind : `${kind} ${error.code}`));
}
