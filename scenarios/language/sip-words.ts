import { HEADER_NAMES } from '../../stack/message/header-names.ts';
import { reasonPhrase, STATUS_CODES } from '../../stack/message/reason-phrases.ts';

/** What a request of each method asks for. */
export const METHODS: Readonly<Record<string, string>> = {
  INVITE: 'Begins a session or, inside one, changes it. RFC 3261 §13, §14',
  ACK: 'Acknowledges the final response to INVITE; is never answered. RFC 3261 §13.2.2.4, §17.1.1.3',
  BYE: 'Ends a session. RFC 3261 §15',
  CANCEL: 'Gives up a request that has no final response yet. RFC 3261 §9',
  REGISTER: 'Binds an address of record to where a user agent is. RFC 3261 §10',
  OPTIONS: 'Asks what a peer can do, or whether it lives. RFC 3261 §11',
  PRACK: 'Acknowledges a reliable provisional response. RFC 3262',
  SUBSCRIBE: 'Asks to be told of events. RFC 6665',
  NOTIFY: 'Tells of an event to whom subscribed. RFC 6665',
  PUBLISH: 'Publishes the state of an event, such as presence. RFC 3903',
  INFO: 'Carries application data inside a session, such as DTMF. RFC 6086',
  REFER: 'Asks the peer to contact somebody: a transfer. RFC 3515',
  MESSAGE: 'Carries a text by itself. RFC 3428',
  UPDATE: 'Changes a session before or after it is answered, without a new offer to INVITE. RFC 3311',
};

/** What header fields say, those that scenarios are about; the others are known by name. */
const HEADERS: Readonly<Record<string, string>> = {
  Via: 'The way of the request; the response goes back along it. RFC 3261 §20.42',
  From: 'Who sends the request, with the tag of that side. RFC 3261 §20.20',
  To: 'Whom it is for, with the tag of the other side once there is one. RFC 3261 §20.39',
  'Call-ID': 'Names the dialog together with both tags. RFC 3261 §20.8',
  CSeq: 'Number and method: orders the requests of a dialog. RFC 3261 §20.16',
  'Max-Forwards': 'How many hops the request may still take. RFC 3261 §20.22',
  Contact: 'Where the sender is reached directly. RFC 3261 §20.10',
  'Content-Length': 'Octets of the body; must be right on streams. RFC 3261 §20.14',
  'Content-Type': 'What the body is. RFC 3261 §20.15',
  Route: 'Proxies that the request has to visit. RFC 3261 §20.34',
  'Record-Route': 'Proxies that want to stay in the dialog. RFC 3261 §20.30',
  Accept: 'Types of bodies that are understood. RFC 3261 §20.1',
  Allow: 'Methods that are understood. RFC 3261 §20.5',
  'Allow-Events': 'Event packages that are understood. RFC 6665 §8.2.2',
  Authorization: 'Credentials for a user agent or registrar. RFC 3261 §20.7',
  'Proxy-Authorization': 'Credentials for a proxy. RFC 3261 §20.28',
  'WWW-Authenticate': 'The challenge of a 401. RFC 3261 §20.44',
  'Proxy-Authenticate': 'The challenge of a 407. RFC 3261 §20.27',
  'Authentication-Info':
    'The next nonce, and proof that the server knows the password. RFC 8760, RFC 7616 §3.5',
  'Content-Disposition': 'How the body is meant. RFC 3261 §20.11',
  Date: 'When the message was sent. RFC 3261 §20.17',
  Event: 'Package that a subscription or publication is about. RFC 6665 §8.2.1',
  Expires: 'How long something holds, in seconds. RFC 3261 §20.19',
  'Min-Expires': 'The shortest time that is taken, with 423. RFC 3261 §20.23',
  'Min-SE': 'The shortest session interval that is taken, with 422. RFC 4028 §5',
  'Session-Expires': 'Session timer: interval, and who refreshes. RFC 4028 §4',
  Subject: 'What it is about. RFC 3261 §20.36',
  Supported: 'Extensions that the sender understands. RFC 3261 §20.37',
  Require: 'Extensions that the other side must understand. RFC 3261 §20.32',
  'Proxy-Require': 'Extensions that proxies must understand. RFC 3261 §20.29',
  Unsupported: 'Extensions asked for that are not understood, with 420. RFC 3261 §20.40',
  'Retry-After': 'When to try again, in seconds. RFC 3261 §20.33',
  'User-Agent': 'Program of the client. RFC 3261 §20.41',
  Server: 'Program of the server. RFC 3261 §20.35',
  Warning: 'More about the status, with a code. RFC 3261 §20.43',
  RSeq: 'Number of a reliable provisional response. RFC 3262 §7.1',
  RAck: 'Which reliable response a PRACK acknowledges. RFC 3262 §7.2',
  'Refer-To': 'Whom to contact, of a REFER. RFC 3515 §2.1',
  'Referred-By': 'Who asked for it. RFC 3892',
  Replaces: 'The dialog that this one takes the place of. RFC 3891',
  'Subscription-State': 'State of the subscription, of a NOTIFY. RFC 6665 §8.2.3',
  'SIP-ETag': 'Names what was published. RFC 3903 §11.3.1',
  'SIP-If-Match': 'Names what is published anew. RFC 3903 §11.3.2',
  'P-Asserted-Identity': 'Who the sender is, by a network that is trusted. RFC 3325 §9.1',
  'P-Preferred-Identity': 'Which identity to assert. RFC 3325 §9.2',
  Privacy: 'What to keep from others. RFC 3323 §4.2',
  Path: 'Proxies on the way to who registers. RFC 3327',
  'Service-Route': 'Proxies for requests of who has registered. RFC 3608',
  Reason: 'Why a request was sent, such as a BYE or CANCEL. RFC 3326',
  Diversion: 'From whom a call was diverted. RFC 5806',
  'History-Info': 'Whom the request was for before. RFC 7044',
  'Info-Package': 'What an INFO is about. RFC 6086 §7.1',
  'Recv-Info': 'Info packages that are taken. RFC 6086 §7.2',
};

const CLASSES: Readonly<Record<string, string>> = {
  1: 'provisional: the request is being worked on',
  2: 'success',
  3: 'redirection: elsewhere',
  4: 'this server refuses the request as it is',
  5: 'this server cannot, another may',
  6: 'nobody can: no other place is to be tried',
};

/** A header field that is known, in the letters it is written in. */
export const headerNamed = (name: string): string | undefined =>
  HEADER_NAMES.find((known) => known.toLowerCase() === name.toLowerCase());

export const headerDocumentation = (name: string): string => HEADERS[name] ?? 'A header field.';

/** Header fields, those with documentation first. */
export const HEADERS_BY_USE: readonly string[] = [
  ...Object.keys(HEADERS),
  ...HEADER_NAMES.filter((name) => !(name in HEADERS)),
];

/** Registered status codes, and the classes. */
export const STATUSES: readonly string[] = [
  ...STATUS_CODES.map(String),
  ...Object.keys(CLASSES).map((digit) => `${digit}xx`),
];

/** What a status code or a class means; undefined of what is none. */
export function statusDocumentation(status: string): string | undefined {
  const meaning = CLASSES[status.charAt(0)];
  if (meaning === undefined || !/^[1-6](\d\d|xx)$/.test(status)) return undefined;
  return status.endsWith('xx')
    ? `Any ${meaning}.`
    : `${reasonPhrase(Number(status))}: ${meaning}. RFC 3261 §21`;
}
