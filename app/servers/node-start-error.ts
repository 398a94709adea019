import { formatAddress } from '../../stack/core/address.ts';
import { TransportError } from '../../stack/transport/transport.ts';
import type { Listener } from '../contract/servers.ts';

export type NodeStartErrorCode =
  'port-in-use' | 'address-not-available' | 'permission-denied' | 'store-unavailable' | 'invalid-config';

/** A node could not start; nothing of it is left. */
export class NodeStartError extends Error {
  override readonly name = 'NodeStartError' as const;
  readonly code: NodeStartErrorCode;
  /** One sentence: what it means and what to do. */
  readonly hint: string;
  readonly listener: Listener | undefined;

  constructor(
    code: NodeStartErrorCode,
    message: string,
    hint: string,
    listener?: Listener,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.hint = hint;
    this.listener = listener;
  }
}

/** Says which listener failed, and what a person can do about it. */
export function listenError(listener: Listener, cause: unknown): Error {
  const where = `${listener.protocol.toUpperCase()} ${formatAddress(listener)}`;
  const options = { cause };
  const code = cause instanceof TransportError ? cause.code : undefined;
  switch (code) {
    case 'in-use':
      return new NodeStartError(
        'port-in-use',
        `${where} is in use.`,
        'Another program, or another server here, holds the port. Stop it, choose another port, or take port 0 for any free one.',
        listener,
        options,
      );
    case 'not-available':
      return new NodeStartError(
        'address-not-available',
        `${where} cannot be bound: this machine has no address ${listener.host}.`,
        'Choose an address of this machine, 127.0.0.1 for this machine only, or 0.0.0.0 for all of its IPv4 addresses.',
        listener,
        options,
      );
    case 'denied':
      return new NodeStartError(
        'permission-denied',
        `${where} cannot be bound: permission denied.`,
        'Ports below 1024 need special rights. Choose a higher port.',
        listener,
        options,
      );
    default:
      return cause instanceof Error ? cause : new Error(String(cause));
  }
}
