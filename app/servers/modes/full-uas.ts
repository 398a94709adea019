import { options } from '../../../stack/server/handlers/options.ts';
import { register } from '../../../stack/server/handlers/register.ts';
import { unsupported } from '../../../stack/server/handlers/unsupported.ts';
import { callHandlers } from './call-server.ts';
import type { ModeFactory } from './mode.ts';
import { registrarOf } from './registrar.ts';

/** A complete user agent server. */
export const fullUas: ModeFactory = (means) => {
  const ours = registrarOf(means);
  return {
    registrar: ours,
    handlers: () => [options(), ...callHandlers(means.config()), register(ours), unsupported()],
    dispose: () => undefined,
  };
};
