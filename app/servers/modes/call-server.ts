import { call } from '../../../stack/server/handlers/call.ts';
import { info } from '../../../stack/server/handlers/info.ts';
import { message } from '../../../stack/server/handlers/message.ts';
import { options } from '../../../stack/server/handlers/options.ts';
import { unsupported } from '../../../stack/server/handlers/unsupported.ts';
import { update } from '../../../stack/server/handlers/update.ts';
import type { Handler } from '../../../stack/server/handler.ts';
import type { ServerConfig } from '../../contract/server-config.ts';
import type { ModeFactory } from './mode.ts';

/** The handlers of whoever answers calls. */
export function callHandlers({ autoAcceptCalls, ringMs, sdpProfile }: ServerConfig): readonly Handler[] {
  const profile = sdpProfile === 'none' ? 'none' : 'audio-only';
  return [
    call({ isAccepting: autoAcceptCalls, ringMs, sdpProfile: profile }),
    message(),
    info(),
    update({ sdpProfile: profile }),
  ];
}

/** Answers calls and what belongs to them. */
export const callServer: ModeFactory = ({ config }) => ({
  handlers: () => [options(), ...callHandlers(config()), unsupported()],
  dispose: () => undefined,
});
