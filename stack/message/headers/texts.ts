import { each, one } from './access.ts';

/** What the call is about, as octet text. @rfc 3261 §20.36 */
export const subject = one('Subject', (reader) => reader.rest());
/** Who the sender belongs to, as octet text. @rfc 3261 §20.25 */
export const organization = one('Organization', (reader) => reader.rest());
/** In lower case: `non-urgent`, `normal`, `urgent`, `emergency` or another. @rfc 3261 §20.26 */
export const priority = one('Priority', (reader) => reader.token()?.toLowerCase());
/** Call-IDs this call answers to. @rfc 3261 §20.21 */
export const inReplyTo = each('In-Reply-To', (reader) => reader.word());
/** Along how many branches a request may be forked. @rfc 5393 §5.3.3 */
export const maxBreadth = one('Max-Breadth', (reader) => reader.number());
