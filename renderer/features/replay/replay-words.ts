import type { Replay, ReplayArrow, ReplayRow } from '../../../app/contract/replay.ts';
import type { IconName } from '../../ui/icon.tsx';
import { formatNumberOf, formatSeconds, visibleString } from '../wire/index.ts';

interface DifferenceLook {
  /** Between the two ladders. */
  readonly sign: string;
  readonly word: string;
  /** It says that something is not as it was. */
  readonly counts: boolean;
}

export const LOOKS: Readonly<Record<ReplayRow['difference'], DifferenceLook>> = {
  equal: { sign: '', word: 'the same', counts: false },
  aside: { sign: '', word: 'not compared: it depends on time alone', counts: false },
  changed: { sign: '~', word: 'differs', counts: true },
  added: { sign: '+', word: 'is new', counts: true },
  removed: { sign: '\u2212', word: 'did not come again', counts: true },
  moved: { sign: '\u2195', word: 'came at another place', counts: true },
  pending: { sign: '', word: 'not played yet', counts: false },
  closing: { sign: '\u00d7', word: 'sent to leave nothing open', counts: false },
};

/** How a replay stands, in one sentence. */
export function standOf(replay: Replay): {
  readonly text: string;
  readonly icon: IconName;
  readonly tone: string;
} {
  const { state, verdict, differences, held, awaited } = replay;
  if (verdict === undefined) {
    if (state === 'held') return { text: `Held: ${visibleString(held ?? '')}`, icon: 'pause', tone: 'warn' };
    const what = awaited === undefined ? 'Playing' : `Waiting: ${visibleString(awaited)}`;
    return { text: what, icon: 'play', tone: 'acc' };
  }
  const took = `after ${formatSeconds(verdict.tookMs)} s`;
  switch (verdict.outcome) {
    case 'pass':
      return { text: `No differences, ${took}`, icon: 'success', tone: 'ok' };
    case 'fail':
      return {
        text: `${formatNumberOf(differences.length, 'difference')}, ${took}`,
        icon: 'compare',
        tone: 'warn',
      };
    case 'error':
      return { text: `Could not run: ${visibleString(verdict.reason ?? '')}`, icon: 'error', tone: 'err' };
    case 'stopped':
      return { text: `Stopped ${took}`, icon: 'stop', tone: 'dim' };
  }
}

const arrowWords = ({ title, from, to, atMs }: ReplayArrow): string =>
  `${visibleString(title)} from ${visibleString(from)} to ${visibleString(to)} after ${formatSeconds(atMs)} s`;

/** A row for assistive technology. */
export function describeRow(
  { difference, sentences }: ReplayRow,
  original: ReplayArrow | undefined,
  replayed: ReplayArrow | undefined,
): string {
  return [
    original === undefined ? 'not in the recording' : `recorded: ${arrowWords(original)}`,
    replayed === undefined ? 'not now' : `now: ${arrowWords(replayed)}`,
    LOOKS[difference].word,
    ...sentences.map(visibleString),
  ].join(', ');
}
