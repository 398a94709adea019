import { nodeHashes } from '../../../../stack/auth/node/hashes.ts';
import {
  createRegistrar,
  type Registrar,
  type RegistrarOptions,
} from '../../../../stack/registrar/registrar.ts';
import type { RegisterRules } from '../../../../stack/registrar/register-plan.ts';
import { register } from '../../../../stack/server/handlers/register.ts';
import type { Handler } from '../../../../stack/server/handler.ts';
import type { ModeMeans } from '../mode.ts';

/** Characters of a secret that this server makes itself. */
const SECRET_LENGTH = 52;

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

/** @param pathOver - where the server takes requests of others for its clients: how they reach one of a connection. */
export function registerPart(
  { clock, ids, store, storeSecret, limits, config, onLimit }: ModeMeans,
  pathOver?: RegistrarOptions['pathOver'],
): RegisterPart {
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
    gruu: { hmac: nodeHashes.hmac(storeSecret ?? ids.token(SECRET_LENGTH)) },
    outbound: {},
    ...(storeSecret === undefined || pathOver === undefined ? {} : { pathOver }),
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
