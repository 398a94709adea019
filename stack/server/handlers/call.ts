import type { Handler, ServerRequest } from '../handler.ts';
import { mediaReply, type SdpProfile } from '../media.ts';

export interface CallOptions {
  /** Off: every call gets 480. */
  readonly isAccepting: boolean;
  /** Time between 180 and 200. */
  readonly ringMs: number;
  readonly sdpProfile: SdpProfile;
}

/** Takes calls: 100, 180, after the ring time 200 with an answer or an offer of its own. Takes re-INVITEs at once. @rfc 3261 §13.3.1, §14.2 */
export function call({ isAccepting, ringMs, sdpProfile }: CallOptions): Handler {
  const accept = ['application/sdp'];
  return {
    name: 'call',
    methods: ['INVITE', 'ACK', 'CANCEL', 'BYE'],
    accept,
    acceptFor: (method) => (method === 'INVITE' ? accept : undefined),
    explain: () => {
      if (!isAccepting) return 'INVITE: answers 480 to every call.';
      const wait = ringMs === 0 ? 'answers' : `answers after ${ringMs} ms of ringing`;
      const media =
        sdpProfile === 'none' ? 'without a session description' : 'with one audio stream (PCMU, PCMA, DTMF)';
      return `INVITE: ${wait} 200 ${media}; CANCEL, BYE and re-INVITE are served.`;
    },
    handle: (request) => {
      if (request.session !== undefined) answer(request, sdpProfile);
      else if (isAccepting) ring(request, ringMs, sdpProfile);
      else request.respond(480);
    },
  };
}

function ring(request: ServerRequest, ringMs: number, profile: SdpProfile): void {
  request.respond(100);
  request.respond(180);
  if (ringMs === 0) {
    answer(request, profile);
    return;
  }
  const timer = request.clock.after(ringMs, () => {
    answer(request, profile);
  });
  request.onAbandoned(() => {
    timer.cancel();
  });
}

function answer(request: ServerRequest, profile: SdpProfile): void {
  const { status, reply } = mediaReply(request, profile);
  request.respond(status, reply);
}
