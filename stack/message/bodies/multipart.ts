import type { Span } from '../message.ts';
import { type EntityHeader, entityHeader, formatEntity, lineAfter, readEntity } from './entity.ts';
import { readMediaType } from '../media-type.ts';
import type { Parsed } from './xml.ts';

/** One part of a multipart body. Offsets are those of the text it was read from. @rfc 2046 §5.1 */
export interface BodyPart {
  readonly headers: readonly EntityHeader[];
  /** In lower case: `application/sdp`; `text/plain` when not said. */
  readonly type: string;
  /** Parameters of Content-Type. */
  readonly params: ReadonlyMap<string, string | undefined>;
  /** In lower case: `session`, `render`...; undefined when not said. @rfc 5621 §4 */
  readonly disposition: string | undefined;
  /** Whether who does not understand this part may ignore it. @rfc 5621 §4 */
  readonly isOptional: boolean;
  /** Without its brackets; what a `cid:` URI names. @rfc 2392 §2 */
  readonly contentId: string | undefined;
  /** Headers and content. */
  readonly span: Span;
  /** The content, without the line end that belongs to the boundary. */
  readonly content: Span;
}

/** @rfc 2046 §5.1 */
export interface Multipart {
  /** In lower case: `mixed`, `alternative`, `related`... */
  readonly subtype: string;
  readonly boundary: string;
  readonly preamble: Span;
  readonly parts: readonly BodyPart[];
  readonly epilogue: Span;
}

/** More parts than this are taken for an attack. */
const MAX_PARTS = 256;
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

const malformed = (message: string, offset: number): Parsed<never> => ({
  kind: 'malformed',
  message,
  offset,
});

interface Delimiter {
  /** Where the line end before it begins, which is part of it. */
  readonly start: number;
  /** Behind its line. */
  readonly end: number;
  readonly isLast: boolean;
}

/** The delimiter lines in order, up to the closing one. */
function delimiters(text: string, boundary: string): readonly Delimiter[] {
  const found: Delimiter[] = [];
  const dashes = `--${boundary}`;
  for (
    let at = text.indexOf(dashes);
    at >= 0 && found.length <= MAX_PARTS;
    at = text.indexOf(dashes, at + 1)
  ) {
    if (at > 0 && text.charAt(at - 1) !== '\n') continue;
    const lineEnd = lineAfter(text, at, text.length);
    const rest = text.substring(at + dashes.length, lineEnd);
    const isLast = /^--[ \t]*(\r?\n)?$/.test(rest);
    if (!isLast && !/^[ \t]*\r?\n$/.test(rest)) continue;
    const previous = found.at(-1)?.end ?? 0;
    const lf = text.startsWith('\r\n', at - 2) ? at - 2 : at - 1;
    // The line end of a delimiter cannot be the one before the next delimiter too: then the part is empty.
    found.push({ start: Math.max(at === 0 ? 0 : lf, previous), end: lineEnd, isLast });
    if (isLast) break;
  }
  return found;
}

/** Content-Disposition; handling is required unless said otherwise. */
function readPart(text: string, start: number, end: number): BodyPart {
  const { headers, content } = readEntity(text, start, end);
  const { type, params } = readMediaType(entityHeader(headers, 'content-type') ?? 'text/plain');
  const disposition = entityHeader(headers, 'content-disposition');
  const handling = disposition === undefined ? undefined : readMediaType(disposition);
  return {
    headers,
    type,
    params,
    disposition: handling?.type,
    isOptional: handling?.params.get('handling')?.toLowerCase() === 'optional',
    contentId: entityHeader(headers, 'content-id')?.replace(/^<(.*)>$/, '$1'),
    span: { start, end },
    content,
  };
}

/**
 * Takes a multipart body apart. Nothing is lost: preamble, parts and epilogue have their octets, nested parts are taken apart by another call.
 * @param contentType - the value of Content-Type, with its boundary
 * @rfc 2046 §5.1.1
 */
export function parseMultipart(text: string, contentType: string): Parsed<Multipart> {
  const { type, params } = readMediaType(contentType);
  if (!type.startsWith('multipart/')) return malformed('The Content-Type is not multipart.', 0);
  const boundary = params.get('boundary');
  if (boundary === undefined || !BOUNDARY.test(boundary))
    return malformed('The boundary is missing or malformed.', 0);
  const lines = delimiters(text, boundary);
  const [first] = lines;
  if (first === undefined) return malformed('No line with the boundary was found.', 0);
  if (lines.length > MAX_PARTS)
    return malformed(`There are more than ${MAX_PARTS} parts.`, lines.at(-1)?.start ?? 0);
  const last = lines.at(-1);
  if (last?.isLast !== true) return malformed('The closing boundary is missing.', text.length);
  const parts = lines.slice(1).map((line, i) => readPart(text, lines[i]?.end ?? 0, line.start));
  return {
    kind: 'ok',
    value: {
      subtype: type.substring('multipart/'.length),
      boundary,
      preamble: { start: 0, end: first.start },
      parts,
      epilogue: { start: last.end, end: text.length },
    },
  };
}

/** A part to be written. */
export interface PartDraft {
  readonly headers: readonly EntityHeader[];
  readonly content: string;
}

/** Writes parts between boundaries; the boundary must not stand at the beginning of a line of any of them. */
export function formatMultipart(parts: readonly PartDraft[], boundary: string): string {
  const written = parts.map(
    ({ headers, content }) => `--${boundary}\r\n${formatEntity(headers, content)}\r\n`,
  );
  return `${written.join('')}--${boundary}--\r\n`;
}
