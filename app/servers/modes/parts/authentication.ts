import { createDigestServer, type DigestServer } from '../../../../stack/auth/digest-server.ts';
import { nodeHashes } from '../../../../stack/auth/node/hashes.ts';
import { encodeText } from '../../../../stack/message/octets.ts';
import { authenticate } from '../../../../stack/server/handlers/authenticate.ts';
import type { Handler } from '../../../../stack/server/handler.ts';
import type { ModeMeans } from '../mode.ts';

/** What is challenged outside of dialogs; OPTIONS is not, so that anybody may ask what a server can do. */
const CHALLENGED = ['REGISTER', 'INVITE', 'SUBSCRIBE', 'PUBLISH', 'MESSAGE', 'REFER'];

/** Failures of one source are counted over this time. */
const FAILURE_WINDOW_MS = 60_000;

/** Asks for digest credentials while `auth` is on. */
export interface AuthenticationPart {
  /** Made when it is first needed; its nonces outlive a turn of the dial. */
  readonly server: () => DigestServer;
  /** Stand before every handler that they guard. */
  readonly handlers: () => readonly Handler[];
}

/** @param methods - those that are challenged; left out, all that begin something. */
export function authenticationPart(
  { clock, ids, users, limits, config, onLimit }: ModeMeans,
  methods: readonly string[] = CHALLENGED,
): AuthenticationPart {
  let server: DigestServer | undefined;
  const serverOf = (): DigestServer => {
    const { authRealm, authAlgorithms, authQop } = config();
    const { perSec, burst } = limits.authFailureRate;
    return (server ??= createDigestServer({
      clock,
      ids,
      hashes: nodeHashes,
      realm: encodeText(authRealm),
      users,
      algorithms: authAlgorithms,
      qop: authQop,
      failureLimit: {
        failures: burst + perSec * (FAILURE_WINDOW_MS / 1000),
        windowMs: FAILURE_WINDOW_MS,
        onLimit,
      },
    }));
  };
  return {
    server: serverOf,
    handlers: () => (config().auth ? [authenticate({ server: serverOf(), methods })] : []),
  };
}
