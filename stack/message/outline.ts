import type { SipMessage, Span } from './message.ts';
import { octetText } from './octets.ts';
import { bodyNode } from './outline/body.ts';
import { headerParts } from './outline/headers.ts';
import { type OutlineNode, part, unfold } from './outline/node.ts';
import { uriParts, words } from './outline/pieces.ts';

export type { OutlineNode } from './outline/node.ts';

/** The start line: empty lines before it are skipped, as the parser does. @rfc 3261 §7.5 */
function startLineSpan(text: string, limit: number): Span {
  let start = 0;
  while (start < limit && (text.charAt(start) === '\r' || text.charAt(start) === '\n')) start++;
  let end = text.indexOf('\n', start);
  if (end < 0) end = text.length;
  if (end > start && text.charAt(end - 1) === '\r') end--;
  return { start, end };
}

function startLineNode(message: SipMessage, text: string): OutlineNode {
  const span = startLineSpan(text, message.headers[0]?.span.start ?? text.length);
  const value = text.slice(span.start, span.end);
  const base = { value, ...span, kind: 'start-line' as const };
  switch (message.startLine.kind) {
    case 'request': {
      const [method, uri, version] = words('method', 'Request-URI', 'version')(text, span);
      const parts = [method, uri && { ...uri, children: uriParts(text, uri) }, version];
      return { ...base, label: 'Request line', children: parts.filter((p) => p !== undefined) };
    }
    case 'response': {
      const [version, status] = words('version', 'status')(text, span);
      const reasonStart = Math.min((status?.end ?? span.end) + 1, span.end);
      const reason = part(text, 'reason', { start: reasonStart, end: span.end });
      return {
        ...base,
        label: 'Status line',
        children: [version, status, reason].filter((p) => p !== undefined),
      };
    }
    case 'invalid':
      return { ...base, label: 'First line', note: 'neither a request nor a response', children: [] };
  }
}

/**
 * The tree of named parts with their octets that an inspector shows: start line, headers in wire order, body. Total.
 * Every node lies within its parent, and its value is what its octets say, folds undone.
 */
export function outline(message: SipMessage): readonly OutlineNode[] {
  const text = octetText(message.bytes);
  const headers = message.headers.map(({ rawName, name, span, valueSpan }): OutlineNode => ({
    label: name,
    value: unfold(text.slice(valueSpan.start, valueSpan.end)),
    ...span,
    ...(rawName.length === 1 && rawName !== name ? { note: `compact form ${rawName}` } : {}),
    kind: 'header',
    children: headerParts(text, name, valueSpan),
  }));
  const hasBody = message.body.end > message.body.start;
  return [
    startLineNode(message, text),
    ...headers,
    ...(hasBody ? [bodyNode(text, message.body, message.first('Content-Type'))] : []),
  ];
}
