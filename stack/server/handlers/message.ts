import type { Handler } from '../handler.ts';

/** Takes page-mode messages. @rfc 3428 §7 */
export function message(): Handler {
  return {
    name: 'message',
    methods: ['MESSAGE'],
    accept: ['text/plain', 'text/html', 'message/cpim', 'application/im-iscomposing+xml', 'multipart/mixed'],
    explain: () => 'MESSAGE: answers 200.',
    handle: (request) => {
      request.respond(200);
    },
  };
}
