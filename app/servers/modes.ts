import { call } from '../../stack/server/handlers/call.ts';
import { info } from '../../stack/server/handlers/info.ts';
import { message } from '../../stack/server/handlers/message.ts';
import { options } from '../../stack/server/handlers/options.ts';
import { unsupported } from '../../stack/server/handlers/unsupported.ts';
import { update } from '../../stack/server/handlers/update.ts';
import { compose, type Handler } from '../../stack/server/handler.ts';
import type { ServerConfig, ServerMode } from '../contract/server-config.ts';

/** A mode is a list of handlers: a new one is a new line here. */
const MODES = {
  minimal: () => [options(), unsupported()],
  'full-uas': ({ autoAcceptCalls, ringMs, sdpProfile }) => [
    options(),
    call({ isAccepting: autoAcceptCalls, ringMs, sdpProfile }),
    message(),
    info(),
    update({ sdpProfile }),
    unsupported(),
  ],
} satisfies Record<ServerMode, (config: ServerConfig) => readonly Handler[]>;

/** The handlers that a configuration asks for. */
function handlersFor(config: ServerConfig): readonly Handler[] {
  return MODES[config.mode](config);
}

/** The same as one handler. */
export function handlerFor(config: ServerConfig): Handler {
  return compose(handlersFor(config));
}

/** What a server of this configuration does, one sentence a handler. */
export function explainConfig(config: ServerConfig): readonly string[] {
  return handlersFor(config).map((handler) => handler.explain());
}
