import type { Disposable } from '../core/emitter.ts';
import type { ConnectionEvent } from '../transport/transport.ts';
import { isOnlyWay } from './binding-flow.ts';
import type { LocationStore, StoredBinding } from './location-store.ts';

/** Ends bindings with the connection they came over. */
export interface LostFlows extends Disposable {
  /** What became of a connection of a listener. A store that is out of reach keeps the bindings; requests over them get 430. */
  onConnection(event: ConnectionEvent): void;
}

/**
 * Watches a store for bindings that nothing but their connection can reach: those of outbound and of WebSockets. Others may be called over a new
 * one, and live until they expire.
 * @rfc 5626 §5.3, RFC 7118 §5
 */
export function createLostFlows(store: LocationStore): LostFlows {
  /** Addresses of record by connection. */
  const users = new Map<string, Set<string>>();
  const stop = store.onChange(({ aor, events, bindings }) => {
    for (const { binding } of events) {
      const connectionId = needed(binding);
      if (connectionId === undefined) continue;
      const known = users.get(connectionId);
      if (bindings.some((left) => needed(left) === connectionId)) {
        if (known === undefined) users.set(connectionId, new Set([aor]));
        else known.add(aor);
      } else if (known?.delete(aor) === true && known.size === 0) users.delete(connectionId);
    }
  });
  return {
    onConnection: ({ kind, connectionId, remote }) => {
      if (kind === 'opened') return;
      const isOver = (binding: StoredBinding): boolean =>
        needed(binding) === connectionId &&
        binding.flow?.remote.port === remote.port &&
        binding.flow.remote.host === remote.host;
      for (const aor of [...(users.get(connectionId) ?? [])]) {
        const dropped = store.update(aor, (live) => {
          const bindings = live.filter((binding) => !isOver(binding));
          const isChanged = bindings.length < live.length;
          return { bindings: isChanged ? bindings : undefined, removal: 'deactivated', result: undefined };
        });
        if (dropped instanceof Promise) dropped.catch(() => undefined);
      }
    },
    dispose: stop,
  };
}

/** The connection of this process without which the contact cannot be reached. */
function needed(binding: StoredBinding): string | undefined {
  const { flow } = binding;
  return flow?.holder === undefined && isOnlyWay(binding) ? flow?.connectionId : undefined;
}
