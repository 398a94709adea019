import type { Handler } from '../handler.ts';

/** Refuses notifications that nobody here has asked for: those of our own subscriptions are answered before any handler. @rfc 6665 §4.1.3 */
export function notify(): Handler {
  return {
    name: 'notify',
    methods: ['NOTIFY'],
    explain: () => 'NOTIFY: answers 200 in a subscription of this server, 481 outside of one.',
    handle: (request) => {
      request.respond(481, { reason: 'Subscription Does Not Exist' });
    },
  };
}
