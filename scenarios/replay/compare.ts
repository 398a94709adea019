import { formatAddress } from '../../stack/core/address.ts';
import { ladderPairs, type LadderPair } from '../golden/differences.ts';
import { semanticMessages, type LadderMessage } from '../golden/semantic-ladder.ts';
import { titleOf } from '../engine/match.ts';
import type { RunMessage } from '../engine/run-trace.ts';
import { runLadder, type RunArrow, type RunLane } from '../report/run-ladder.ts';
import type { LiveAddresses } from './addresses.ts';
import { TARGET_NAME } from './lanes.ts';
import type { ReplayPlan } from './plan.ts';
import { relocated } from './relocate.ts';

/**
 * A row of two ladders side by side. `aside`: depends on time alone (100, what was sent again); `pending`: its turn has not come;
 * `closing`: only leaves nothing open.
 */
export interface ReplayRow {
  /** Position in {@link ReplayPlan.messages}. */
  readonly original: number | undefined;
  /** Position in {@link ReplayComparison.arrows}. */
  readonly replayed: number | undefined;
  readonly difference: LadderPair['difference'] | 'aside' | 'pending' | 'closing';
  readonly sentences: readonly string[];
}

export interface ReplayComparison {
  /** The new ladder: its lanes, those that are no actor all stand for the target. */
  readonly lanes: readonly RunLane[];
  readonly arrows: readonly RunArrow[];
  readonly rows: readonly ReplayRow[];
  /** What differs, a sentence each; none when both mean the same. */
  readonly differences: readonly string[];
}

/** How far a replay is: all of it is compared when it is over. */
export interface Compared {
  readonly plan: ReplayPlan;
  readonly addresses: LiveAddresses;
  readonly messages: readonly RunMessage[];
  /** Messages of the replay before those that only leave nothing open. */
  readonly played: number;
  /** Messages of the original whose turn has come. */
  readonly due: number;
}

/** Both ladders row by row. What differs because sockets, tags and identifiers are others is no difference. */
export function compareReplay({ plan, addresses, messages, played, due }: Compared): ReplayComparison {
  const { lanes, arrows } = runLadder(messages);
  const names = namesOf(plan, addresses, messages);
  const originals = plan.messages.slice(0, due).map(({ source, destination, message }): LadderMessage => ({
    source: formatAddress(addresses.of(source)),
    destination: formatAddress(addresses.of(destination)),
    bytes: relocated(message, addresses),
  }));
  const live = arrows.filter(({ captured }) => captured.index < played);
  const replayed = live.map(({ source, destination, captured: { bytes } }) => ({
    source,
    destination,
    bytes,
  }));
  const [a, b] = [semanticMessages(originals, names), semanticMessages(replayed, names)];
  const pairs = ladderPairs(a, b).map((pair) => ({
    ...pair,
    a: pair.a === undefined ? undefined : a[pair.a]?.index,
    b: pair.b === undefined ? undefined : b[pair.b]?.index,
  }));
  const rows = withAsides(
    pairs,
    { count: originals.length, semantic: new Set(a.map(({ index }) => index)), title: originalTitle(plan) },
    {
      count: live.length,
      semantic: new Set(b.map(({ index }) => index)),
      title: (at) => live[at]?.title ?? '',
    },
  );
  const rest = plan.messages.slice(due).map((_, at): ReplayRow => row(due + at, undefined, 'pending'));
  const closing = arrows.slice(live.length).map((_, at) => row(undefined, live.length + at, 'closing'));
  return {
    lanes,
    arrows,
    rows: [...rows, ...rest, ...closing],
    differences: pairs.flatMap(({ sentences }) => sentences),
  };
}

const originalTitle =
  ({ messages }: ReplayPlan) =>
  (at: number): string => {
    const one = messages[at];
    return one === undefined ? '' : titleOf(one.message);
  };

const row = (
  original: number | undefined,
  replayed: number | undefined,
  difference: ReplayRow['difference'],
): ReplayRow => ({ original, replayed, difference, sentences: [] });

/** Of each end now: the name of the lane that is played there, or that of the target. */
function namesOf(
  { lanes }: ReplayPlan,
  addresses: LiveAddresses,
  messages: readonly RunMessage[],
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { name, address } of lanes) names.set(formatAddress(addresses.of(address)), name);
  names.set(formatAddress(addresses.target), TARGET_NAME);
  for (const { actor, local } of messages) names.set(formatAddress(local), actor);
  for (const { remote } of messages)
    if (!names.has(formatAddress(remote))) names.set(formatAddress(remote), TARGET_NAME);
  return names;
}

interface Side {
  readonly count: number;
  /** Positions that were compared. */
  readonly semantic: ReadonlySet<number>;
  readonly title: (at: number) => string;
}

/** Puts what was not compared where it stood, beside its like where there is one. */
function withAsides(pairs: readonly LadderPair[], a: Side, b: Side): readonly ReplayRow[] {
  const rows: ReplayRow[] = [];
  let [nextA, nextB] = [0, 0];
  const passOver = (untilA: number, untilB: number): void => {
    const left = asides(a, nextA, untilA);
    const right = [...asides(b, nextB, untilB)];
    for (const at of left) {
      const like = right.findIndex((other) => b.title(other) === a.title(at));
      rows.push(row(at, like < 0 ? undefined : right.splice(like, 1)[0], 'aside'));
    }
    for (const at of right) rows.push(row(undefined, at, 'aside'));
    nextA = Math.max(nextA, untilA);
    nextB = Math.max(nextB, untilB);
  };
  for (const { a: original, b: replayed, difference, sentences } of pairs) {
    passOver(original ?? nextA, replayed ?? nextB);
    rows.push({ original, replayed, difference, sentences });
    if (original !== undefined) nextA = Math.max(nextA, original + 1);
    if (replayed !== undefined) nextB = Math.max(nextB, replayed + 1);
  }
  passOver(a.count, b.count);
  return rows;
}

const asides = ({ semantic }: Side, from: number, until: number): readonly number[] =>
  Array.from({ length: Math.max(0, until - from) }, (_, at) => from + at).filter((at) => !semantic.has(at));
