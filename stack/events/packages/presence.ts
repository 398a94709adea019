import { formatPidf, parsePidf, PIDF_TYPE, type Pidf } from '../../message/bodies/pidf.ts';
import type { EventPackage } from '../event-package.ts';
import type { PublishedDocuments } from '../publication/event-state.ts';
import type { PublishablePackage } from '../publication/compositor.ts';
import { composePresence } from '../publication/compose-presence.ts';

const NAME = 'presence';

/** What a presence agent takes in PUBLISH. @rfc 3903 §10, RFC 3863 */
export const presencePublication: PublishablePackage = {
  name: NAME,
  contentType: PIDF_TYPE,
  check: (document) => {
    const parsed = parsePidf(document);
    return parsed.kind === 'ok' ? undefined : parsed.message;
  },
};

/** Presence, composed of what is published; without any publication everything is closed. @rfc 3856 §6 */
export function presencePackage(published: PublishedDocuments): EventPackage<Pidf> {
  return {
    name: NAME,
    contentTypes: [PIDF_TYPE],
    defaultExpiresSec: 3600,
    snapshot: (resource) => composePresence(resource, published.documents(NAME, resource)),
    format: (pidf) => formatPidf(pidf),
    onChanged: (listener) =>
      published.onChanged(({ package: name, resource }) => {
        if (name === NAME) listener(resource);
      }),
  };
}
