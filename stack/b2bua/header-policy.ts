import type { HeaderLine } from '../agent/header-line.ts';
import { formatHost } from '../core/address.ts';
import { canonicalName } from '../message/header-names.ts';
import type { SipMessage } from '../message/message.ts';

/** A message on its way from one leg to the other. */
export interface Crossing {
  /** The leg it is going to. */
  readonly to: 'caller' | 'callee';
  /** Method of the request, or of the one that a response answers. */
  readonly method: string;
  /** Our address on the leg of the request. */
  readonly localHost: string;
}

/** What becomes of a header line; a function gives the value on the other leg, or undefined to leave the line out. */
export type HeaderAction = 'copy' | 'drop' | ((value: string, crossing: Crossing) => string | undefined);

/** Which header lines cross from one leg to the other. */
export interface HeaderPolicy {
  /** By header name; what is left out is as in {@link DEFAULT_RULES}. Names in {@link OWN} never cross, whatever stands here. */
  readonly rules?: Readonly<Record<string, HeaderAction>>;
  /** Headers that no rule names; dropped when left out, except those that begin with `X-`. */
  readonly others?: HeaderAction;
  /**
   * URIs of From and To on the callee's leg: `hide` (the default) shows hosts that are names as they are and our own address in place of an
   * IP address; `copy` shows all as they are; `own` shows the user with our address always.
   */
  readonly identities?: 'hide' | 'copy' | 'own';
}

/** What makes a leg a leg, and what each leg says for itself. @rfc 7092 §3.1.2, §3.2 */
const OWN: ReadonlySet<string> = new Set(
  [
    ['Via', 'Route', 'Record-Route', 'Path', 'Service-Route', 'Contact', 'Call-ID', 'CSeq', 'From', 'To'],
    ['Max-Forwards', 'Authorization', 'Proxy-Authorization', 'WWW-Authenticate', 'Proxy-Authenticate'],
    [
      'Authentication-Info',
      'Proxy-Authentication-Info',
      'Content-Length',
      'Content-Type',
      'Allow',
      'Supported',
    ],
    ['Require', 'Proxy-Require', 'RSeq', 'RAck', 'Session-Expires', 'Min-SE', 'Timestamp', 'User-Agent'],
    ['Server', 'Replaces', 'Join', 'Target-Dialog', 'Security-Client', 'Security-Server', 'Security-Verify'],
  ].flat(),
);

const COPIED: readonly string[] = [
  // Who calls whom, and why.
  [
    'Subject',
    'Priority',
    'Organization',
    'Privacy',
    'P-Asserted-Identity',
    'P-Preferred-Identity',
    'Identity',
  ],
  [
    'Date',
    'Session-ID',
    'Diversion',
    'History-Info',
    'User-to-User',
    'Referred-By',
    'Reply-To',
    'Geolocation',
  ],
  ['Geolocation-Routing', 'Geolocation-Error', 'Resource-Priority', 'Alert-Info', 'Call-Info', 'Reason'],
  // What is wanted.
  ['Accept-Contact', 'Reject-Contact', 'Request-Disposition', 'Accept-Language', 'Answer-Mode', 'Expires'],
  ['Priv-Answer-Mode', 'Recv-Info', 'P-Early-Media'],
  // What a refusal says.
  ['Retry-After', 'Error-Info', 'Unsupported', 'Allow-Events'],
  // What belongs to a body or to the method.
  [
    'Content-Disposition',
    'Content-Encoding',
    'Content-Language',
    'Content-ID',
    'MIME-Version',
    'Info-Package',
  ],
  ['Event', 'Subscription-State', 'Refer-To', 'Refer-Sub'],
].flat();

/** The warning stays, and the host that gave it is ours. @rfc 3261 §20.43 */
const warned = (value: string, { localHost }: Crossing): string =>
  value.replace(/^(\d{3}\s+)\S+/, (_all, code: string) => `${code}${formatHost(localHost)}`);

/** The table of headers that cross; each can be overruled by {@link HeaderPolicy.rules}. @rfc 7092 §3.2, RFC 7989 §6, RFC 7433 §3 */
export const DEFAULT_RULES: ReadonlyMap<string, HeaderAction> = new Map<string, HeaderAction>([
  ...COPIED.map((name) => [name, 'copy'] as const),
  ['Warning', warned],
]);

/** The header lines of a message that cross to the other leg, in their order. */
export function crossingLines(
  message: SipMessage,
  policy: HeaderPolicy,
  crossing: Crossing,
): readonly HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (const { name, value } of message.headers) {
    const action = OWN.has(name) ? 'drop' : actionFor(name, policy);
    const crossed =
      typeof action === 'function' ? action(value, crossing) : action === 'copy' ? value : undefined;
    if (crossed !== undefined) lines.push([name, crossed]);
  }
  return lines;
}

function actionFor(name: string, { rules = {}, others }: HeaderPolicy): HeaderAction {
  const given = Object.entries(rules).find(
    ([key]) => canonicalName(key).toLowerCase() === name.toLowerCase(),
  );
  if (given !== undefined) return given[1];
  return DEFAULT_RULES.get(name) ?? others ?? (/^x-/i.test(name) ? 'copy' : 'drop');
}
