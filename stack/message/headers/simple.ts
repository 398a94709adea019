import { MAX_DELTA } from './access.ts';
import { numberAt, skipDigits } from '../chars.ts';
import { type HeaderName, headerId } from '../header-names.ts';
import { type MediaType, readMediaType } from '../media-type.ts';
import type { SipMessage } from '../message.ts';
import { HOT, declaredLength, lazy } from '../parsed-message.ts';

function text(name: HeaderName, hot?: number): (message: SipMessage) => string | undefined {
  const id = headerId(name);
  return lazy((message) => {
    const at = message.find(id);
    return at < 0 ? undefined : message.valueOf(at);
  }, hot);
}

/** A leading number; what follows it (parameters, comments) is not looked at. Undefined when there is none. */
function number(name: HeaderName): (message: SipMessage) => number | undefined {
  const id = headerId(name);
  return lazy((message) => {
    const at = message.find(id);
    if (at < 0) return undefined;
    const start = message.valueStart(at);
    const end = skipDigits(message.bytes, start, message.lineEnd(at));
    return end === start ? undefined : Math.min(numberAt(message.bytes, start, end), MAX_DELTA);
  });
}

/** @rfc 3261 §20.8 */
export const callId = text('Call-ID', HOT.callId);
/** @rfc 3261 §20.22 */
export const maxForwards = number('Max-Forwards');
/** In seconds; more than 2^32-1 counts as that. @rfc 3261 §20.19 */
export const expires = number('Expires');
/** In seconds. @rfc 3261 §20.23 */
export const minExpires = number('Min-Expires');
/** @rfc 3261 §20.41 */
export const userAgent = text('User-Agent');
/** @rfc 3261 §20.35 */
export const serverHeader = text('Server');

/** The declared body length; undefined when the header is absent or no number. @rfc 3261 §20.14 */
export const contentLength = lazy((message) => declaredLength(message));

const rawContentType = text('Content-Type');

/** Content-Type with its parameters. @rfc 3261 §20.15 */
export const mediaType = lazy((message): MediaType | undefined => {
  const value = rawContentType(message);
  return value === undefined ? undefined : readMediaType(value);
});

/** The media type of the body in lower case, `application/sdp`, without parameters. */
export function contentType(message: SipMessage): string | undefined {
  return mediaType(message)?.type;
}
