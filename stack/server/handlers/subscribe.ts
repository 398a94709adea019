import type { Notifier } from '../../events/notifier/notifier.ts';
import type { Handler } from '../handler.ts';

/** Takes subscriptions to the packages of a notifier. Those that exist are refreshed and ended in their dialogs. @rfc 6665 §4.2 */
export function subscribe(notifier: Notifier): Handler {
  return {
    name: 'subscribe',
    methods: ['SUBSCRIBE'],
    allowEvents: notifier.packages,
    explain: () =>
      `SUBSCRIBE: answers 200 and notifies of ${notifier.packages.join(', ')}; 489 for other packages.`,
    handle: (request) => {
      notifier.subscribe(request);
    },
  };
}
