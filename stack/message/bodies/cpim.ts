import { type EntityHeader, entityHeader, formatEntity, readEntity } from './entity.ts';
import { readMediaType } from '../media-type.ts';
import type { Parsed } from './xml.ts';

/** A message with headers that gateways between messaging systems keep. @rfc 3862 §2 */
export interface Cpim {
  /** All message headers in order, values with their escapes. */
  readonly headers: readonly EntityHeader[];
  /** URIs with their formal names as written: `Alice <im:alice@example.com>`. */
  readonly from: string | undefined;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  /** As written: `2000-12-13T13:40:00-08:00`. */
  readonly dateTime: string | undefined;
  readonly subjects: readonly { readonly text: string; readonly lang: string | undefined }[];
  /** Header names a receiver must understand. */
  readonly require: readonly string[];
  /** Headers of the content: Content-Type and so on. */
  readonly contentHeaders: readonly EntityHeader[];
  /** In lower case; `text/plain` when not said. */
  readonly contentType: string;
  readonly content: string;
}

/** Undoes `\n`, `\u00e9` (to UTF-8) and `\\`. @rfc 3862 §3.2 */
function unescapeCpim(value: string): string {
  return value.replace(
    /\\(?:u([0-9a-fA-F]{4})|(.))/g,
    (_, hex: string | undefined, sign: string | undefined) => {
      if (hex !== undefined) return utf8(parseInt(hex, 16));
      return CONTROLS[sign ?? ''] ?? sign ?? '';
    },
  );
}

const CONTROLS: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', r: '\r' };

/** A code point below 65,536 as octet text. */
function utf8(code: number): string {
  if (code < 0x80) return String.fromCharCode(code);
  const last = 0x80 | (code & 0x3f);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), last);
  return String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), last);
}

function all(headers: readonly EntityHeader[], lower: string): readonly string[] {
  return headers.filter(({ name }) => name.toLowerCase() === lower).map(({ value }) => unescapeCpim(value));
}

function subject(value: string): { readonly text: string; readonly lang: string | undefined } {
  const [, lang, text] = /^;lang=([A-Za-z0-9-]+) +(.*)$/s.exec(value) ?? [];
  return { text: unescapeCpim(text ?? value), lang };
}

/** Reads `message/cpim`. */
export function parseCpim(text: string): Parsed<Cpim> {
  const outer = readEntity(text, 0, text.length);
  if (outer.badLine !== undefined)
    return { kind: 'malformed', message: 'A message header has no name.', offset: outer.badLine };
  if (outer.content.start === text.length)
    return { kind: 'malformed', message: 'The headers of the content are missing.', offset: text.length };
  const inner = readEntity(text, outer.content.start, text.length);
  if (inner.badLine !== undefined)
    return { kind: 'malformed', message: 'A header of the content has no name.', offset: inner.badLine };
  const { headers } = outer;
  return {
    kind: 'ok',
    value: {
      headers,
      from: all(headers, 'from')[0],
      to: all(headers, 'to'),
      cc: all(headers, 'cc'),
      dateTime: entityHeader(headers, 'datetime'),
      subjects: headers
        .filter(({ name }) => name.toLowerCase() === 'subject')
        .map(({ value }) => subject(value)),
      require: all(headers, 'require').flatMap((value) => value.split(',').map((name) => name.trim())),
      contentHeaders: inner.headers,
      contentType: readMediaType(entityHeader(inner.headers, 'content-type') ?? 'text/plain').type,
      content: text.substring(inner.content.start, inner.content.end),
    },
  };
}

/** Writes `message/cpim`; control characters and backslashes in header values are escaped. */
export function formatCpim(
  headers: readonly EntityHeader[],
  contentHeaders: readonly EntityHeader[],
  content: string,
): string {
  const escaped = headers.map(({ name, value }) => ({
    name,
    value: value.replace(/[\\\n\r\t\b]/g, (sign) => ESCAPES[sign] ?? sign),
  }));
  return formatEntity(escaped, formatEntity(contentHeaders, content));
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
};
