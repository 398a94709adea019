import type { Disposable } from '../../stack/core/emitter.ts';
import { createUserAgent, type UserAgent, type UserAgentOptions } from '../../stack/agent/user-agent.ts';
import { encodeText } from '../../stack/message/octets.ts';
import { parseUri } from '../../stack/message/uri.ts';
import { compose, type Handler } from '../../stack/server/handler.ts';
import type { ServerConfig } from '../contract/server-config.ts';
import { createMisdeeds, type MisdeedsOnPurpose } from './on-purpose.ts';
import { MODES } from './modes/modes.ts';
import type { Mode, ModeMeans } from './modes/mode.ts';

export interface ServingMeans extends Omit<ModeMeans, 'config'> {
  /** What the agent is given beyond its configuration. */
  readonly agent?: Partial<UserAgentOptions>;
}

/** An agent without listeners that serves as a configuration says. */
export interface Serving extends Disposable {
  readonly agent: UserAgent;
  readonly mode: Mode;
  readonly config: ServerConfig;
  /** What it gets wrong on purpose. */
  readonly misdeeds: MisdeedsOnPurpose;
  /** What it does, one sentence a handler. */
  explain(): readonly string[];
  /** Serves by another configuration of the same mode from the next request on: a dial was turned. */
  reconfigure(config: ServerConfig): void;
}

export function createServing(initial: ServerConfig, means: ServingMeans): Serving {
  let config = initial;
  const { clock, ids, log, onLimit, limits } = means;
  const mode = MODES[initial.mode]({ ...means, config: () => config });
  const relay = mode.relay?.bind(mode);
  const agent = createUserAgent({
    clock,
    ids,
    log,
    onLimit,
    maxSessions: limits.dialogs,
    maxTransactions: limits.serverTransactions,
    maxClientTransactions: limits.clientTransactions,
    messageLimits: limits,
    rates: limits,
    timing: { t1Ms: config.t1Ms, t2Ms: config.t2Ms, t4Ms: config.t4Ms },
    identity: {
      product: encodeText(config.userAgent),
      contactUser: parseUri(encodeText(config.localUri)).user ?? 'siphon',
    },
    ...(relay === undefined ? {} : { relay }),
    ...means.agent,
  });
  const misdeeds = createMisdeeds(ids, log);
  agent.intercept((request) => misdeeds.overrides.answer(request));
  mode.attach?.(agent);
  let handlers: readonly Handler[] = [];
  const serve = (): void => {
    misdeeds.arm(config);
    handlers = mode.handlers();
    agent.serve(compose(handlers));
  };
  serve();
  return {
    agent,
    mode,
    misdeeds,
    get config() {
      return config;
    },
    explain: () => [...misdeeds.explain(), ...handlers.map((handler) => handler.explain())],
    reconfigure: (next) => {
      config = next;
      serve();
    },
    dispose: () => {
      agent.dispose();
      mode.dispose();
    },
  };
}
