import { createBridge, type Bridge } from '../../../stack/b2bua/bridge.ts';
import type { UserAgent } from '../../../stack/agent/user-agent.ts';
import { options } from '../../../stack/server/handlers/options.ts';
import { unsupported } from '../../../stack/server/handlers/unsupported.ts';
import type { Handler } from '../../../stack/server/handler.ts';
import type { ModeFactory } from './mode.ts';
import { authenticationPart } from './parts/authentication.ts';
import { sessionTimerOf } from './parts/calls.ts';
import { messageBridge } from './parts/message-bridge.ts';
import { registerPart } from './parts/register.ts';
import { routesOf } from './parts/routes.ts';
import { transferPart } from './parts/transfers.ts';

/** Redirections that are followed, when they are. */
const MAX_REDIRECTS = 5;
/** A target without a time of its own rings for so long. */
const RING_MS = 180_000;

/** Refuses what is switched off before the bridge sees it. */
function withoutRefer(): Handler {
  return {
    name: 'refuse-refer',
    methods: [],
    explain: () => 'REFER: answers 403.',
    handle: (request, next) => {
      if (request.method !== 'REFER') return next();
      request.respond(403);
      return undefined;
    },
  };
}

/** Bridges calls and messages to registered users or the next hop, and registers them. @rfc 7092 */
export const b2bua: ModeFactory = (means) => {
  const { config } = means;
  const authentication = authenticationPart(means);
  const registrations = registerPart(means);
  const routes = routesOf(registrations.registrar, config);
  const transfers = transferPart(means, routes);
  let bridge: Bridge | undefined;
  let agent: UserAgent | undefined;
  return {
    registrar: registrations.registrar,
    get bridge() {
      return bridge;
    },
    attach: (made) => {
      agent = made;
      bridge = createBridge({
        agent: made,
        route: routes.ofCall,
        onReferRefused: transfers.carryOut,
        get sessionTimer() {
          return sessionTimerOf(config());
        },
        get isReliable() {
          return config().enablePrack;
        },
        get ringMs() {
          const { forkTimeMs } = config();
          return forkTimeMs === 0 ? RING_MS : forkTimeMs;
        },
        get maxRedirects() {
          return config().recurseRedirects ? MAX_REDIRECTS : 0;
        },
      });
      transfers.attach(made, bridge);
    },
    handlers: () => [
      ...authentication.handlers(),
      options(),
      ...registrations.handlers(),
      ...(config().enableRefer ? transfers.handlers() : [withoutRefer()]),
      ...(bridge === undefined || agent === undefined ? [] : [bridge, messageBridge(agent, routes.targets)]),
      unsupported(),
    ],
    notifier: transfers.notifier,
    dispose: transfers.dispose,
  };
};
