import { sdpOf } from '../../agent/body.ts';
import type { Handler } from '../handler.ts';
import { mediaReply, type SdpProfile } from '../media.ts';

export interface UpdateOptions {
  readonly sdpProfile: SdpProfile;
}

/** Takes UPDATE in a call: answers an offer, refreshes the target. @rfc 3311 §5.2 */
export function update({ sdpProfile }: UpdateOptions): Handler {
  return {
    name: 'update',
    methods: ['UPDATE'],
    accept: ['application/sdp'],
    explain: () => 'UPDATE: answers 200 in a call, with an answer to its offer; 481 outside of one.',
    handle: (request) => {
      if (request.session === undefined) {
        request.respond(481);
        return;
      }
      if (sdpOf(request.message) === undefined) {
        request.respond(200);
        return;
      }
      const { status, reply } = mediaReply(request, sdpProfile);
      request.respond(status, reply);
    },
  };
}
