import { lazy } from '../parsed-message.ts';
import { type Uri, parseUri } from '../uri.ts';

/** The Request-URI, or undefined in what is no request. @rfc 3261 §8.1.1.1 */
export const requestUri = lazy((message): Uri | undefined => {
  const line = message.startLine;
  return line.kind === 'request' ? parseUri(line.uri) : undefined;
});
