export { type Uri, parseUri, unescapeUri } from './parse-uri.ts';
export { equalUris } from './uri-equality.ts';
