import type { Span } from '../message.ts';
import { type OutlineNode, part } from './node.ts';
import { find, findLast, splitAt, trimmed } from './split.ts';

/** `name=value` pieces: the node covers the value, or the name where there is none. */
export function parameter(text: string, span: Span): OutlineNode {
  const equals = find(text, span, '=');
  if (equals < 0)
    return { ...part(text, text.slice(span.start, span.end), span), value: '', note: 'present' };
  const name = trimmed(text, { start: span.start, end: equals });
  return part(text, text.slice(name.start, name.end), trimmed(text, { start: equals + 1, end: span.end }));
}

export const parameters = (text: string, span: Span): readonly OutlineNode[] =>
  splitAt(text, span, ';').map((piece) => parameter(text, piece));

/** `value;name=value`: the value under its label, then the parameters. */
export function valueAndParameters(label: string): (text: string, span: Span) => readonly OutlineNode[] {
  return (text, span) => {
    const [value, ...rest] = splitAt(text, span, ';');
    if (value === undefined || rest.length === 0) return [];
    return [part(text, label, value), ...rest.map((piece) => parameter(text, piece))];
  };
}

/** Parts of a SIP or tel URI; none of one that is opaque. @rfc 3261 §19.1.1 */
export function uriParts(text: string, span: Span): readonly OutlineNode[] {
  const colon = find(text, span, ':');
  if (colon < 0) return [];
  const scheme = { start: span.start, end: colon };
  const name = text.slice(scheme.start, scheme.end).toLowerCase();
  if (name !== 'sip' && name !== 'sips' && name !== 'tel') return [];
  const nodes = [part(text, 'scheme', scheme)];
  const question = find(text, { start: colon + 1, end: span.end }, '?');
  const end = question < 0 ? span.end : question;
  // A semicolon may stand in the user part, so the user ends first. @rfc 3261 §25.1
  const at = findLast(text, { start: colon + 1, end }, '@');
  const hasUser = name !== 'tel' && at > colon;
  if (hasUser) {
    const password = find(text, { start: colon + 1, end: at }, ':');
    nodes.push(part(text, 'user', { start: colon + 1, end: password < 0 ? at : password }));
    if (password >= 0) nodes.push(part(text, 'password', { start: password + 1, end: at }));
  }
  const rest = { start: hasUser ? at + 1 : colon + 1, end };
  const semicolon = find(text, rest, ';');
  const host = { start: rest.start, end: semicolon < 0 ? end : semicolon };
  nodes.push(...(name === 'tel' ? [part(text, 'number', host)] : hostAndPort(text, host)));
  if (semicolon >= 0) nodes.push(...parameters(text, { start: semicolon + 1, end }));
  if (question >= 0) nodes.push(part(text, 'headers', { start: question + 1, end: span.end }));
  return nodes;
}

/** `host:port`, `[IPv6]:port`. */
export function hostAndPort(text: string, span: Span): readonly OutlineNode[] {
  const from = Math.max(span.start, findLast(text, span, ']'));
  const colon = find(text, { start: from, end: span.end }, ':');
  if (colon < 0) return [part(text, 'host', span)];
  return [
    part(text, 'host', trimmed(text, { start: span.start, end: colon })),
    part(text, 'port', trimmed(text, { start: colon + 1, end: span.end })),
  ];
}

/** Display name, URI with its parts, header parameters. @rfc 3261 §20.10 */
export function nameAddr(text: string, span: Span): readonly OutlineNode[] {
  const [address = span, ...rest] = splitAt(text, span, ';');
  const more = rest.map((piece) => parameter(text, piece));
  const open = findLast(text, address, '<');
  const close = find(text, { start: Math.max(open, address.start), end: address.end }, '>');
  if (open < address.start || close < 0) {
    // Without brackets the parameters are the header's. @rfc 3261 §20.10
    const uri = uriParts(text, address);
    return [part(text, 'URI', address, uri), ...more];
  }
  const uri = { start: open + 1, end: close };
  const name = trimmed(text, { start: address.start, end: open });
  return [
    ...(name.end > name.start ? [part(text, 'display name', name)] : []),
    part(text, 'URI', uri, uriParts(text, uri)),
    ...more,
  ];
}

/** `SIP/2.0/UDP host:port;parameters`. @rfc 3261 §20.42 */
export function viaParts(text: string, span: Span): readonly OutlineNode[] {
  const [sent = span, ...rest] = splitAt(text, span, ';');
  const value = text.slice(sent.start, sent.end);
  const [, protocol = '', transport = ''] = /^([^/]*\/[^/]*\/\s*)([^\s/]+)\s+/.exec(value) ?? [];
  const nodes: OutlineNode[] = [];
  if (transport !== '') {
    const start = sent.start + protocol.length;
    const sentBy = trimmed(text, { start: start + transport.length, end: sent.end });
    nodes.push(part(text, 'transport', { start, end: start + transport.length }));
    nodes.push(part(text, 'sent-by', sentBy, hostAndPort(text, sentBy)));
  }
  return [...nodes, ...rest.map((piece) => parameter(text, piece))];
}

/** Two words: `1 INVITE`. */
export function words(...labels: readonly string[]): (text: string, span: Span) => readonly OutlineNode[] {
  return (text, span) => {
    const found = [...text.slice(span.start, span.end).matchAll(/[^\s]+/g)];
    return found.slice(0, labels.length).map((m, i) => {
      const start = span.start + m.index;
      return part(text, labels[i] ?? '', { start, end: start + m[0].length });
    });
  };
}

/** `Digest realm="x", nonce="y"`: the scheme and its parameters. @rfc 3261 §20.7 */
export function credentials(text: string, span: Span): readonly OutlineNode[] {
  const [scheme = ''] = /^[^\s]+/.exec(text.slice(span.start, span.end)) ?? [];
  const end = span.start + scheme.length;
  return [
    part(text, 'scheme', { start: span.start, end }),
    ...splitAt(text, { start: end, end: span.end }, ',').map((piece) => parameter(text, piece)),
  ];
}

/** `307 agent "text"`. @rfc 3261 §20.43 */
export function warningParts(text: string, span: Span): readonly OutlineNode[] {
  const quote = find(text, span, '"');
  const head = words('code', 'agent')(text, { start: span.start, end: quote < 0 ? span.end : quote });
  return quote < 0 ? head : [...head, part(text, 'text', { start: quote, end: span.end })];
}
