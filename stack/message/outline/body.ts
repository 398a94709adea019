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

/** The body by its Content-Type; other types stay one value. */
export function bodyNode(text: string, body: Span, contentType: string | undefined): OutlineNode {
  const [type = ''] = (contentType ?? '').toLowerCase().split(';', 1);
  const isSdp = type.trim() === 'application/sdp';
  return {
    label: isSdp ? 'Body (SDP)' : 'Body',
    value: isSdp ? '' : text.slice(body.start, body.end),
    ...body,
    kind: 'body',
    children: isSdp ? sdpParts(text, body) : [],
  };
}
