import { createProxy } from '../../../stack/proxy/proxy.ts';
import { options } from '../../../stack/server/handlers/options.ts';
import { register } from '../../../stack/server/handlers/register.ts';
import { unsupported } from '../../../stack/server/handlers/unsupported.ts';
import type { ModeFactory } from './mode.ts';
import { registrarOf } from './registrar.ts';

/** Forwards to registered users. */
export const proxy: ModeFactory = (means) => {
  const ours = registrarOf(means);
  return {
    registrar: ours,
    relay: (context) => createProxy(context, { locations: ours, policy: { domains: means.config().domain } }),
    handlers: () => [options(), register(ours), unsupported()],
    dispose: () => undefined,
  };
};
