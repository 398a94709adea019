import { contentType } from '../../stack/message/headers/simple.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { decodeText, encodeText, octetText } from '../../stack/message/octets.ts';
import { parseSdp } from '../../stack/sdp/sdp.ts';
import type { Crossing } from './recorded.ts';
import { NAMES_DIALOGS, type Vocabulary } from './vocabulary.ts';

/** What the dialog, the transport and the actor fill in, or what says nothing about the call. */
const FILLED: ReadonlySet<string> = new Set([
  'Via',
  'From',
  'To',
  'Call-ID',
  'CSeq',
  'Contact',
  'Max-Forwards',
  'Content-Length',
  'Route',
  'Record-Route',
  'Authorization',
  'Proxy-Authorization',
  'RAck',
  'RSeq',
  'User-Agent',
  'Server',
  'Date',
  'Timestamp',
]);

/** Headers of a response whose being there is what counts: their values are new each time. */
const PRESENT: readonly string[] = [
  'WWW-Authenticate',
  'Proxy-Authenticate',
  'RSeq',
  'SIP-ETag',
  'Min-Expires',
  'Min-SE',
  'Session-Expires',
  'Unsupported',
  'Retry-After',
];
/** Headers of a request that say what it asks for. */
const EXACT: readonly string[] = ['Event', 'Content-Type'];

/** Fewer hops than any agent begins with. */
const FEW_HOPS = 5;
const SDP = 'application/sdp';

type Content = Record<string, unknown>;

const bodyOf = ({ bytes, body }: SipMessage): string => octetText(bytes, body.start, body.end);

/**
 * What stands beside method or status of a message that is sent: headers, description, body.
 * @param tell - takes what a person should look at.
 */
export function contentOf(one: Crossing, words: Vocabulary, tell: (note: string) => void): Content {
  const { message, method, status } = one;
  const body = bodyOf(message);
  const headers = headersOf(one, words, tell);
  const isExpectedToDescribe =
    method === 'INVITE' && (status === undefined || (status >= 200 && status < 300));
  if (body === '')
    return { ...withHeaders(without(headers, 'Content-Type')), ...(isExpectedToDescribe && { sdp: false }) };
  if (contentType(message) === SDP) {
    const direction = ordinaryDirection(body);
    if (direction !== undefined) {
      const isUsual = direction === 'sendrecv';
      const sdp = !isUsual ? { sdp: direction } : isExpectedToDescribe ? {} : { sdp: true };
      return { ...withHeaders(without(headers, 'Content-Type')), ...sdp };
    }
    tell('the session description is played as it was recorded, with its addresses and keys.');
  }
  const text = decodeText(body);
  if (encodeText(text) !== body) {
    tell('the body is no text and is left out.');
    return withHeaders(without(headers, 'Content-Type'));
  }
  return { ...withHeaders(headers), body: words.say(body) };
}

const withHeaders = (headers: Content): Content => (Object.keys(headers).length === 0 ? {} : { headers });

const without = (headers: Content, name: string): Content =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));

/** Direction of a description with one audio stream that an actor can make itself; undefined for others. */
function ordinaryDirection(body: string): string | undefined {
  const { session, media } = parseSdp(body);
  const [audio, ...more] = media;
  if (audio?.kind !== 'audio' || more.length > 0 || audio.profile !== 'RTP/AVP' || audio.port === 0)
    return undefined;
  const isOnHoldByAddress = [...session, ...audio.lines].some(
    ({ type, value }) => type === 'c' && value.endsWith(' 0.0.0.0'),
  );
  return isOnHoldByAddress ? undefined : audio.direction;
}

function headersOf(one: Crossing, words: Vocabulary, tell: (note: string) => void): Content {
  const { message, method, status } = one;
  const headers: Record<string, string | string[] | null> = {};
  for (const { name, value } of message.headers) {
    if (FILLED.has(name) && !isMeant(name, value, one)) continue;
    if (status !== undefined && name === 'Require' && value === '100rel') continue;
    const namesDialogs = NAMES_DIALOGS.has(name);
    const said = words.say(value, namesDialogs);
    if (name === 'Replaces' && !said.includes('${'))
      tell('Replaces names a dialog that is not among those selected.');
    const before = headers[name];
    headers[name] =
      before === undefined || before === null ? said : [...(Array.isArray(before) ? before : [before]), said];
  }
  if (method === 'REGISTER' && status === undefined && message.first('Contact') === undefined)
    headers['Contact'] = null;
  return headers;
}

/** A header that an actor fills in itself, with a value that is not the usual one. */
const isMeant = (name: string, value: string, one: Crossing): boolean =>
  (name === 'Contact' && isAboutContact(one)) ||
  (name === 'Max-Forwards' && one.status === undefined && Number(value) < FEW_HOPS);

/** Contact says more than where the actor is: a redirection, a binding with parameters. */
function isAboutContact({ method, status, message }: Crossing): boolean {
  if (status !== undefined) return (status >= 300 && status < 400) || method === 'REGISTER';
  const contact = message.first('Contact') ?? '';
  return method === 'REGISTER' && (contact === '*' || />\s*;/.test(contact));
}

/** Parameters such as the id of a subscription, which is the CSeq number of its REFER, are new each time. @rfc 3515 §2.4.6 */
function withoutParameters(value: string): string | { readonly matches: string } {
  const [text = '', ...parameters] = decodeText(value).split(';');
  const escaped = text.trim().replace(/[.*+?^$()|[\]{}\\]/g, '\\$&');
  return parameters.length === 0 ? text.trim() : { matches: `^${escaped} *;` };
}

/** What a message that came is checked for, beside method and status. */
export function checksOf({ message, status }: Crossing): Content {
  const body = bodyOf(message);
  const headers: Content = {};
  for (const { name, value } of message.headers)
    if (status !== undefined && PRESENT.includes(name)) headers[name] = { absent: false };
    else if (status === undefined && EXACT.includes(name)) headers[name] = withoutParameters(value);
  const state = /^(active|pending|terminated)/i.exec(message.first('Subscription-State') ?? '')?.[1];
  if (status === undefined && state !== undefined) headers['Subscription-State'] = { matches: `^${state}` };
  if (status === undefined && message.first('Refer-To') !== undefined)
    headers['Refer-To'] = { absent: false };
  const type = contentType(message);
  if (type === SDP && body !== '') {
    delete headers['Content-Type'];
    const [stream] = parseSdp(body).media;
    return { ...withHeaders(headers), ...(stream !== undefined && { sdp: { direction: stream.direction } }) };
  }
  const told = type === 'message/sipfrag' ? /^SIP\/2\.0 (\d{3})/.exec(body)?.[1] : undefined;
  if (told !== undefined) return { ...withHeaders(headers), body: { matches: `^SIP/2\\.0 ${told}` } };
  const isPlain = type === 'text/plain' && !body.includes('${') && encodeText(decodeText(body)) === body;
  return { ...withHeaders(headers), ...(isPlain && body !== '' && { body }) };
}
