import type { CredentialStore } from '../auth/credential-store.ts';
import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import type { Dialog } from '../dialog/dialog.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import type { Timing } from '../transaction/types.ts';
import type { Resolver } from '../resolver/resolver.ts';
import type { HopHealth } from './hop-health.ts';
import type { Identity, Listeners } from './listeners.ts';

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
  /** Finds the hops of names. */
  readonly resolver: Resolver | undefined;
  /** Which hops failed of late. */
  readonly hops: HopHealth;
  /** Answers challenges. */
  readonly credentials: CredentialStore | undefined;
  readonly openOutcomes: Set<OpenOutcome>;
  /**
   * The peer does not know a dialog any more: all that lives in it is over.
   * @param reason - what the peer answered, in one clause.
   * @rfc 5057 §5.1
   */
  onDialogLost(dialog: Dialog, reason: string): void;
}
