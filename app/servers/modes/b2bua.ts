import { createBridge, type Bridge } from '../../../stack/b2bua/bridge.ts';
import { options } from '../../../stack/server/handlers/options.ts';
import { register } from '../../../stack/server/handlers/register.ts';
import { unsupported } from '../../../stack/server/handlers/unsupported.ts';
import type { ModeFactory } from './mode.ts';
import { registrarOf } from './registrar.ts';

/** Bridges calls to registered users. */
export const b2bua: ModeFactory = (means) => {
  const ours = registrarOf(means);
  let bridge: Bridge | undefined;
  return {
    registrar: ours,
    get bridge() {
      return bridge;
    },
    attach: (agent) => {
      bridge = createBridge({
        agent,
        route: async ({ message: { startLine } }) => {
          const uri = startLine.kind === 'request' ? startLine.uri : '';
          const found = await ours.bindings(uri);
          if (found.length === 0) return { status: 404 };
          return { targets: found.map(({ contactUri }) => ({ uri: contactUri })) };
        },
      });
    },
    handlers: () => [options(), register(ours), ...(bridge === undefined ? [] : [bridge]), unsupported()],
    dispose: () => undefined,
  };
};
