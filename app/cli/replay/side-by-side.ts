import type { ReplayComparison, ReplayRow } from '../../../scenarios/replay/compare.ts';
import { hostOf, TARGET_NAME } from '../../../scenarios/replay/lanes.ts';
import type { ReplayPlan } from '../../../scenarios/replay/plan.ts';
import { titleOf } from '../../../scenarios/engine/match.ts';
import { arrowLabel } from '../../../scenarios/report/run-ladder.ts';
import { carriesSdp } from '../../../stack/message/carries-sdp.ts';
import { decodeText } from '../../../stack/message/octets.ts';
import { harmless } from '../printable.ts';
import type { styleFor, Tone } from '../style.ts';

/*
 *  recorded                                      now
 *  0.000  alice -> target  INVITE [SDP]          0.000  alice -> target  INVITE [SDP]
 *  0.020  alice <- target  180 Ringing (INVITE)  -
 */

const DEFAULT_COLUMNS = 120;
/** A label cut shorter than this says nothing. */
const LEAST_COLUMNS = 60;

export const MARKS: Readonly<Record<ReplayRow['difference'], string>> = {
  equal: ' ',
  aside: ' ',
  changed: '~',
  added: '+',
  removed: '-',
  moved: '^',
  pending: '.',
  closing: 'x',
};

const TONES: Readonly<Partial<Record<ReplayRow['difference'], Tone>>> = {
  aside: 'quiet',
  pending: 'quiet',
  closing: 'quiet',
  changed: 'warning',
  moved: 'warning',
  added: 'bad',
  removed: 'bad',
};

/** Both ladders, a line for each row, and what the marks between them mean. */
export function sideBySide(
  plan: ReplayPlan,
  { rows, lanes, arrows }: ReplayComparison,
  columns: number | undefined,
  style: ReturnType<typeof styleFor>,
): readonly string[] {
  const width = Math.floor((Math.max(LEAST_COLUMNS, columns ?? DEFAULT_COLUMNS) - 5) / 2);
  const names = new Map(
    plan.lanes.flatMap(({ name, address, aliases }) =>
      [address, ...aliases].map((place) => [place, name] as const),
    ),
  );
  const startMs = plan.messages[0]?.atMs ?? 0;
  const original = (at: number): string => {
    const one = plan.messages[at];
    if (one === undefined) return '';
    const { source, destination, atMs, message } = one;
    const [from, to] = [source, destination].map((place) => names.get(place) ?? TARGET_NAME);
    const title = decodeText(titleOf(message));
    const label = arrowLabel({ title, hasSdp: carriesSdp(message), isAgain: false });
    return cell(atMs - startMs, from ?? '', to ?? '', label);
  };
  const replayed = (at: number): string => {
    const arrow = arrows[at];
    if (arrow === undefined) return '';
    const [from, to] = [arrow.from, arrow.to].map((at) =>
      lanes[at]?.isActor === true ? lanes[at].name : TARGET_NAME,
    );
    return cell(arrow.atMs, from ?? '', to ?? '', arrowLabel(arrow));
  };
  const line = (row: ReplayRow): string => {
    const left = row.original === undefined ? '' : original(row.original);
    const right = row.replayed === undefined ? '' : replayed(row.replayed);
    const text = `${fitted(left, width)}  ${MARKS[row.difference]}  ${fitted(right, width).trimEnd()}`;
    return style(text.trimEnd(), TONES[row.difference]);
  };
  const used = new Set(rows.map(({ difference }) => difference));
  const legend = LEGEND.filter(([difference]) => used.has(difference)).map(
    ([difference, words]) => `${MARKS[difference]} ${words}`,
  );
  return [
    style(`${'recorded'.padEnd(width + 5)}now`, 'strong'),
    ...rows.map(line),
    ...(legend.length > 0 ? [style(legend.join(', '), 'quiet')] : []),
  ];
}

const LEGEND: readonly (readonly [ReplayRow['difference'], string])[] = [
  ['changed', 'differs'],
  ['removed', 'did not come again'],
  ['added', 'is new'],
  ['moved', 'came at another place'],
  ['pending', 'was not played'],
  ['closing', 'sent to leave nothing open'],
];

const cell = (atMs: number, from: string, to: string, label: string): string =>
  harmless(`${(atMs / 1000).toFixed(3).padStart(8)}  ${short(from)} -> ${short(to)}  ${label}`);

/** The port of an address tells lanes apart. */
const short = (name: string): string =>
  name.length > 24 ? `${hostOf(name).slice(0, 17)}\u2026${name.slice(-6)}` : name;

const fitted = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}\u2026` : text.padEnd(width);
