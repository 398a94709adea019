import type { HeaderName } from '../header-names.ts';
import type { Span } from '../message.ts';
import { type OutlineNode, part } from './node.ts';
import {
  credentials,
  nameAddr,
  parameter,
  valueAndParameters,
  viaParts,
  warningParts,
  words,
} from './pieces.ts';
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

/** What the headers of one form have in common, and the label of what stands first. */
const NAME_ADDRS = ['From', 'To', 'Reply-To', 'Refer-To', 'Referred-By', 'P-Called-Party-ID'] as const;
const NAME_ADDR_LISTS = [
  'Contact',
  'Route',
  'Record-Route',
  'Path',
  'Service-Route',
  'P-Asserted-Identity',
  'P-Preferred-Identity',
  'P-Associated-URI',
  'Remote-Party-ID',
  'Diversion',
  'History-Info',
  'Alert-Info',
  'Call-Info',
  'Error-Info',
  'Geolocation',
] as const;
const TOKEN_LISTS = [
  'Allow',
  'Allow-Events',
  'Supported',
  'Require',
  'Proxy-Require',
  'Unsupported',
  'In-Reply-To',
  'Content-Encoding',
  'Content-Language',
  'Request-Disposition',
  'Resource-Priority',
  'Accept-Resource-Priority',
] as const;
const CREDENTIALS = [
  'Authorization',
  'Proxy-Authorization',
  'WWW-Authenticate',
  'Proxy-Authenticate',
] as const;
const VALUES = {
  'Content-Type': 'type',
  'Content-Disposition': 'disposition',
  'Session-Expires': 'seconds',
  'Min-SE': 'seconds',
  'Subscription-State': 'state',
  Event: 'package',
  'Retry-After': 'seconds',
  Replaces: 'Call-ID',
  Join: 'Call-ID',
  'Target-Dialog': 'Call-ID',
  'Refer-Sub': 'subscribe',
  'Session-ID': 'local',
  'Info-Package': 'package',
  'Geolocation-Routing': 'allowed',
  'Geolocation-Error': 'code',
  'Identity-Info': 'certificate',
  'P-Access-Network-Info': 'access type',
} as const;
const VALUE_LISTS = {
  Reason: 'protocol',
  Accept: 'type',
  'Accept-Encoding': 'encoding',
  'Accept-Language': 'language',
  'Recv-Info': 'package',
  'Security-Client': 'mechanism',
  'Security-Server': 'mechanism',
  'Security-Verify': 'mechanism',
  'Accept-Contact': 'target',
  'Reject-Contact': 'target',
  'User-to-User': 'data',
  Identity: 'signature',
} as const;

const all = (names: readonly HeaderName[], describe: Describe): [HeaderName, Describe][] =>
  names.map((name) => [name, describe]);
const labelled = (
  labels: Readonly<Partial<Record<HeaderName, string>>>,
  make: (label: string) => Describe,
): [HeaderName, Describe][] =>
  Object.entries(labels).map(([name, label]) => [name as HeaderName, make(label)]);

/** How each known header is taken apart; all others are one value. */
const DESCRIBE: ReadonlyMap<string, Describe> = new Map<string, Describe>([
  ...all(NAME_ADDRS, nameAddr),
  ...all(NAME_ADDR_LISTS, listOf(nameAddr)),
  ...all(TOKEN_LISTS, tokenList),
  ...all(CREDENTIALS, credentials),
  ...labelled(VALUES, valueAndParameters),
  ...labelled(VALUE_LISTS, (label) => listOf(valueAndParameters(label))),
  ['Via', listOf(viaParts)],
  ['CSeq', words('number', 'method')],
  ['RAck', words('response number', 'CSeq number', 'method')],
  ['Timestamp', words('sent', 'delay')],
  ['Warning', listOf(warningParts)],
  ['Privacy', (text, span) => splitAt(text, span, ';').map((value, i) => part(text, `${i + 1}`, value))],
  ['Authentication-Info', (text, span) => splitAt(text, span, ',').map((piece) => parameter(text, piece))],
]);

/** The parts of a header's value. */
export function headerParts(text: string, name: string, value: Span): readonly OutlineNode[] {
  return DESCRIBE.get(name)?.(text, value) ?? [];
}
