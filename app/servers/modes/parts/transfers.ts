import type { ServerRequest } from '../../../../stack/agent/handler.ts';
import type { UserAgent } from '../../../../stack/agent/user-agent.ts';
import type { Bridge } from '../../../../stack/b2bua/bridge.ts';
import { Notifier } from '../../../../stack/events/notifier/notifier.ts';
import { referPackage } from '../../../../stack/events/packages/refer.ts';
import { isPublicTarget } from '../../../../stack/events/refer/target-policy.ts';
import { Transferee } from '../../../../stack/events/refer/transferee.ts';
import { subscribe } from '../../../../stack/server/handlers/subscribe.ts';
import type { Handler } from '../../../../stack/server/handler.ts';
import type { ModeMeans } from '../mode.ts';
import type { Routes } from './routes.ts';

/** Carries out the transfers that the phone on the other leg of a bridge cannot. */
export interface TransferPart {
  readonly attach: (agent: UserAgent, bridge: Bridge) => void;
  /** A REFER that the other leg has refused with 405 or 501. */
  readonly carryOut: (request: ServerRequest) => void;
  readonly handlers: () => readonly Handler[];
  /** There once it is attached. */
  readonly notifier: () => Notifier | undefined;
  readonly dispose: () => void;
}

export function transferPart({ config, limits, onLimit }: ModeMeans, routes: Routes): TransferPart {
  let made: { readonly notifier: Notifier; readonly transferee: Transferee } | undefined;
  return {
    attach: (agent, bridge) => {
      const { subMinExpiry, subMaxExpiry } = config();
      const progress = referPackage();
      const notifier = new Notifier(agent.context, [progress], {
        minExpiresSec: subMinExpiry,
        maxExpiresSec: subMaxExpiry,
        maxSubscriptions: limits.subscriptions,
        onLimit,
      });
      const transferee = new Transferee({
        agent,
        notifier,
        progress,
        // Users of this server are reached by their bindings, whatever the host of their URI is.
        allows: (target, request, hosts) =>
          config().allowPrivateReferTargets ||
          routes.isOurs(target.uri, request) ||
          [target.host, ...hosts].every(isPublicTarget),
        carry: (request, target, tell) => {
          void routes.ofUri(target.uri, request).then((route) => {
            bridge.carryOut(request, target, route, tell);
          });
        },
      });
      made = { notifier, transferee };
    },
    carryOut: (request) => made?.transferee.accept(request),
    handlers: () => (made === undefined ? [] : [subscribe(made.notifier)]),
    notifier: () => made?.notifier,
    dispose: () => {
      made?.notifier.dispose();
    },
  };
}
