import { createRegistrar, type Registrar } from '../../../stack/registrar/registrar.ts';
import { options } from '../../../stack/server/handlers/options.ts';
import { register } from '../../../stack/server/handlers/register.ts';
import { unsupported } from '../../../stack/server/handlers/unsupported.ts';
import type { ModeFactory, ModeMeans } from './mode.ts';

/** A registrar as the configuration asks for. */
export function registrarOf({ clock, ids, store, config, onLimit }: ModeMeans): Registrar {
  const { regMinExpiry, regMaxExpiry, regDefaultExpiry, domain } = config();
  return createRegistrar({
    clock,
    ids,
    store,
    onLimit,
    domains: domain,
    minExpiresSec: regMinExpiry,
    maxExpiresSec: regMaxExpiry,
    defaultExpiresSec: regDefaultExpiry,
  });
}

/** Keeps bindings. */
export const registrar: ModeFactory = (means) => {
  const ours = registrarOf(means);
  return {
    registrar: ours,
    handlers: () => [options(), register(ours), unsupported()],
    dispose: () => undefined,
  };
};
