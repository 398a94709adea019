import { nodeHashes } from '../../../../stack/auth/node/hashes.ts';
import { createRegistrar, type Registrar } from '../../../../stack/registrar/registrar.ts';
import type { RegisterRules } from '../../../../stack/registrar/register-plan.ts';
import { register } from '../../../../stack/server/handlers/register.ts';
import type { Handler } from '../../../../stack/server/handler.ts';
import type { ModeMeans } from '../mode.ts';

/** Keeps bindings while `autoAcceptRegistrations` is on. */
export interface RegisterPart {
  readonly registrar: Registrar;
  readonly handlers: () => readonly Handler[];
}

const REFUSES: Handler = {
  name: 'refuse-register',
  methods: ['REGISTER'],
  explain: () => 'REGISTER: answers 403 to every one.',
  handle: (request) => {
    request.respond(403);
  },
};

export function registerPart({ clock, ids, store, limits, config, onLimit }: ModeMeans): RegisterPart {
  const rules = (): RegisterRules => {
    const { regMinExpiry, regMaxExpiry, regDefaultExpiry } = config();
    return {
      minExpiresSec: regMinExpiry,
      maxExpiresSec: regMaxExpiry,
      defaultExpiresSec: regDefaultExpiry,
      maxBindings: limits.bindingsPerAor,
    };
  };
  const registrar = createRegistrar({
    clock,
    ids,
    store,
    onLimit,
    domains: config().domain.map((name) => name.toLowerCase()),
    gruu: { hmac: nodeHashes.hmac(ids.token(52)) },
    outbound: {},
    ...rules(),
  });
  return {
    registrar,
    handlers: () => {
      registrar.useRules(rules());
      return [config().autoAcceptRegistrations ? register(registrar) : REFUSES];
    },
  };
}
