import type { HeaderName } from '../header-names.ts';
import type { Span } from '../message.ts';
import { type OutlineNode, part } from './node.ts';
import { credentials, nameAddr, valueAndParameters, viaParts, words } from './pieces.ts';
import { splitAt } from './split.ts';

/** Takes the value of a header apart. */
type Describe = (text: string, span: Span) => readonly OutlineNode[];

/** Several values in one line get a node each. @rfc 3261 §7.3.1 */
const listOf =
  (describe: Describe): Describe =>
  (text, span) => {
    const values = splitAt(text, span, ',');
    if (values.length === 1) return describe(text, values[0] ?? span);
    return values.map((value, i) => part(text, `${i + 1}`, value, describe(text, value)));
  };

const tokenList: Describe = (text, span) => {
  const values = splitAt(text, span, ',');
  return values.length < 2 ? [] : values.map((value, i) => part(text, `${i + 1}`, value));
};

/** How each known header is taken apart; all others are one value. */
const DESCRIBE: Readonly<Partial<Record<HeaderName, Describe>>> = {
  Via: listOf(viaParts),
  From: nameAddr,
  To: nameAddr,
  Contact: listOf(nameAddr),
  Route: listOf(nameAddr),
  'Record-Route': listOf(nameAddr),
  Path: listOf(nameAddr),
  'Service-Route': listOf(nameAddr),
  'P-Asserted-Identity': listOf(nameAddr),
  'P-Preferred-Identity': listOf(nameAddr),
  'Refer-To': nameAddr,
  'Referred-By': nameAddr,
  Diversion: listOf(nameAddr),
  'History-Info': listOf(nameAddr),
  CSeq: words('number', 'method'),
  RAck: words('response number', 'CSeq number', 'method'),
  'Content-Type': valueAndParameters('type'),
  'Content-Disposition': valueAndParameters('disposition'),
  'Session-Expires': valueAndParameters('seconds'),
  'Subscription-State': valueAndParameters('state'),
  Event: valueAndParameters('package'),
  Reason: listOf(valueAndParameters('protocol')),
  'Retry-After': valueAndParameters('seconds'),
  Replaces: valueAndParameters('Call-ID'),
  Authorization: credentials,
  'Proxy-Authorization': credentials,
  'WWW-Authenticate': credentials,
  'Proxy-Authenticate': credentials,
  Allow: tokenList,
  Supported: tokenList,
  Require: tokenList,
  'Proxy-Require': tokenList,
  Unsupported: tokenList,
  Accept: tokenList,
  'Allow-Events': tokenList,
};

/** The parts of a header's value. */
export function headerParts(text: string, name: string, value: Span): readonly OutlineNode[] {
  return DESCRIBE[name as HeaderName]?.(text, value) ?? [];
}
