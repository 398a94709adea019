import type { AgentContext } from '../../../stack/agent/context.ts';
import type { Relay } from '../../../stack/agent/relay.ts';
import type { UserAgent } from '../../../stack/agent/user-agent.ts';
import type { Bridge } from '../../../stack/b2bua/bridge.ts';
import type { Clock } from '../../../stack/core/clock.ts';
import type { Disposable } from '../../../stack/core/emitter.ts';
import type { Ids } from '../../../stack/core/ids.ts';
import type { Limits, OnLimit } from '../../../stack/core/limits.ts';
import type { Logger } from '../../../stack/core/logger.ts';
import type { Notifier } from '../../../stack/events/notifier/notifier.ts';
import type { LocationStore } from '../../../stack/registrar/location-store.ts';
import type { Registrar } from '../../../stack/registrar/registrar.ts';
import type { Handler } from '../../../stack/server/handler.ts';
import type { SdpProfile } from '../../../stack/server/media.ts';
import type { OperatorDesk } from '../operator/desk.ts';
import type { ServerConfig } from '../../contract/server-config.ts';
import type { Users } from '../users.ts';

/** What a mode is built from. */
export interface ModeMeans {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly onLimit: OnLimit;
  readonly limits: Limits;
  readonly users: Users;
  readonly sdpProfile: SdpProfile;
  /** Where bindings are kept. */
  readonly store: LocationStore;
  /** What every server on that store signs GRUUs with; undefined for one of this server alone. @rfc 5627 §5.4 */
  readonly storeSecret?: string | undefined;
  /** The configuration as the dials stand now. */
  readonly config: () => ServerConfig;
}

/** What a server does, built for one node. */
export interface Mode extends Disposable {
  /** Takes requests that are not for this node itself: a proxy. Asked once, when the agent is made. */
  relay?(context: AgentContext): Relay;
  /** Told once, before the first question for handlers. */
  attach?(agent: UserAgent): void;
  /** The list of handlers for the configuration as it is; asked again when a dial was turned. */
  handlers(): readonly Handler[];
  /** What it keeps, for those who look at its state. */
  readonly registrar?: Registrar;
  notifier?(): Notifier | undefined;
  readonly bridge?: Bridge | undefined;
  /** What waits for a person. */
  readonly desk?: OperatorDesk;
}

export type ModeFactory = (means: ModeMeans) => Mode;
