import { formatPidf } from '../../stack/message/bodies/pidf.ts';
import { encodeText } from '../../stack/message/octets.ts';

/** What a person says about somebody's presence by flags. */
export interface PresenceFlags {
  readonly basic?: 'open' | 'closed';
  readonly note?: string;
  readonly activity?: readonly string[];
}

/** Whether any of it was said. */
export const saysPresence = ({ basic, note, activity }: PresenceFlags): boolean =>
  basic !== undefined || note !== undefined || activity !== undefined;

/** The presence document of these words. Octet text. @rfc 3863, RFC 4480 §3.2 */
export function presenceDocument(entity: string, { basic, note, activity = [] }: PresenceFlags): string {
  const notes = note === undefined ? [] : [{ text: note }];
  return encodeText(
    formatPidf({
      entity,
      tuples: [{ id: 'sipctl', basic: basic ?? 'open', notes: activity.length === 0 ? notes : [] }],
      persons: activity.length === 0 ? [] : [{ id: 'sipctl-person', activities: activity, notes }],
      notes: [],
    }),
  );
}
