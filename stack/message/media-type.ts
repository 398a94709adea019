import { sourceOf } from './chars.ts';
import { readParams } from './params.ts';

/** A media type with its parameters. @rfc 3261 §20.15, RFC 2045 §5.1 */
export interface MediaType {
  /** `application/sdp`: type and subtype in lower case, white space removed. */
  readonly type: string;
  readonly params: ReadonlyMap<string, string | undefined>;
}

/** Reads `type/subtype;name=value`, also a disposition with its parameters. */
export function readMediaType(value: string): MediaType {
  const semicolon = value.indexOf(';');
  const end = semicolon < 0 ? value.length : semicolon;
  return {
    type: value
      .substring(0, end)
      .replace(/[ \t\r\n]/g, '')
      .toLowerCase(),
    params: readParams(sourceOf(value), end, value.length),
  };
}
