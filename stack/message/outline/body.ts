import { entityHeader } from '../bodies/entity.ts';
import { parseMultipart } from '../bodies/multipart.ts';
import { readMediaType } from '../media-type.ts';
import type { Span } from '../message.ts';
import { type OutlineNode, part } from './node.ts';

/** What the letters of SDP mean. @rfc 8866 §5 */
const SDP_LINES: Readonly<Record<string, string>> = {
  v: 'version',
  o: 'origin',
  s: 'session name',
  i: 'information',
  u: 'URI',
  e: 'email',
  p: 'phone',
  c: 'connection',
  b: 'bandwidth',
  t: 'time',
  r: 'repeat',
  z: 'time zones',
  k: 'key',
  a: 'attribute',
  m: 'media',
};

/** Lines of the range without their ends; the last one may lack its end. */
function lines(text: string, { start, end }: Span): readonly Span[] {
  const found: Span[] = [];
  let from = start;
  while (from < end) {
    const lf = text.indexOf('\n', from);
    const next = lf < 0 || lf >= end ? end : lf + 1;
    let to = lf < 0 || lf >= end ? end : lf;
    if (to > from && text.charAt(to - 1) === '\r') to--;
    found.push({ start: from, end: to });
    from = next;
  }
  return found;
}

function sdpLine(text: string, line: Span): OutlineNode {
  const letter = text.charAt(line.start);
  const meaning = SDP_LINES[letter];
  const hasEquals = line.end > line.start + 1 && text.charAt(line.start + 1) === '=';
  if (meaning === undefined || !hasEquals) return part(text, 'line', line);
  return { ...part(text, `${letter}=`, { start: line.start + 2, end: line.end }), note: meaning };
}

/** SDP line by line: session lines, then each stream, which covers its own lines below it. */
function sdpParts(text: string, body: Span): readonly OutlineNode[] {
  const nodes: OutlineNode[] = [];
  let stream: { readonly head: OutlineNode; readonly below: OutlineNode[] } | undefined;
  const closeStream = (): void => {
    if (stream === undefined) return;
    const { head, below } = stream;
    nodes.push({ ...head, end: below.at(-1)?.end ?? head.end, children: below });
  };
  for (const line of lines(text, body)) {
    const node = sdpLine(text, line);
    if (node.label === 'm=') {
      closeStream();
      stream = { head: node, below: [] };
    } else (stream?.below ?? nodes).push(node);
  }
  closeStream();
  return nodes;
}

/** Multiparts inside multiparts are shown to this depth. */
const MAX_DEPTH = 4;

/** The parts of a multipart body, each with its own parts; none when it is malformed. @rfc 2046 §5.1 */
function multipartParts(
  text: string,
  body: Span,
  contentType: string,
  depth: number,
): readonly OutlineNode[] {
  const read = parseMultipart(text.slice(body.start, body.end), contentType);
  if (read.kind !== 'ok' || depth > MAX_DEPTH) return [];
  return read.value.parts.map(({ headers, type, span, content }, i): OutlineNode => {
    const place = { start: body.start + content.start, end: body.start + content.end };
    const inner = contentParts(text, place, entityHeader(headers, 'content-type') ?? type, depth + 1);
    const value = inner.length > 0 ? '' : text.slice(place.start, place.end);
    return {
      label: `Part ${i + 1}`,
      value: '',
      start: body.start + span.start,
      end: body.start + span.end,
      note: type,
      kind: 'part',
      children: [{ label: 'Content', value, ...place, kind: 'body', children: inner }],
    };
  });
}

function contentParts(text: string, body: Span, contentType: string, depth: number): readonly OutlineNode[] {
  const { type } = readMediaType(contentType);
  if (type === SDP_TYPE) return sdpParts(text, body);
  return type.startsWith('multipart/') ? multipartParts(text, body, contentType, depth) : [];
}

const SDP_TYPE = 'application/sdp';

/** The body by its Content-Type; other types stay one value. */
export function bodyNode(text: string, body: Span, contentType: string | undefined): OutlineNode {
  const children = contentParts(text, body, contentType ?? '', 0);
  const isSdp = readMediaType(contentType ?? '').type === SDP_TYPE;
  return {
    label: isSdp ? 'Body (SDP)' : 'Body',
    value: isSdp || children.length > 0 ? '' : text.slice(body.start, body.end),
    ...body,
    kind: 'body',
    children,
  };
}
