import { createProxy } from '../../../stack/proxy/proxy.ts';
import { options } from '../../../stack/server/handlers/options.ts';
import { unsupported } from '../../../stack/server/handlers/unsupported.ts';
import type { ModeFactory } from './mode.ts';
import { authenticationPart } from './parts/authentication.ts';
import { registerPart } from './parts/register.ts';

/** Forwards to registered users. */
export const proxy: ModeFactory = (means) => {
  const authentication = authenticationPart(means);
  const registrations = registerPart(means);
  const ours = registrations.registrar;
  return {
    registrar: ours,
    relay: (context) => createProxy(context, { locations: ours, policy: { domains: means.config().domain } }),
    handlers: () => [...authentication.handlers(), options(), ...registrations.handlers(), unsupported()],
    dispose: () => undefined,
  };
};
