import { formatAddress } from '../../stack/core/address.ts';
import { carriesSdp } from '../../stack/message/carries-sdp.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { decodeText, octetText } from '../../stack/message/octets.ts';
import { parseMessage } from '../../stack/message/parse.ts';
import { titleOf } from '../engine/match.ts';
import type { RunMessage } from '../engine/run-trace.ts';
import type { StepResult } from '../engine/verdict.ts';

/** One end of a ladder: an actor with all its addresses, or a peer. */
export interface RunLane {
  /** Of an actor its name, of a peer its address. */
  readonly name: string;
  /** `HOST:PORT` where it was first seen. */
  readonly address: string;
  readonly isActor: boolean;
}

/** A message between two lanes. What one actor sent and another got is one arrow. */
export interface RunArrow {
  /** Position among the arrows, from 0. */
  readonly index: number;
  /** Since the run began. */
  readonly atMs: number;
  /** Positions of lanes. */
  readonly from: number;
  readonly to: number;
  readonly title: string;
  readonly kind: 'request' | 'response' | 'invalid';
  readonly status: number | undefined;
  readonly hasSdp: boolean;
  /** The same octets went this way before. */
  readonly isAgain: boolean;
  /** Steps that sent or took it. */
  readonly steps: readonly { readonly actor: string; readonly stepId: string }[];
  /** As it crossed the first socket. */
  readonly captured: RunMessage;
  readonly source: string;
  readonly destination: string;
  readonly message: SipMessage;
  /** Whole message for people to read: UTF-8 decoded, all else as U+FFFD. */
  readonly text: string;
}

export interface RunLadder {
  readonly lanes: readonly RunLane[];
  readonly arrows: readonly RunArrow[];
}

type Step = RunArrow['steps'][number];

/** The ladder of a run: its actors and whom they talked to, in order of appearance. */
export function runLadder(messages: readonly RunMessage[]): RunLadder {
  const actors = new Map(messages.map(({ local, actor }) => [formatAddress(local), actor]));
  const lanes: RunLane[] = [];
  const laneOf = (address: string): number => {
    const actor = actors.get(address);
    const name = actor ?? address;
    const known = lanes.findIndex((lane) => lane.name === name && lane.isActor === (actor !== undefined));
    return known >= 0 ? known : lanes.push({ name, address, isActor: actor !== undefined }) - 1;
  };
  const arrows: (RunArrow & { readonly steps: Step[] })[] = [];
  const seen = new Set<string>();
  /** What has left an actor and may arrive at another. */
  const onTheWay = new Map<string, (typeof arrows)[number][]>();
  for (const captured of messages) {
    const { actor, direction, local, remote, bytes, atMs, stepId } = captured;
    const [source, destination] = (direction === 'out' ? [local, remote] : [remote, local]).map(
      formatAddress,
    ) as [string, string];
    const octets = octetText(bytes);
    const key = `${source} ${destination} ${octets}`;
    const steps = stepId === undefined ? [] : [{ actor, stepId }];
    const sent = direction === 'in' ? onTheWay.get(key)?.shift() : undefined;
    if (sent !== undefined) {
      sent.steps.push(...steps);
      continue;
    }
    const message = parseMessage(bytes);
    const { startLine } = message;
    const arrow = {
      index: arrows.length,
      atMs,
      from: laneOf(source),
      to: laneOf(destination),
      title: decodeText(titleOf(message)),
      kind: startLine.kind,
      status: startLine.kind === 'response' ? startLine.status : undefined,
      hasSdp: carriesSdp(message),
      isAgain: seen.has(key),
      steps,
      captured,
      source,
      destination,
      message,
      text: decodeText(octets),
    };
    seen.add(key);
    arrows.push(arrow);
    if (direction === 'out') onTheWay.set(key, [...(onTheWay.get(key) ?? []), arrow]);
  }
  return { lanes, arrows };
}

/** Steps that failed on a message: the last one that they took. */
export const failuresOf = (
  steps: readonly StepResult[],
  { arrows }: RunLadder,
): ReadonlyMap<StepResult, RunArrow> =>
  new Map(
    steps.flatMap((result) => {
      const { actor, step, outcome } = result;
      if (outcome !== 'fail') return [];
      const taken = arrows.filter((arrow) =>
        arrow.steps.some((one) => one.actor === actor && one.stepId === step.id),
      );
      return taken.slice(-1).map((arrow) => [result, arrow] as const);
    }),
  );

/** The words on an arrow: `INVITE [SDP]`, `200 OK (INVITE) [again]`. */
export function arrowLabel({
  title,
  hasSdp,
  isAgain,
}: Pick<RunArrow, 'title' | 'hasSdp' | 'isAgain'>): string {
  const badges = [...(hasSdp ? ['SDP'] : []), ...(isAgain ? ['again'] : [])];
  return badges.length === 0 ? title : `${title} [${badges.join(', ')}]`;
}

/** A line for each arrow: `  0.004 s  alice -> 127.0.0.1:5060  INVITE [SDP]`. */
export function ladderLines({ lanes, arrows }: RunLadder): readonly string[] {
  const name = (lane: number): string => lanes[lane]?.name ?? '';
  return arrows.map(
    (arrow) =>
      `${(arrow.atMs / 1000).toFixed(3).padStart(9)} s  ${name(arrow.from)} -> ${name(arrow.to)}  ${arrowLabel(arrow)}`,
  );
}
