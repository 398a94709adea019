import { cseq } from '../../stack/message/headers/cseq.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { octetText } from '../../stack/message/octets.ts';
import { parseMessage } from '../../stack/message/parse.ts';
import { titleOf } from '../engine/match.ts';
import type { RecordedMessage } from '../traffic/recorded.ts';
import { lanesOf, type ReadMessage, type RecordedLane } from './lanes.ts';

/** One thing that a replay does: a message of a played lane that goes out, or one that has to come. */
export interface ReplayStep {
  readonly kind: 'send' | 'await';
  /** Who sends it, or gets it. */
  readonly lane: RecordedLane;
  /** `HOST:PORT` of the other end as recorded. */
  readonly peer: string;
  readonly message: SipMessage;
  /** Position in {@link ReplayPlan.messages}. */
  readonly at: number;
  /** Since the message before it. */
  readonly pauseMs: number;
  readonly callId: string;
  /** What a request and its responses on one lane have in common, as recorded. */
  readonly transaction: string;
  /** CSeq number. */
  readonly number: number;
  /** Of the request, or of the one that is answered. */
  readonly method: string;
  /** Of a response. */
  readonly status: number | undefined;
}

/** What is played of a recording, in order. */
export interface ReplayPlan {
  readonly lanes: readonly RecordedLane[];
  /** Those whom the target stands for, the one that most was said to first. */
  readonly peers: readonly RecordedLane[];
  readonly steps: readonly ReplayStep[];
  /** The original ladder: everything that the lanes sent and got. */
  readonly messages: readonly ReadMessage[];
  /** What a person should know of it. */
  readonly notes: readonly string[];
}

/** The messages of a recording in order, read. */
const readRecorded = (recorded: readonly RecordedMessage[]): readonly ReadMessage[] =>
  [...recorded].sort((a, b) => a.atMs - b.atMs).map((one) => ({ ...one, message: parseMessage(one.bytes) }));

/** Every end of a recording. */
export const recordedLanes = (recorded: readonly RecordedMessage[]): readonly RecordedLane[] =>
  lanesOf(readRecorded(recorded));

/**
 * What it means to play some lanes of a recording against somebody who stands for all others.
 * @param wanted - names or addresses of the lanes; whoever sent the first request when left out.
 * @returns a sentence when there is nothing to play.
 */
export function planReplay(
  recorded: readonly RecordedMessage[],
  wanted: readonly string[] = [],
): ReplayPlan | string {
  const all = readRecorded(recorded);
  const known = lanesOf(all);
  const first = all.find(({ message }) => message.startLine.kind === 'request');
  if (first === undefined) return 'there is no request in these messages';
  const names = wanted.length === 0 ? [first.source] : wanted;
  const chosen = new Set<RecordedLane>();
  for (const name of names) {
    const lane =
      known.find(({ address, aliases }) => address === name || aliases.includes(name)) ??
      known.find((one) => one.name === name);
    if (lane === undefined)
      return `there is no lane ${name}; the lanes are ${known.map(laneText).join(', ')}`;
    chosen.add(lane);
  }
  const lanes = known.filter((lane) => chosen.has(lane));
  const laneAt = placesOf(lanes);
  const messages = all.filter(({ source, destination }) => laneAt.has(source) || laneAt.has(destination));
  const others = placesOf(known.filter((lane) => !chosen.has(lane)));
  const counts = new Map<RecordedLane, number>();
  for (const { source, destination } of messages) {
    const peer = others.get(source) ?? others.get(destination);
    if (peer !== undefined) counts.set(peer, (counts.get(peer) ?? 0) + 1);
  }
  const peers = [...counts].sort((a, b) => b[1] - a[1]).map(([peer]) => peer);
  if (peers.length === 0) return 'every lane is played: nobody is left for the target to stand for';
  const { steps, unreadable } = stepsOf(messages, laneAt);
  if (!steps.some(({ kind }) => kind === 'send'))
    return `${lanes.map(({ name }) => name).join(' and ')} sent nothing: there is nothing to play`;
  const left = all.length - messages.length;
  return {
    lanes,
    peers,
    steps,
    messages,
    notes: [
      ...(left > 0 ? [`${counted(left, 'message')} of other lanes are not played.`] : []),
      ...(peers.length > 1
        ? [`The target stands for ${peers.map(({ address }) => address).join(' and ')}.`]
        : []),
      ...(unreadable > 0
        ? [`${counted(unreadable, 'message')} that cannot be read are not waited for.`]
        : []),
    ],
  };
}

/** Lanes by every address they have; what one is seen at is no alias of another. */
export const placesOf = (lanes: readonly RecordedLane[]): ReadonlyMap<string, RecordedLane> =>
  new Map([
    ...lanes.flatMap((lane) => lane.aliases.map((alias) => [alias, lane] as const)),
    ...lanes.map((lane) => [lane.address, lane] as const),
  ]);

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const laneText = ({ name, address }: RecordedLane): string =>
  name === address ? address : `${name} (${address})`;

/** A message that came twice is played once; 100 is not waited for: it depends on time alone. */
function stepsOf(
  messages: readonly ReadMessage[],
  laneAt: ReadonlyMap<string, RecordedLane>,
): { readonly steps: readonly ReplayStep[]; readonly unreadable: number } {
  const steps: ReplayStep[] = [];
  const seen = new Set<string>();
  let lastMs = messages[0]?.atMs ?? 0;
  let unreadable = 0;
  for (const [at, { source, destination, atMs, bytes, message }] of messages.entries()) {
    const key = JSON.stringify([source, destination, octetText(bytes)]);
    if (seen.has(key)) continue;
    seen.add(key);
    const { startLine } = message;
    const sequence = cseq(message);
    const id = callId(message) ?? '';
    const status = startLine.kind === 'response' ? startLine.status : undefined;
    const method = startLine.kind === 'request' ? startLine.method : (sequence?.method ?? '');
    const isReadable = startLine.kind !== 'invalid' && sequence !== undefined;
    const about = {
      message,
      at,
      callId: id,
      number: sequence?.number ?? 0,
      method,
      status,
    };
    const pauseMs = Math.max(0, atMs - lastMs);
    lastMs = atMs;
    const [from, to] = [laneAt.get(source), laneAt.get(destination)];
    const transaction = (lane: RecordedLane, isAsker: boolean): string =>
      JSON.stringify([lane.address, isAsker, id, sequence?.number ?? 0, method]);
    if (from !== undefined)
      steps.push({
        kind: 'send',
        lane: from,
        peer: destination,
        pauseMs,
        transaction: transaction(from, status === undefined),
        ...about,
      });
    if (to === undefined || status === 100) continue;
    if (isReadable)
      steps.push({
        kind: 'await',
        lane: to,
        peer: source,
        pauseMs: from === undefined ? pauseMs : 0,
        transaction: transaction(to, status !== undefined),
        ...about,
      });
    else unreadable++;
  }
  return { steps, unreadable };
}

/** `INVITE`, `200 OK (INVITE)` */
export const stepTitle = ({ message }: ReplayStep): string => titleOf(message);
