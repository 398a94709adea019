import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import type { Timing } from '../transaction/types.ts';
import type { Identity, Listeners } from './listeners.ts';
import type { Lookup } from './locate.ts';

/** A request of ours that waits for its outcome. */
export interface OpenOutcome {
  /** The agent stops: nobody will answer any more. */
  abandon(): void;
}

/** What every part of one agent shares. */
export interface AgentContext {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly timing: Timing;
  readonly log: Logger;
  readonly identity: Identity;
  readonly layer: TransactionLayer;
  readonly listeners: Listeners;
  readonly lookup: Lookup | undefined;
  readonly openOutcomes: Set<OpenOutcome>;
}
