import type { Protocol } from '../../stack/core/address.ts';
import { challenges, credentials } from '../../stack/message/headers/digest.ts';
import { cseq } from '../../stack/message/headers/cseq.ts';
import { toHeader } from '../../stack/message/headers/name-addr.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { octetText } from '../../stack/message/octets.ts';
import { parseMessage } from '../../stack/message/parse.ts';

/** A message of a capture. Lanes are `HOST:PORT`. */
export interface RecordedMessage {
  readonly source: string;
  readonly destination: string;
  readonly protocol: Protocol;
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/** A message that the played lane sent or got, once. */
export interface Crossing {
  readonly message: SipMessage;
  /** The played lane sent it. */
  readonly isOurs: boolean;
  /** The lane at the other end. */
  readonly peer: string;
  /** In the recording; who sent a message comes before who got it. */
  readonly place: number;
  /** Since the message before it on this lane. */
  readonly pauseMs: number;
  readonly callId: string;
  /** Of the request, or of the one that is answered. */
  readonly method: string;
  /** CSeq number. */
  readonly number: number;
  /** Of a response. */
  readonly status: number | undefined;
}

export interface Selection {
  readonly lane: string;
  /** Whom the lane calls first, or talks to most when it calls nobody. */
  readonly target: string;
  readonly protocol: Protocol;
  readonly crossings: readonly Crossing[];
  /** Users whose credentials answered a challenge. */
  readonly authUsers: readonly string[];
  readonly notes: readonly string[];
}

/** Everybody who has sent or got a message, in order of appearance. */
export function lanesOf(messages: readonly RecordedMessage[]): readonly string[] {
  return [...new Set(messages.flatMap(({ source, destination }) => [source, destination]))];
}

/**
 * Who made the first call, or sent the first request where there is none; undefined without a request.
 * @param messages - in order of time.
 */
export function callingLane(messages: readonly RecordedMessage[]): string | undefined {
  const requests = messages.flatMap(({ source, bytes }) => {
    const message = parseMessage(bytes);
    const { startLine } = message;
    if (startLine.kind !== 'request') return [];
    const isCall = startLine.method === 'INVITE' && toHeader(message)?.tag === undefined;
    return [{ source, isCall }];
  });
  return (requests.find(({ isCall }) => isCall) ?? requests[0])?.source;
}

/**
 * What one lane sent and got: without what came twice, 100, and what an actor does by itself (ACK, PRACK, the answer to a challenge).
 * @param recorded - in order of time.
 * @param played - all lanes that are actors.
 */
export function select(
  recorded: readonly RecordedMessage[],
  lane: string,
  played: readonly string[],
): Selection {
  const own = recorded.filter(({ source, destination }) => source === lane || destination === lane);
  const notes: string[] = [];
  const all = crossingsOf(recorded, lane, notes);
  const target = all.find(beginsDialog)?.peer ?? mostFrequent(own.map((one) => peerOf(one, lane)));
  const others = [...new Set(all.map(({ peer }) => peer))].filter(
    (peer) => peer !== target && !played.includes(peer),
  );
  if (others.length > 0)
    notes.push(
      `${lane} also talked to ${others.join(', ')}: the actor sends what begins a dialog to one target.`,
    );
  const { left, authUsers } = withoutChallenges(all);
  return {
    lane,
    target,
    protocol: own[0]?.protocol ?? 'udp',
    crossings: left.filter((crossing) => !isAutomatic(crossing, left)),
    authUsers,
    notes,
  };
}

const peerOf = (
  { source, destination }: Pick<RecordedMessage, 'source' | 'destination'>,
  lane: string,
): string => (source === lane ? destination : source);

/** A request of the lane outside of every dialog that is no registration. */
export const beginsDialog = ({ isOurs, status, method, message }: Crossing): boolean =>
  isOurs &&
  status === undefined &&
  method !== 'REGISTER' &&
  method !== 'CANCEL' &&
  toHeader(message)?.tag === undefined;

function mostFrequent(peers: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const peer of peers) counts.set(peer, (counts.get(peer) ?? 0) + 1);
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), ['', 0] as [string, number])[0];
}

function crossingsOf(
  recorded: readonly RecordedMessage[],
  lane: string,
  notes: string[],
): readonly Crossing[] {
  const seen = new Set<string>();
  const crossings: Crossing[] = [];
  let lastMs: number | undefined;
  let unreadable = 0;
  for (const [at, { source, destination, atMs, bytes }] of recorded.entries()) {
    const isOurs = source === lane;
    if (!isOurs && destination !== lane) continue;
    const pauseMs = atMs - (lastMs ?? atMs);
    lastMs = atMs;
    const key = JSON.stringify([source, destination, octetText(bytes)]);
    if (seen.has(key)) continue;
    seen.add(key);
    const message = parseMessage(bytes);
    const { startLine } = message;
    const sequence = cseq(message);
    const id = callId(message);
    if (startLine.kind === 'invalid' || sequence === undefined || id === undefined) {
      unreadable++;
      continue;
    }
    const isRequest = startLine.kind === 'request';
    crossings.push({
      message,
      isOurs,
      peer: peerOf({ source, destination }, lane),
      place: 2 * at + (isOurs ? 0 : 1),
      pauseMs,
      callId: id,
      method: isRequest ? startLine.method : sequence.method,
      number: sequence.number,
      status: isRequest ? undefined : startLine.status,
    });
  }
  if (unreadable > 0) notes.push(`${unreadable} messages that cannot be read as SIP are left out.`);
  return crossings;
}

/** Whether a response belongs to a request. */
export const answers = (response: Crossing, request: Crossing): boolean =>
  response.status !== undefined &&
  request.status === undefined &&
  response.isOurs !== request.isOurs &&
  response.callId === request.callId &&
  response.number === request.number &&
  response.method === request.method;

/** A request, its challenge and the request again are one `send` of an actor with credentials. @rfc 3261 §22 */
function withoutChallenges(crossings: readonly Crossing[]): {
  readonly left: readonly Crossing[];
  readonly authUsers: readonly string[];
} {
  const dropped = new Set<Crossing>();
  const authUsers = new Set<string>();
  for (const response of crossings) {
    if (response.isOurs || (response.status !== 401 && response.status !== 407)) continue;
    const nonces = noncesOf(response);
    const again = crossings.find(
      (one) =>
        one.isOurs &&
        one.status === undefined &&
        one.method === response.method &&
        one.callId === response.callId &&
        one.number > response.number &&
        credentialsOf(one).some((params) => nonces.has(params.get('nonce') ?? '')),
    );
    if (again === undefined) continue;
    dropped.add(response).add(again);
  }
  for (const one of crossings)
    if (one.isOurs) for (const params of credentialsOf(one)) authUsers.add(params.get('username') ?? '');
  return { left: crossings.filter((one) => !dropped.has(one)), authUsers: [...authUsers] };
}

const noncesOf = ({ message }: Crossing): ReadonlySet<string> =>
  new Set(
    (['WWW-Authenticate', 'Proxy-Authenticate'] as const)
      .flatMap((name) => challenges(message, name))
      .flatMap(({ params }) => params.get('nonce') ?? []),
  );

const credentialsOf = ({ message }: Crossing): readonly ReadonlyMap<string, string>[] =>
  (['Authorization', 'Proxy-Authorization'] as const)
    .flatMap((name) => credentials(message, name))
    .map(({ params }) => params);

/** What an actor does or passes over by itself. */
function isAutomatic(one: Crossing, all: readonly Crossing[]): boolean {
  const { method, status, isOurs, message } = one;
  if (status === 100) return true;
  if (method === 'ACK') return isOurs || !acknowledgesSuccess(one, all);
  if (method === 'PRACK') return status === undefined ? isOurs : !isOurs;
  if (method === 'CANCEL' && isOurs && status !== undefined) return true;
  // The same provisional response again, with another time or tag in it.
  if (isOurs || status === undefined || status >= 200 || message.first('RSeq') !== undefined) return false;
  const before = all.slice(0, all.indexOf(one));
  return before.some((other) => !other.isOurs && other.status === status && isSameTransaction(other, one));
}

/** @rfc 3261 §17.1.1.3: the ACK of any other response belongs to its transaction, and no scenario sees it. */
function acknowledgesSuccess(ack: Crossing, all: readonly Crossing[]): boolean {
  const before = all.slice(0, all.indexOf(ack));
  const isAgain = before.some((one) => !one.isOurs && one.method === 'ACK' && sameCall(one, ack));
  return (
    !isAgain &&
    before.some(
      ({ isOurs, status = 0, method, ...one }) =>
        isOurs &&
        method === 'INVITE' &&
        status >= 200 &&
        status < 300 &&
        one.callId === ack.callId &&
        one.number === ack.number,
    )
  );
}

const sameCall = (a: Crossing, b: Crossing): boolean => a.callId === b.callId && a.number === b.number;

/** Whether two messages from one side belong to one transaction. */
export const isSameTransaction = (a: Crossing, b: Crossing): boolean =>
  sameCall(a, b) && a.method === b.method;
