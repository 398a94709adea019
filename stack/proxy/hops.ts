import type { Listeners } from '../agent/listeners.ts';
import { isNotSent, locate } from '../agent/locate.ts';
import type { Protocol } from '../core/address.ts';
import type { Uri } from '../message/uri.ts';
import type { BindingFlow } from '../registrar/location.ts';
import type { Resolver } from '../resolver/resolver.ts';
import type { Route } from '../transaction/types.ts';

export interface WaysOptions {
  readonly listeners: Listeners;
  /** Names are unreachable without it. */
  readonly resolver: Resolver | undefined;
  /** Our own Route value has led the request to a listener for WebSockets over TLS. */
  readonly isOverWss: boolean;
}

/**
 * Finds the ways to a SIP URI, to be tried in this order: at once for IP literals, later for names; none when there is none.
 * @param done - called once, before the return when nothing has to be looked up.
 * @rfc 3261 §16.6 step 7, RFC 3263 §4
 */
export function waysTo(uri: Uri, options: WaysOptions, done: (ways: readonly Route[]) => void): void {
  const { listeners, resolver } = options;
  locate(uri.text, { listeners, resolver, protocol: webSocketOf(uri, options) }, (found) => {
    done(isNotSent(found) ? [] : found);
  });
}

/** A URI says `ws` whether there is TLS below it or not. @rfc 7118 §5.2 */
function webSocketOf(uri: Uri, { listeners, isOverWss }: WaysOptions): Protocol | undefined {
  if (uri.params.get('transport')?.toLowerCase() !== 'ws') return undefined;
  const hasPlain = listeners.transports.some(({ protocol }) => protocol === 'ws');
  return isOverWss || !hasPlain ? 'wss' : 'ws';
}

/**
 * The way over a flow that a client opened, and over no other connection; undefined when its listener is gone, or is one of another process.
 * @rfc 5626 §5.3
 */
export function wayOver(flow: BindingFlow, { transports }: Listeners): Route | undefined {
  if (flow.holder !== undefined) return undefined;
  const transport = transports.find(
    ({ protocol, local }) => protocol === flow.protocol && local.port === flow.local.port,
  );
  if (transport === undefined) return undefined;
  return {
    transport,
    target: { address: flow.remote, connectionId: flow.connectionId, sharing: 'flow' },
  };
}
