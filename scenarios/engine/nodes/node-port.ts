import type { Address } from '../../../stack/core/address.ts';
import type { Clock } from '../../../stack/core/clock.ts';
import type { CaptureSink } from '../../../stack/transport/capture.ts';
import type { NodeTransport } from './node-rules.ts';

export interface NodeListener {
  readonly transport: NodeTransport;
  /** With the real port. */
  readonly address: Address;
}

/** What is started. */
export interface NodeOrder {
  readonly name: string;
  /** Its mode and options, expressions worked out: what came from one is a text. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The time of the run: it stands still while the run is held. */
  readonly clock: Clock;
  /** Takes every message that crosses a socket of the node. */
  readonly capture?: CaptureSink;
}

/** A node that listens. */
export interface StartedNode {
  /** The one that a person means first is the first. */
  readonly listeners: readonly NodeListener[];
  /** Closes its sockets, whatever is open. */
  stop(): Promise<void>;
}

/** Starts a node. @throws NodeError when it cannot be started; nothing of it is left then. */
export type StartNode = (order: NodeOrder) => Promise<StartedNode>;

/** Why a node could not be started, in a sentence without its name. */
export class NodeError extends Error {
  override readonly name = 'NodeError' as const;
}
