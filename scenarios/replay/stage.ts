import type { Ids } from '../../stack/core/ids.ts';
import type { Target } from '../../stack/transport/transport.ts';
import type { RunTrace } from '../engine/run-trace.ts';
import type { LiveAddresses } from './addresses.ts';
import type { Bindings } from './bindings.ts';
import type { Calls } from './calls.ts';
import type { ReplayPlan, ReplayStep } from './plan.ts';
import type { Progress } from './progress.ts';
import type { ReplayCredentials } from './requests.ts';
import type { GotRequest, ReplayWire, SentRequest } from './wire.ts';

/** What the parts of a player share: what is played, and all that is known of the live peer so far. */
export interface Stage {
  readonly plan: ReplayPlan;
  readonly ids: Ids;
  readonly target: Target;
  readonly trace: RunTrace;
  readonly progress: Progress;
  readonly bindings: Bindings;
  readonly addresses: LiveAddresses;
  readonly credentials: ReplayCredentials;
  /** By recorded address of the lane. */
  readonly wires: ReadonlyMap<string, ReplayWire>;
  readonly calls: Calls;
  /** Which recorded request each of ours is. */
  readonly stepOf: Map<SentRequest, ReplayStep>;
  /** Our requests by recorded transaction. */
  readonly sent: Map<string, SentRequest>;
  /** Requests of the peer by recorded transaction. */
  readonly got: Map<string, { readonly step: ReplayStep; readonly request: GotRequest }>;
  /** Since the replay began. */
  readonly nowMs: () => number;
}

export function wireOf({ wires }: Stage, { lane }: ReplayStep): ReplayWire {
  const wire = wires.get(lane.address);
  if (wire === undefined) throw new Error(`no socket plays ${lane.address}`);
  return wire;
}

/** The INVITE of ours that an ACK or a CANCEL belongs to. */
export const inviteOf = ({ sent }: Stage, { lane, callId, number }: ReplayStep): SentRequest | undefined =>
  sent.get(JSON.stringify([lane.address, true, callId, number, 'INVITE']));
