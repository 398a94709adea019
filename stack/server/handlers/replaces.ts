import type { Session } from '../../agent/session.ts';
import type { Replacements } from '../../events/refer/replacement.ts';
import type { Handler, ServerRequest } from '../handler.ts';
import { mediaReply, type SdpProfile } from '../media.ts';

export interface ReplacesOptions {
  readonly replacements: Replacements;
  readonly sdpProfile: SdpProfile;
  /** Who may take over a call; everyone who knows its tags when left out. @rfc 3891 §3 */
  readonly allows?: (request: ServerRequest, session: Session) => boolean;
}

/** Takes INVITEs that replace a call: answers at once and ends the call they replace. Stands before `call`, which gets all others. @rfc 3891 §3 */
export function replaces({ replacements, sdpProfile, allows }: ReplacesOptions): Handler {
  return {
    name: 'replaces',
    methods: ['INVITE'],
    supported: ['replaces'],
    explain: () =>
      'INVITE with Replaces: answers 200 at once and ends the call it replaces; 481, 486 or 603 when it cannot.',
    handle: (request, next) => {
      const verdict = request.session === undefined ? replacements.verdictOf(request.message) : NONE;
      if (verdict.kind === 'none') return next();
      if (verdict.kind === 'refuse') {
        request.respond(verdict.status);
      } else if (allows?.(request, verdict.session) === false) {
        request.respond(403);
      } else {
        const { status, reply } = mediaReply(request, sdpProfile);
        request.respond(status, { ...reply, sessionTimer: {} });
        if (status === 200) verdict.end();
      }
      return undefined;
    },
  };
}

/** In a call the header has no meaning. */
const NONE = { kind: 'none' } as const;
