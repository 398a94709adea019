import { formatAddress, type Address, type Protocol } from '../../../../stack/core/address.ts';
import type { CapturedMessage } from '../../../../stack/transport/capture.ts';

/** Between whom and how a message crossed; one object for all messages it holds for. */
export interface FlowEnds {
  readonly direction: 'in' | 'out';
  readonly protocol: Protocol;
  readonly local: Address;
  readonly remote: Address;
  readonly connectionId: string | undefined;
  /** Whose socket it was. */
  readonly serverId: string;
  /** `ip:port` of the sender and of the receiver. */
  readonly source: string;
  readonly destination: string;
  /** Of both ends; made once, because filters ask every message. */
  readonly hosts: readonly string[];
  readonly ports: readonly number[];
}

type Ends = Omit<CapturedMessage, 'bytes' | 'atMs' | 'wallMs'>;

/** Beyond it the table starts anew; the objects live on in their messages, so only sharing is lost. */
const MAX_KNOWN = 20_000;

/** Gives equal ends the same object, so that messages are small and ends are compared by identity. */
export class FlowEndsTable {
  readonly #known = new Map<string, FlowEnds>();
  #lastIn: FlowEnds | undefined;
  #lastOut: FlowEnds | undefined;

  of(ends: Ends, serverId: string): FlowEnds {
    const last = ends.direction === 'in' ? this.#lastIn : this.#lastOut;
    if (last && isSame(last, ends, serverId)) return last;
    const { direction, protocol, local, remote, connectionId } = ends;
    const [from, to] = direction === 'in' ? [remote, local] : [local, remote];
    const source = formatAddress(from);
    const destination = formatAddress(to);
    const key = `${direction} ${protocol} ${source} ${destination} ${serverId} ${connectionId ?? ''}`;
    let known = this.#known.get(key);
    if (!known) {
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      const hosts = [local.host, remote.host];
      const ports = [local.port, remote.port];
      known = {
        direction,
        protocol,
        local,
        remote,
        connectionId,
        serverId,
        source,
        destination,
        hosts,
        ports,
      };
      this.#known.set(key, known);
    }
    if (direction === 'in') this.#lastIn = known;
    else this.#lastOut = known;
    return known;
  }
}

const isSame = (a: FlowEnds, b: Ends, serverId: string): boolean =>
  a.remote.port === b.remote.port &&
  a.local.port === b.local.port &&
  a.protocol === b.protocol &&
  a.connectionId === b.connectionId &&
  a.serverId === serverId &&
  a.remote.host === b.remote.host &&
  a.local.host === b.local.host;
