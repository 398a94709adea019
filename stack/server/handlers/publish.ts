import type { Compositor } from '../../events/publication/compositor.ts';
import type { Handler } from '../handler.ts';

/** Takes publications of event state. @rfc 3903 §6 */
export function publish(compositor: Compositor): Handler {
  return {
    name: 'publish',
    methods: ['PUBLISH'],
    allowEvents: compositor.packages,
    accept: compositor.contentTypes,
    explain: () =>
      `PUBLISH: keeps the state of ${compositor.packages.join(', ')} and answers 200 with an entity-tag.`,
    handle: (request) => {
      compositor.publish(request);
    },
  };
}
