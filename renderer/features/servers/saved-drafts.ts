import * as z from 'zod';
import type { Preferences } from '../../ui/preferences.tsx';
import { LISTENER_PROTOCOLS } from '../../../app/contract/server-config.ts';
import type { ServerDraft } from './server-draft.ts';
import type { ServersOptions } from './servers-store.ts';

const KEY = 'drafts';

const Draft = z.object({
  values: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())])),
  listeners: z.array(
    z.object({
      id: z.number().int(),
      protocol: z.enum(LISTENER_PROTOCOLS),
      host: z.string(),
      port: z.string(),
    }),
  ),
});
const Drafts = z.record(z.string(), Draft);

/** Keeps drafts with the preferences, so that a reload loses nothing typed; what does not fit is as good as none. */
export function savedDrafts(preferences: Preferences): NonNullable<ServersOptions['drafts']> {
  return {
    read: (): Readonly<Record<string, ServerDraft>> => {
      const saved = Drafts.safeParse(preferences.get(KEY) ?? {});
      return saved.success ? saved.data : {};
    },
    write: (drafts) => {
      preferences.set(KEY, drafts);
    },
  };
}
