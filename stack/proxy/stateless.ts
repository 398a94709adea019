import type { Listeners } from '../agent/listeners.ts';
import type { Protocol } from '../core/address.ts';
import { fnv1a } from '../core/fnv.ts';
import { cseq } from '../message/headers/cseq.ts';
import { fromHeader, toHeader } from '../message/headers/name-addr.ts';
import { callId } from '../message/headers/simple.ts';
import { topVia, vias, type Via } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import { DEFAULT_PORTS } from '../resolver/services.ts';
import { hasUniqueBranch } from '../transaction/matching.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import type { Incoming, Route } from '../transaction/types.ts';
import { breadthOf } from './breadth.ts';
import { forwarded, type ForwardOptions } from './forward.ts';
import { branchWith } from './loop-hash.ts';
import type { Preprocessed } from './preprocess.ts';
import { Splice } from './splice.ts';
import type { Target } from './target.ts';

export interface StatelessHost {
  readonly layer: TransactionLayer;
  readonly listeners: Listeners;
  /** Of this node: its branches are told from those of others by it. */
  readonly seed: number;
  readonly forwarding: () => ForwardOptions;
  waysTo(request: Preprocessed, target: Target, done: (ways: readonly Route[]) => void): void;
}

/** Sends one copy and forgets it; a retransmission gets the same branch. @rfc 3261 §16.11 */
export function forwardStatelessly(
  request: Preprocessed,
  target: Target,
  hash: string,
  host: StatelessHost,
): void {
  host.waysTo(request, target, ([way]) => {
    if (way === undefined) return;
    const breadth = breadthOf(request.incoming.message);
    const branch = branchWith(statelessBranch(request.incoming.message, host.seed), hash);
    host.layer.send(forwarded(request, target, way, branch, breadth, host.forwarding()), way);
  });
}

/** Made of what the request, its retransmissions, its CANCEL and the ACK to its failure have in common. @rfc 3261 §16.11 */
function statelessBranch(request: SipMessage, seed: number): string {
  const via = topVia(request);
  const key =
    via !== undefined && hasUniqueBranch(via)
      ? `${via.branch ?? ''} ${via.sentBy.host}:${via.sentBy.port ?? ''}`
      : [
          via?.text,
          toHeader(request)?.tag,
          fromHeader(request)?.tag,
          callId(request),
          cseq(request)?.number,
          request.startLine.kind === 'request' ? request.startLine.uri : '',
        ].join('\n');
  const sum = fnv1a(key, seed);
  return prefix(seed) + sum.toString(36) + fnv1a(key, sum).toString(36);
}

function prefix(seed: number): string {
  return `z9hG4bKsl${seed.toString(36)}-`;
}

/** Whether a response answers a copy that was sent without state. */
export function isStatelessResponse(response: SipMessage, seed: number): boolean {
  return topVia(response)?.branch?.startsWith(prefix(seed)) === true;
}

/** Sends a response on to the Via below ours. @rfc 3261 §16.11, §18.2.2 */
export function relayStatelessly({ message }: Incoming, { layer, listeners }: StatelessHost): boolean {
  const next = vias(message)[1];
  if (next === undefined) return false;
  const protocol = next.protocol.toLowerCase();
  const address = addressOf(next, protocol);
  const transport = listeners.transports.find(
    ({ protocol: own, local }) => own === protocol && listeners.select(own, address.host)?.local === local,
  );
  if (transport === undefined) return false;
  const splice = new Splice(message);
  splice.dropTopVia();
  if (transport.isReliable) splice.ensureLength();
  layer.send(splice.toBytes(), { transport, target: { address } });
  return true;
}

function addressOf(via: Via, protocol: string): { host: string; port: number } {
  const host = via.params.get('maddr') ?? via.received ?? via.sentBy.host;
  const port =
    typeof via.rport === 'number' ? via.rport : (via.sentBy.port ?? DEFAULT_PORTS[protocol as Protocol]);
  return { host, port };
}
