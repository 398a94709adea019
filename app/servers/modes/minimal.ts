import { options } from '../../../stack/server/handlers/options.ts';
import { unsupported } from '../../../stack/server/handlers/unsupported.ts';
import type { ModeFactory } from './mode.ts';

/** Answers OPTIONS, refuses everything else. */
export const minimal: ModeFactory = () => ({
  handlers: () => [options(), unsupported()],
  dispose: () => undefined,
});
