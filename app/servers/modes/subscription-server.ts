import { options } from '../../../stack/server/handlers/options.ts';
import { unsupported } from '../../../stack/server/handlers/unsupported.ts';
import type { ModeFactory } from './mode.ts';
import { authenticationPart } from './parts/authentication.ts';
import { eventsPart } from './parts/events.ts';

/** Notifies of every package, with what was published. */
export const subscriptionServer: ModeFactory = (means) => {
  const authentication = authenticationPart(means);
  const events = eventsPart(means, { packages: 'all', hasTransfers: false });
  return {
    notifier: events.notifier,
    attach: events.attach,
    handlers: () => [...authentication.handlers(), options(), ...events.handlers(), unsupported()],
    dispose: events.dispose,
  };
};
