import { SLASH } from '../chars.ts';
import { each, qualityOf } from './access.ts';
import type { Params, Reader } from './reader.ts';

/** A kind of content an element takes. */
export interface Acceptable {
  /** In lower case: `application/sdp`, `text/*`, `gzip`, `en-gb`, `*`. */
  readonly value: string;
  /** Preference of 0 to 1; 1 when not said. */
  readonly q: number;
  readonly params: Params;
}

function withQuality(reader: Reader, value: string | undefined): Acceptable | undefined {
  const params = reader.params();
  const q = params === undefined ? undefined : qualityOf(params);
  return value === undefined || params === undefined || q === undefined
    ? undefined
    : { value: value.toLowerCase(), q, params };
}

function mediaRange(reader: Reader): string | undefined {
  const type = reader.token();
  const hasSlash = reader.sign(SLASH);
  const subtype = reader.token();
  return type === undefined || subtype === undefined || !hasSlash ? undefined : `${type}/${subtype}`;
}

/** @rfc 3261 §20.1 */
export const accept = each('Accept', (reader) => withQuality(reader, mediaRange(reader)));
/** @rfc 3261 §20.2 */
export const acceptEncoding = each('Accept-Encoding', (reader) => withQuality(reader, reader.token()));
/** @rfc 3261 §20.3 */
export const acceptLanguage = each('Accept-Language', (reader) => withQuality(reader, reader.token()));
