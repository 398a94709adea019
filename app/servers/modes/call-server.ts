import { options } from '../../../stack/server/handlers/options.ts';
import { unsupported } from '../../../stack/server/handlers/unsupported.ts';
import type { ModeFactory } from './mode.ts';
import { authenticationPart } from './parts/authentication.ts';
import { callPart } from './parts/calls.ts';
import { eventsPart } from './parts/events.ts';

/** Answers calls and what belongs to them, transfers included. */
export const callServer: ModeFactory = (means) => {
  const authentication = authenticationPart(means);
  const calls = callPart(means);
  const transfers = eventsPart(means, { packages: 'none', hasTransfers: true });
  return {
    attach: (agent) => {
      calls.attach(agent);
      transfers.attach(agent);
    },
    notifier: transfers.notifier,
    handlers: () => [
      ...authentication.handlers(),
      options(),
      ...calls.handlers(),
      ...transfers.handlers(),
      unsupported(),
    ],
    dispose: transfers.dispose,
  };
};
