import type { ReplayComparison } from '../../../scenarios/replay/compare.ts';
import { TARGET_NAME } from '../../../scenarios/replay/lanes.ts';
import { placesOf, type ReplayPlan } from '../../../scenarios/replay/plan.ts';
import type { ReplayArrow } from '../../contract/replay.ts';
import { ladderMessage } from '../ladder-message.ts';

/** The recorded ladder: who is not played is the target. */
export function originalArrows({ lanes, messages }: ReplayPlan): ReplayArrow[] {
  const names = placesOf(lanes);
  const startMs = messages[0]?.atMs ?? 0;
  const nameOf = (place: string): string => names.get(place)?.name ?? TARGET_NAME;
  return messages.map(({ source, destination, atMs, message }) => ({
    from: nameOf(source),
    to: nameOf(destination),
    atMs: atMs - startMs,
    ...ladderMessage(message),
  }));
}

/** The new ladder. */
export function replayedArrows({ lanes, arrows }: ReplayComparison): ReplayArrow[] {
  const nameOf = (at: number): string => (lanes[at]?.isActor === true ? lanes[at].name : TARGET_NAME);
  return arrows.map(({ from, to, atMs, message }) => ({
    from: nameOf(from),
    to: nameOf(to),
    atMs,
    ...ladderMessage(message),
  }));
}
