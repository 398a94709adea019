import type { Span } from '../message.ts';
import { each } from './access.ts';
import type { Params, Reader } from './reader.ts';

/** A URI in angle brackets with parameters. */
export interface UriWithParams {
  readonly uri: string;
  readonly params: Params;
  readonly span: Span;
}

/** `"<" absoluteURI ">" *( ";" generic-param )`. @rfc 3261 §25.1 */
export function uriWithParams(reader: Reader): UriWithParams | undefined {
  const uri = reader.bracketed();
  const params = reader.params();
  if (uri === undefined || uri === '' || params === undefined) return undefined;
  return { uri, params, span: { start: reader.start, end: reader.end } };
}

/** Ring tones. @rfc 3261 §20.4 */
export const alertInfo = each('Alert-Info', uriWithParams);
/** About caller or callee; `purpose` says what: `icon`, `info`, `card`, `token`... @rfc 3261 §20.9 */
export const callInfo = each('Call-Info', uriWithParams);
/** More about an error. @rfc 3261 §20.18 */
export const errorInfo = each('Error-Info', uriWithParams);
