import { isWord } from './chars.ts';

/** Canonical names of the header fields known to us. The order is the order of the ids; what every message has comes first. */
const NAMES = [
  'Via',
  'From',
  'To',
  'Call-ID',
  'CSeq',
  'Max-Forwards',
  'Contact',
  'Content-Length',
  'Content-Type',
  'Route',
  'Record-Route',
  'Accept',
  'Accept-Contact',
  'Accept-Encoding',
  'Accept-Language',
  'Accept-Resource-Priority',
  'Alert-Info',
  'Allow',
  'Allow-Events',
  'Answer-Mode',
  'Authentication-Info',
  'Authorization',
  'Call-Info',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Date',
  'Diversion',
  'Encryption',
  'Error-Info',
  'Event',
  'Expires',
  'Feature-Caps',
  'Flow-Timer',
  'Geolocation',
  'Geolocation-Error',
  'Geolocation-Routing',
  'Hide',
  'History-Info',
  'Identity',
  'Identity-Info',
  'In-Reply-To',
  'Info-Package',
  'Join',
  'Max-Breadth',
  'MIME-Version',
  'Min-Expires',
  'Min-SE',
  'Organization',
  'P-Access-Network-Info',
  'P-Asserted-Identity',
  'P-Associated-URI',
  'P-Called-Party-ID',
  'P-Charging-Function-Addresses',
  'P-Charging-Vector',
  'P-Early-Media',
  'P-Preferred-Identity',
  'P-Visited-Network-ID',
  'Path',
  'Permission-Missing',
  'Policy-Contact',
  'Policy-ID',
  'Priority',
  'Priv-Answer-Mode',
  'Privacy',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Proxy-Require',
  'RAck',
  'Reason',
  'Recv-Info',
  'Refer-Sub',
  'Refer-To',
  'Referred-By',
  'Reject-Contact',
  'Remote-Party-ID',
  'Replaces',
  'Reply-To',
  'Request-Disposition',
  'Require',
  'Resource-Priority',
  'Response-Key',
  'Retry-After',
  'RSeq',
  'Security-Client',
  'Security-Server',
  'Security-Verify',
  'Server',
  'Service-Route',
  'Session-Expires',
  'Session-ID',
  'SIP-ETag',
  'SIP-If-Match',
  'Subject',
  'Subscription-State',
  'Supported',
  'Suppress-If-Match',
  'Target-Dialog',
  'Timestamp',
  'Trigger-Consent',
  'Unsupported',
  'User-Agent',
  'User-to-User',
  'Warning',
  'WWW-Authenticate',
] as const;

export type HeaderName = (typeof NAMES)[number];

/** All canonical names. */
export const HEADER_NAMES: readonly HeaderName[] = NAMES;

/** One-letter names. @rfc 3261 §7.3.3 and the registry of the extensions */
export const COMPACT_NAMES: Readonly<Record<string, HeaderName>> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
};

/** Id of a name that is none of ours. Known names have ids from 1 on; all ids fit in eight bits. */
export const UNKNOWN_ID = 0;

const IDS = new Map<string, number>(NAMES.map((name, i) => [name, i + 1]));
const LOWER: readonly string[] = ['', ...NAMES.map((name) => name.toLowerCase())];

/** Names longer than this are in no bucket. */
const LONGEST = 31;
/** First name of each bucket (length and first letter), and the next one in the same bucket. */
const HEADS = new Uint8Array((LONGEST + 1) * 32);
const NEXT = new Uint8Array(256);
/** Ids of the one-letter names by letter. */
const COMPACT_IDS = new Uint8Array(32);

function bucketOf(length: number, first: number): number {
  return length * 32 + (first & 31);
}

for (let id = NAMES.length; id >= 1; id--) {
  const lower = LOWER[id] ?? '';
  const bucket = bucketOf(lower.length, lower.charCodeAt(0));
  NEXT[id] = HEADS[bucket] ?? 0;
  HEADS[bucket] = id;
}
for (const [letter, name] of Object.entries(COMPACT_NAMES)) {
  COMPACT_IDS[letter.charCodeAt(0) & 31] = IDS.get(name) ?? 0;
}

/** Id of the name at [start, end), long or compact, in any case: found by length and first letter, then compared. */
export function headerIdAt(text: string, start: number, end: number): number {
  const length = end - start;
  const first = text.charCodeAt(start) | 0x20;
  if (length === 1) return first > 0x60 && first < 0x7b ? (COMPACT_IDS[first & 31] ?? 0) : 0;
  if (length > LONGEST) return 0;
  let id = HEADS[bucketOf(length, first)] ?? 0;
  while (id !== 0 && !isWord(text, start, end, LOWER[id] ?? '')) id = NEXT[id] ?? 0;
  return id;
}

/** Id of a canonical name. */
export function headerId(name: HeaderName): number {
  return IDS.get(name) ?? UNKNOWN_ID;
}

/** Canonical name of an id. */
export function headerNameOf(id: number): HeaderName | undefined {
  return NAMES[id - 1];
}

/** `From` for `f`, `FROM` or `from`; a name we do not know stays as it is. @rfc 3261 §7.3.1, §7.3.3 */
export function canonicalName(raw: string): string {
  return headerNameOf(headerIdAt(raw, 0, raw.length)) ?? raw;
}
