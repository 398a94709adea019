import { createSocket } from 'node:dgram';
import { formatAddress, isWildcard, type Address } from '../../core/address.ts';
import type { TransportError } from '../transport.ts';
import { toTransportError } from './socket-errors.ts';

/** How long an ICMP error may take to come back. */
const PATIENCE_MS = 1000;
/** Addresses asked at the same time; further ones go unasked. */
const MAX_OPEN = 32;
/** What keep-alives are made of; nobody answers it. @rfc 5626 §3.5.1 */
const NOTHING_TO_SAY = Buffer.from('\r\n\r\n');

type Listener = (error: TransportError) => void;

/**
 * Finds out whether the network refuses datagrams to an address. ICMP errors reach connected sockets only, and a listener cannot be one; so a
 * connected socket beside it sends a keep-alive and listens for what comes back. Silence means nothing.
 * @rfc 3261 §18.4
 */
export class UdpProbe {
  readonly #localHost: string;
  readonly #open = new Map<string, { readonly listeners: Listener[]; close(): void }>();

  /** @param localHost - the address of the listener; datagrams leave from it. */
  constructor(localHost: string) {
    this.#localHost = localHost;
  }

  /** Asks once for all who ask at the same time. */
  ask(to: Address, onRefused: Listener): void {
    const key = formatAddress(to);
    const known = this.#open.get(key);
    if (known !== undefined) known.listeners.push(onRefused);
    else if (this.#open.size < MAX_OPEN) this.#start(key, to, onRefused);
  }

  /** Asks no more. */
  close(): void {
    for (const probe of this.#open.values()) probe.close();
  }

  #start(key: string, to: Address, onRefused: Listener): void {
    const socket = createSocket(to.host.includes(':') ? 'udp6' : 'udp4');
    const listeners = [onRefused];
    const close = (): void => {
      if (this.#open.get(key)?.listeners !== listeners) return;
      clearTimeout(patience);
      this.#open.delete(key);
      socket.close();
    };
    const patience = setTimeout(close, PATIENCE_MS);
    patience.unref();
    this.#open.set(key, { listeners, close });
    const refused = (error: Error): void => {
      close();
      for (const listener of listeners) listener(toTransportError(error, to));
    };
    socket.on('error', refused);
    socket.bind(
      { ...(isWildcard(this.#localHost) ? {} : { address: this.#localHost }), exclusive: true },
      () => {
        // Node hands the error of a connect to its callback, whatever its type says.
        socket.connect(to.port, to.host, (error?: Error) => {
          if (error === undefined) socket.send(NOTHING_TO_SAY);
          else refused(error);
        });
      },
    );
    socket.unref();
  }
}
