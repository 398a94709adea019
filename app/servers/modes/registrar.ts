import { options } from '../../../stack/server/handlers/options.ts';
import { unsupported } from '../../../stack/server/handlers/unsupported.ts';
import type { ModeFactory } from './mode.ts';
import { authenticationPart } from './parts/authentication.ts';
import { eventsPart } from './parts/events.ts';
import { registerPart } from './parts/register.ts';

/** Keeps bindings, and tells those who subscribe to them. */
export const registrar: ModeFactory = (means) => {
  const authentication = authenticationPart(means);
  const registrations = registerPart(means);
  const events = eventsPart(means, { packages: 'reg', hasTransfers: false });
  return {
    registrar: registrations.registrar,
    notifier: events.notifier,
    attach: events.attach,
    handlers: () => [
      ...authentication.handlers(),
      options(),
      ...registrations.handlers(),
      ...events.handlers(),
      unsupported(),
    ],
    dispose: events.dispose,
  };
};
