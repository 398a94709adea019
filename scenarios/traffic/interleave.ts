import type { StepMaker } from './steps.ts';

/**
 * Makes the steps of several actors in the order of the recording, so that what one has learned another can say. Where one began something of
 * its own after others had done their part, all of these meet first: run again, the order is the same.
 */
export function interleave(makers: readonly StepMaker[]): void {
  const sinceMeeting = new Set<StepMaker>();
  let last: StepMaker | undefined;
  let done = -1;
  let meetings = 0;
  for (let maker = earliest(makers); maker !== undefined; maker = earliest(makers)) {
    // Who has taken several messages at once is ahead, and must not be waited for.
    if (maker.beginsOfItself && last !== undefined && last !== maker && done < maker.next) {
      const point = `point ${++meetings}`;
      for (const one of sinceMeeting.add(maker)) one.meet(point);
      sinceMeeting.clear();
    }
    done = Math.max(done, maker.advance());
    sinceMeeting.add(maker);
    last = maker;
  }
}

function earliest(makers: readonly StepMaker[]): StepMaker | undefined {
  const open = makers.filter(({ next }) => next < Infinity);
  return open.reduce<StepMaker | undefined>(
    (first, one) => (first === undefined || one.next < first.next ? one : first),
    undefined,
  );
}
