import { one } from './access.ts';

/** The entity-tag of a publication in a 2xx to PUBLISH. @rfc 3903 §11.3.1 */
export const sipETag = one('SIP-ETag', (reader) => reader.token());

/** The entity-tag of the publication a PUBLISH is about. @rfc 3903 §11.3.2 */
export const sipIfMatch = one('SIP-If-Match', (reader) => reader.token());

/** The entity-tag of the state a subscriber has, `*` for any. @rfc 5839 §5.1 */
export const suppressIfMatch = one('Suppress-If-Match', (reader) => reader.token());
