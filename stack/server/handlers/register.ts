import { andThen } from '../../core/awaitable.ts';
import type { Registrar } from '../../registrar/registrar.ts';
import type { Handler } from '../handler.ts';

/** Registers users: a registrar's answers to REGISTER. Who may register is decided by a handler before it, and by the registrar's policy. @rfc 3261 §10.3 */
export function register(registrar: Registrar): Handler {
  return {
    name: 'register',
    methods: ['REGISTER'],
    supported: registrar.supported,
    explain: () =>
      'REGISTER: keeps the contacts of a user and answers 200 with all of them; 423 to a short time, 500 to a request overtaken by a later one.',
    handle: (request) =>
      andThen(registrar.register(request.incoming, request.user?.username), (answer) => {
        request.respond(answer.status, answer);
      }),
  };
}
