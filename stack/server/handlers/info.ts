import type { Handler } from '../handler.ts';

/** Takes INFO requests of a call: DTMF, media control and what a lab sends. @rfc 6086 §4.2.2 */
export function info(): Handler {
  return {
    name: 'info',
    methods: ['INFO'],
    accept: ['application/dtmf-relay', 'application/dtmf', 'application/media_control+xml', 'text/plain'],
    explain: () => 'INFO: answers 200 in a call, 481 outside of one.',
    handle: (request) => {
      request.respond(request.session === undefined ? 481 : 200);
    },
  };
}
