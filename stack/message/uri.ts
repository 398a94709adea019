export { type UriParts, escapeUri, formatUri } from './format-uri.ts';
export { type Uri, parseUri, unescapeUri } from './parse-uri.ts';
export { type TelNumber, sipToTel, telNumber, telToSip } from './tel-uri.ts';
export { equalUris } from './uri-equality.ts';
