import type { Transport } from '../../stack/transport/transport.ts';

/** The connections of an actor: cuts them, and tells of those that are lost otherwise. */
export class Connections {
  readonly #transport: Transport;
  /** Those that are open and that the actor has not cut. */
  readonly #own = new Set<string>();
  readonly #stopListening: () => void;

  constructor(transport: Transport, onLost: () => void) {
    this.#transport = transport;
    this.#stopListening = transport.onConnection(({ kind, connectionId }) => {
      if (kind === 'opened') this.#own.add(connectionId);
      else if (this.#own.delete(connectionId)) onLost();
    });
  }

  cut(): void {
    this.#own.clear();
    for (const { connectionId } of this.#transport.connections?.() ?? [])
      this.#transport.drop?.(connectionId);
  }

  dispose(): void {
    this.#stopListening();
  }
}
