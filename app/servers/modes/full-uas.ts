import { options } from '../../../stack/server/handlers/options.ts';
import { unsupported } from '../../../stack/server/handlers/unsupported.ts';
import type { ModeFactory } from './mode.ts';
import { authenticationPart } from './parts/authentication.ts';
import { callPart } from './parts/calls.ts';
import { eventsPart } from './parts/events.ts';
import { registerPart } from './parts/register.ts';

/** A complete user agent server: calls, registrations, subscriptions, publications and transfers. */
export const fullUas: ModeFactory = (means) => {
  const authentication = authenticationPart(means);
  const calls = callPart(means);
  const registrations = registerPart(means);
  const events = eventsPart(means, { packages: 'all', hasTransfers: true });
  return {
    registrar: registrations.registrar,
    notifier: events.notifier,
    attach: (agent) => {
      calls.attach(agent);
      events.attach(agent);
    },
    handlers: () => [
      ...authentication.handlers(),
      options(),
      ...calls.handlers(),
      ...registrations.handlers(),
      ...events.handlers(),
      unsupported(),
    ],
    dispose: events.dispose,
  };
};
