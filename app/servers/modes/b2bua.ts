import { createBridge, type Bridge } from '../../../stack/b2bua/bridge.ts';
import { options } from '../../../stack/server/handlers/options.ts';
import { unsupported } from '../../../stack/server/handlers/unsupported.ts';
import type { ModeFactory } from './mode.ts';
import { authenticationPart } from './parts/authentication.ts';
import { registerPart } from './parts/register.ts';

/** Bridges calls to registered users. */
export const b2bua: ModeFactory = (means) => {
  const authentication = authenticationPart(means);
  const registrations = registerPart(means);
  const ours = registrations.registrar;
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
    handlers: () => [
      ...authentication.handlers(),
      options(),
      ...registrations.handlers(),
      ...(bridge === undefined ? [] : [bridge]),
      unsupported(),
    ],
    dispose: () => undefined,
  };
};
