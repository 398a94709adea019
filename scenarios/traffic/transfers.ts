import { event, subscriptionState } from '../../stack/message/headers/event.ts';
import { answers, type Crossing } from './recorded.ts';

/*
 * Who carries out a transfer tells how it goes by NOTIFY: at once, when it is over, and in between as often as it likes. How often that was is
 * chance, so what is made of a recording asks for the first and the last, and takes what comes in between.
 * @rfc 3515 §2.4.4, §2.4.5
 */

/** What stands before an expectation while a transfer is under way. */
export const PROGRESS = {
  method: 'NOTIFY',
  headers: { Event: { matches: '^refer' }, 'Subscription-State': { matches: '^active' } },
  answer: 200,
} as const;

/** How a NOTIFY that came says that a transfer goes; undefined for other messages. */
export function transferState({
  isOurs,
  method,
  status,
  message,
}: Crossing): 'under way' | 'over' | undefined {
  if (isOurs || status !== undefined || method !== 'NOTIFY') return undefined;
  if (event(message)?.package !== 'refer') return undefined;
  return subscriptionState(message)?.state === 'terminated' ? 'over' : 'under way';
}

/** Without what was told between the first and the last, and the answers to it. */
export function withoutProgress(crossings: readonly Crossing[]): readonly Crossing[] {
  const told = new Set<string>();
  const left: Crossing[] = [];
  let goneMs = 0;
  const gone: Crossing[] = [];
  for (const one of crossings) {
    if (isProgress(one, crossings, told) || gone.some((progress) => answers(one, progress))) {
      gone.push(one);
      goneMs += one.pauseMs;
      continue;
    }
    left.push(goneMs === 0 ? one : { ...one, pauseMs: one.pauseMs + goneMs });
    goneMs = 0;
  }
  return left;
}

function isProgress(one: Crossing, all: readonly Crossing[], told: Set<string>): boolean {
  if (transferState(one) !== 'under way') return false;
  const transfer = `${one.callId} ${event(one.message)?.id ?? ''}`;
  const isFirst = !told.has(transfer);
  told.add(transfer);
  const answer = all.find((other) => answers(other, one))?.status ?? 0;
  return !isFirst && answer >= 200 && answer < 300;
}
