import { DASH } from './chars.ts';
import { toBytes } from './octets.ts';

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
  'Content-ID',
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
  'P-Answer-State',
  'P-Asserted-Identity',
  'P-Asserted-Service',
  'P-Associated-URI',
  'P-Called-Party-ID',
  'P-Charge-Info',
  'P-Charging-Function-Addresses',
  'P-Charging-Vector',
  'P-Early-Media',
  'P-Media-Authorization',
  'P-Preferred-Identity',
  'P-Preferred-Service',
  'P-Private-Network-Indication',
  'P-Profile-Key',
  'P-Refused-URI-List',
  'P-Served-User',
  'P-User-Database',
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
  'Refer-Events-At',
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
  'Response-Source',
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
/** Ids by the long and the compact names in lower case. */
const LOWER_IDS = new Map<string, number>(NAMES.map((name, i) => [name.toLowerCase(), i + 1]));
for (const [letter, name] of Object.entries(COMPACT_NAMES))
  LOWER_IDS.set(letter, IDS.get(name) ?? UNKNOWN_ID);

/*
 * The names as a trie in flat tables, so that reading a name and knowing it is one walk: the letters and the dash have a symbol each
 * (all else is 0), and `NEXT_STATES[state * 32 + symbol]` is the state after that symbol. State 0 is "no name of ours", state 1 the start.
 */
const SYMBOLS = new Uint8Array(256);
for (let letter = 1; letter <= 26; letter++) {
  SYMBOLS[0x40 + letter] = letter;
  SYMBOLS[0x60 + letter] = letter;
}
const DASH_SYMBOL = 27;
SYMBOLS[DASH] = DASH_SYMBOL;

const { nextStates: NEXT_STATES, stateIds: STATE_IDS } = buildTrie();

function buildTrie(): { readonly nextStates: Uint16Array; readonly stateIds: Uint8Array } {
  const next: number[] = new Array<number>(64).fill(0);
  const ids: number[] = [0, 0];
  for (const [name, id] of LOWER_IDS) {
    let state = 1;
    for (const octet of toBytes(name)) {
      const entry = state * 32 + (SYMBOLS[octet] ?? 0);
      state = next[entry] ?? 0;
      if (state === 0) {
        state = ids.length;
        next[entry] = state;
        next.push(...new Array<number>(32).fill(0));
        ids.push(0);
      }
    }
    ids[state] = id;
  }
  return { nextStates: Uint16Array.from(next), stateIds: Uint8Array.from(ids) };
}

/** Result of {@link readName}. */
export interface NameReading {
  /** Id of the name when it is one of ours. */
  id: number;
  /** Position of the first octet that is neither letter nor dash. */
  end: number;
}

/** Walks over the letters and dashes at `pos`, long or compact name, in any case; writes the result into `reading`. */
export function readName(bytes: Uint8Array, pos: number, reading: NameReading): void {
  let state = 1;
  let symbol = SYMBOLS[bytes[pos] ?? 0] ?? 0;
  while (symbol !== 0) {
    state = NEXT_STATES[state * 32 + symbol] ?? 0;
    symbol = SYMBOLS[bytes[++pos] ?? 0] ?? 0;
  }
  reading.id = STATE_IDS[state] ?? UNKNOWN_ID;
  reading.end = pos;
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
  return headerNameOf(LOWER_IDS.get(raw.toLowerCase()) ?? UNKNOWN_ID) ?? raw;
}
