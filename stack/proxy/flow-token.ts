import { formatAddress, type Address, type Protocol } from '../core/address.ts';
import { equalInConstantTime } from '../auth/hashes.ts';
import type { BindingFlow } from '../registrar/location.ts';

/** Hexadecimal digits of the signature that a token carries: 80 bits, as the RFC's own example. @rfc 5626 §5.2 */
const SIGNATURE_LENGTH = 20;

const PROTOCOLS: readonly string[] = ['udp', 'tcp', 'tls', 'ws', 'wss'] satisfies readonly Protocol[];

/** A keyed hash with a secret of this node: octet text to hexadecimal. */
export type Sign = (text: string) => string;

/**
 * Names a flow in the user part of a Record-Route or Path URI, so that no state is kept: signature and flow in readable form. Nobody else can make
 * one, so nobody can direct us to a connection of somebody else.
 * @rfc 5626 §5.2, §5.3
 */
export class FlowTokens {
  readonly #sign: Sign;

  constructor(sign: Sign) {
    this.#sign = sign;
  }

  write({ protocol, local, remote, connectionId = '' }: BindingFlow): string {
    const text = [protocol, ...parts(local), ...parts(remote), connectionId].join('_');
    return `${this.#signature(text)}_${text.replaceAll(':', '+')}`;
  }

  /** The flow; undefined for what we have not signed. */
  read(token: string): BindingFlow | undefined {
    const text = token.slice(SIGNATURE_LENGTH + 1).replaceAll('+', ':');
    if (!equalInConstantTime(token.slice(0, SIGNATURE_LENGTH), this.#signature(text))) return undefined;
    const [protocol = '', localHost = '', localPort, remoteHost = '', remotePort, connectionId] =
      text.split('_');
    if (!isProtocol(protocol)) return undefined;
    return {
      protocol,
      local: { host: localHost, port: Number(localPort) },
      remote: { host: remoteHost, port: Number(remotePort) },
      connectionId: connectionId === '' ? undefined : connectionId,
    };
  }

  #signature(text: string): string {
    return this.#sign(text).slice(0, SIGNATURE_LENGTH);
  }
}

/** Whether two flows are one: the same connection, or the same pair of addresses without one. */
export function isSameFlow(a: BindingFlow, b: BindingFlow): boolean {
  return (
    a.protocol === b.protocol &&
    a.connectionId === b.connectionId &&
    formatAddress(a.remote) === formatAddress(b.remote)
  );
}

function isProtocol(text: string): text is Protocol {
  return PROTOCOLS.includes(text);
}

function parts({ host, port }: Address): readonly string[] {
  return [host, String(port)];
}
