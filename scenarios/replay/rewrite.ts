import { formatAddress, type Address, type Protocol } from '../../stack/core/address.ts';
import { fromHeader, toHeader } from '../../stack/message/headers/name-addr.ts';
import { contentLength } from '../../stack/message/headers/simple.ts';
import { topVia, topViaValue, vias } from '../../stack/message/headers/via.ts';
import type { HeaderField, SipMessage } from '../../stack/message/message.ts';
import { octetText } from '../../stack/message/octets.ts';
import { asParsed } from '../../stack/message/parsed-message.ts';
import { filledVia } from '../../stack/message/response.ts';
import type { LiveAddresses } from './addresses.ts';
import type { Bindings } from './bindings.ts';
import { edited, type OctetEdit } from './octet-edits.ts';
import { growth, relocatedBody, relocatedValue } from './relocate.ts';

/** What a recorded message is to become. */
export interface Rewrite {
  readonly message: SipMessage;
  /** Address of the lane that sends it, as recorded. */
  readonly lane: string;
  /** Where that lane is now, and how it talks. */
  readonly local: Address;
  readonly protocol: Protocol;
  readonly bindings: Bindings;
  readonly addresses: LiveAddresses;
  readonly recordedCallId: string;
  /** It belongs to the transaction of another request. */
  readonly isCompanion: boolean;
  /** Lines in place of those that answered challenges; as recorded when left out. */
  readonly credentials?: readonly (readonly [name: string, value: string])[] | undefined;
  /** Of a response: the request it answers, as recorded and as it came. */
  readonly answered?:
    { readonly recorded: SipMessage; readonly live: SipMessage; readonly from: Address } | undefined;
}

const CREDENTIALS: ReadonlySet<string> = new Set(['Authorization', 'Proxy-Authorization']);
/** What a response repeats of its request. @rfc 3261 §8.2.6.2, §12.1.1 */
const REPEATED: ReadonlySet<string> = new Set(['Record-Route', 'From', 'Call-ID', 'CSeq', 'Timestamp']);

/**
 * A recorded message as octet text for a live peer: what has to follow the peer and the sockets of now is replaced where it stands, all else
 * stays octet by octet.
 */
export function rewritten(what: Rewrite): string {
  const { message } = what;
  const text = octetText(message.bytes);
  if (message.startLine.kind === 'invalid') return text;
  const body = relocatedBody(message, what.addresses);
  const grown = growth(body);
  return edited(text, [
    ...startLineEdits(what, text),
    ...message.headers.flatMap((field) => headerEdits(what, field, text, grown)),
    ...routeEdits(what),
    ...credentialEdits(what),
    ...body,
  ]);
}

const isRequest = ({ message }: Rewrite): boolean => message.startLine.kind === 'request';

function startLineEdits({ message, bindings, addresses }: Rewrite, text: string): readonly OctetEdit[] {
  const { startLine } = message;
  if (startLine.kind !== 'request') return [];
  const start = text.indexOf(startLine.uri, startLine.method.length);
  const now = bindings.contact(startLine.uri) ?? addresses.readdressed(startLine.uri);
  return start < 0 ? [] : [{ start, end: start + startLine.uri.length, text: now }];
}

/** Edits of one header line. @param grown - how many octets longer the body has become. */
function headerEdits(what: Rewrite, field: HeaderField, text: string, grown: number): readonly OctetEdit[] {
  const { name, valueSpan } = field;
  const value = (now: string): readonly OctetEdit[] => [{ ...valueSpan, text: now }];
  const repeated = repeatedEdits(what, field);
  if (repeated !== undefined) return repeated;
  const { message, lane, bindings, addresses, recordedCallId } = what;
  const old = text.slice(valueSpan.start, valueSpan.end);
  switch (name) {
    case 'Via':
      return isRequest(what) ? viaEdits(what, field) : [];
    case 'From':
    case 'To': {
      const header = name === 'From' ? fromHeader(message) : toHeader(message);
      const isOwn = (name === 'From') === isRequest(what);
      return value(retagged(addresses.readdressed(old), header?.tag, isOwn, bindings));
    }
    case 'Call-ID':
      return value(bindings.callId(recordedCallId));
    case 'CSeq':
      return value(
        old.replace(/^\d+/, (number) => String(Number(number) + bindings.offset(lane, recordedCallId))),
      );
    case 'RAck':
      return value(
        old.replace(/^(\d+)(\s+)(\d+)/, (_, number: string, gap: string, sequence: string) => {
          const now = Number(sequence) + bindings.offset(lane, recordedCallId);
          return `${bindings.rseq(recordedCallId, number)}${gap}${now}`;
        }),
      );
    case 'Route':
      return hasOtherRoute(what)
        ? [lineOf(what, field)]
        : value(addresses.readdressed(bindings.rerouted(old)));
    case 'Content-Length':
      return grown !== 0 && contentLength(message) !== undefined ? value(String(Number(old) + grown)) : [];
    default:
      if (CREDENTIALS.has(name)) return what.credentials === undefined ? [] : [lineOf(what, field)];
      return value(relocatedValue(name, bindings.renamed(old), addresses));
  }
}

const retagged = (value: string, tag: string | undefined, isOwn: boolean, bindings: Bindings): string =>
  tag === undefined || tag === ''
    ? value
    : value.replace(
        new RegExp(`(;\\s*tag\\s*=\\s*)${tag.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![^;\\s])`, 'i'),
        (_, before: string) => before + (isOwn ? bindings.ownTag(tag) : bindings.peerTag(tag)),
      );

/** What stands in a response as it stood in the request stands there as it stands in the live one. */
function repeatedEdits(what: Rewrite, field: HeaderField): readonly OctetEdit[] | undefined {
  const { message, answered, bindings } = what;
  if (answered === undefined) return undefined;
  const { recorded, live, from } = answered;
  const { name, value, valueSpan } = field;
  const isFirst = message.headers.find((one) => one.name === name) === field;
  if (name === 'Via') {
    if (!isFirst) return [lineOf(what, field)];
    const parsed = asParsed(live);
    const top = topViaValue(parsed);
    // Whoever said nothing of where the request came from says nothing now.
    const fills = topVia(message)?.text !== topVia(recorded)?.text;
    const lines = vias(live).map((via, at) =>
      at === 0 && fills && top !== undefined ? filledVia(top, from) : via.text,
    );
    return [{ ...valueSpan, text: lines.join(`\r\n${field.rawName}: `) }];
  }
  const before = recorded.headers.filter((one) => one.name === name).map((one) => one.value);
  const now = live.headers.filter((one) => one.name === name).map((one) => one.value);
  if (name === 'To') {
    const [old, fresh] = [before[0] ?? '', now[0] ?? ''];
    const own = toHeader(message)?.tag;
    if (old === '' || fresh === '' || !value.startsWith(old)) return undefined;
    return [{ ...valueSpan, text: fresh + retagged(value.slice(old.length), own, true, bindings) }];
  }
  if (!REPEATED.has(name) || !before.includes(value)) return undefined;
  if (name !== 'Record-Route') return [{ ...valueSpan, text: now[0] ?? value }];
  if (!isFirst) return [lineOf(what, field)];
  return now.length === 0
    ? [lineOf(what, field)]
    : [{ ...valueSpan, text: now.join(`\r\n${field.rawName}: `) }];
}

/** Takes out a whole line. */
function lineOf({ message }: Rewrite, { span }: HeaderField): OctetEdit {
  const text = octetText(message.bytes, span.end, span.end + 2);
  return { start: span.start, end: span.end + (text.startsWith('\r\n') ? 2 : 1), text: '' };
}

/** The top Via is of the socket of now, with a branch of its own; those below are of whoever sent it before. */
function viaEdits(
  { message, local, protocol, bindings, addresses }: Rewrite,
  field: HeaderField,
): readonly OctetEdit[] {
  const top = topViaValue(asParsed(message));
  const { start, end } = field.valueSpan;
  return vias(message).flatMap((via): OctetEdit[] => {
    if (via.span.start < start || via.span.end > end) return [];
    if (top === undefined || via.span.start !== top.start)
      return [{ ...via.span, text: relocatedValue('Via', via.text, addresses) }];
    const branch: OctetEdit[] =
      top.branch === undefined
        ? []
        : [{ start: top.branchStart, end: top.branchEnd, text: bindings.ownBranch(top.branch) }];
    return [
      { start: top.protocolStart, end: top.protocolEnd, text: protocol.toUpperCase() },
      { start: top.protocolEnd, end: top.paramsStart, text: ` ${formatAddress(local)}` },
      ...branch,
    ];
  });
}

/**
 * In a dialog whose route has not as many places as the recorded one, the route of now counts. What goes the way of its INVITE, CANCEL and
 * the ACK of a refusal, has the branch of it.
 * @rfc 3261 §12.2.1.1, §17.1.1.3
 */
function hasOtherRoute({ message, bindings, lane, recordedCallId, isCompanion }: Rewrite): boolean {
  return (
    message.startLine.kind === 'request' &&
    !isCompanion &&
    toHeader(message)?.tag !== undefined &&
    bindings.otherRoutes(lane, recordedCallId) !== undefined
  );
}

function routeEdits(what: Rewrite): readonly OctetEdit[] {
  if (!hasOtherRoute(what)) return [];
  const { message, bindings, lane, recordedCallId } = what;
  const routes = bindings.otherRoutes(lane, recordedCallId) ?? [];
  return before(message, 'Route', routes.map((route) => `Route: ${route}\r\n`).join(''));
}

function credentialEdits({ message, credentials = [] }: Rewrite): readonly OctetEdit[] {
  return before(
    message,
    'Authorization',
    credentials.map(([name, value]) => `${name}: ${value}\r\n`).join(''),
  );
}

/** Lines that stand where a header of that name stood, or behind the last Via. */
function before({ headers }: SipMessage, name: string, lines: string): readonly OctetEdit[] {
  if (lines === '') return [];
  const there = headers.find((field) => field.name === name);
  const place = there?.span.start ?? headers.find((field) => field.name !== 'Via')?.span.start;
  return place === undefined ? [] : [{ start: place, end: place, text: lines }];
}
