import type { LoadRun, LoadSecond } from '../../../app/contract/load.ts';
import { formatCount } from '../wire/index.ts';

/*
 * The six charts of a run: which lines each has, and what they say in words. One point a second.
 */

/** Colours by token; a line differs from its neighbours by its dashes too. */
export interface ChartLine {
  readonly label: string;
  /** Name of a token: `--m-invite`. */
  readonly color: string;
  readonly dash?: readonly number[];
  /** What is below it: a light tint, the colour itself, or hatched. */
  readonly fill?: 'tint' | 'solid' | 'hatched';
  /** Has a scale of its own, at the right edge. */
  readonly isAside?: boolean;
  /** Undefined where a second has no value. */
  readonly values: readonly (number | undefined)[];
  /** What is read out and listed, where lines are stacked and `values` are sums. */
  readonly own?: readonly (number | undefined)[];
}

export interface Chart {
  readonly id: string;
  readonly title: string;
  /** Of the latest second, large. */
  readonly figure: string;
  readonly unit: string;
  readonly lines: readonly ChartLine[];
  /** A value not to pass. */
  readonly limit?: { readonly label: string; readonly value: number };
  /** The scale goes so far at least. */
  readonly least: number;
  /** The scale ends here: percent. */
  readonly most?: number;
  /** After every value in words: ` ms`. */
  readonly suffix: string;
}

/** After a value in milliseconds. */
export const MS = ' ms';
/** A lag above this makes the figures doubtful. */
const LAG_LIMIT_MS = 100;
/** Causes beyond these are added up. */
const MOST_CAUSES = 4;

const at = (seconds: readonly LoadSecond[], pick: (second: LoadSecond) => number): readonly number[] =>
  seconds.map(pick);

/** A time where at least one call was set up. */
const setup = (seconds: readonly LoadSecond[], key: 'p50Ms' | 'p95Ms' | 'p99Ms') =>
  seconds.map((second) => (second.answered === 0 ? undefined : second[key]));

const succeeded = ({ succeeded: good, failed }: LoadSecond): number | undefined =>
  good + failed === 0 ? undefined : (100 * good) / (good + failed);

/** At most one digit after the point, and none for large values. */
export const plain = (value: number): string =>
  value >= 100 || Number.isInteger(value) ? formatCount(Math.round(value)) : value.toFixed(1);

/** A value of a chart: milliseconds from ten on are whole. */
export const numberText = (value: number, suffix: string): string =>
  plain(suffix === MS && value >= 10 ? Math.round(value) : value);

const figureOf = (value: number | undefined, suffix = ''): string =>
  value === undefined ? '–' : numberText(value, suffix);

export function chartsOf({ seconds, plan, failures }: LoadRun): readonly Chart[] {
  const last = seconds.at(-1);
  const successBelow = plan.stopWhen.successBelowPercent;
  return [
    {
      id: 'calls',
      title: 'Calls per second',
      figure: figureOf(last?.attempts),
      unit: 'cps',
      least: 5,
      suffix: '',
      lines: [
        { label: 'attempted', color: '--fg', fill: 'tint', values: at(seconds, (s) => s.attempts) },
        {
          label: 'active',
          color: '--m-invite',
          dash: [4, 3],
          isAside: true,
          values: at(seconds, (s) => s.active),
        },
      ],
    },
    {
      id: 'setup',
      title: 'Setup time',
      figure:
        last === undefined || last.answered === 0
          ? '–'
          : [last.p50Ms, last.p95Ms, last.p99Ms].map((ms) => numberText(ms, MS)).join(' / '),
      unit: 'ms, p50 / p95 / p99',
      least: 10,
      suffix: MS,
      lines: [
        { label: 'p50', color: '--fg-3', values: setup(seconds, 'p50Ms') },
        { label: 'p95', color: '--m-invite', dash: [4, 3], values: setup(seconds, 'p95Ms') },
        { label: 'p99', color: '--m-bye', dash: [1.5, 2], values: setup(seconds, 'p99Ms') },
      ],
      ...(plan.stopWhen.p95SetupAboveMs === undefined
        ? {}
        : {
            limit: {
              label: `stop over ${plain(plan.stopWhen.p95SetupAboveMs)} ms`,
              value: plan.stopWhen.p95SetupAboveMs,
            },
          }),
    },
    {
      id: 'failures',
      title: 'Failures by cause',
      figure: figureOf(last?.failed),
      unit: 'per second',
      least: 5,
      suffix: '',
      lines: stackedCauses(seconds, [...new Set(failures.map(({ signature }) => signature))]),
    },
    {
      id: 'success',
      title: 'Success',
      figure: figureOf(last === undefined ? undefined : succeeded(last)),
      unit: '% of calls that ended',
      least: 100,
      most: 100,
      suffix: ' %',
      lines: [{ label: 'succeeded', color: '--ok', fill: 'tint', values: seconds.map(succeeded) }],
      ...(successBelow === undefined
        ? {}
        : { limit: { label: `stop below ${successBelow} %`, value: successBelow } }),
    },
    {
      id: 'retransmissions',
      title: 'Retransmissions',
      figure: figureOf(last?.retransmissions),
      unit: 'per second',
      least: 5,
      suffix: '',
      lines: [
        { label: 'sent again', color: '--fg', fill: 'tint', values: at(seconds, (s) => s.retransmissions) },
      ],
    },
    {
      id: 'lag',
      title: 'Event-loop lag',
      figure: figureOf(last?.lagMs, MS),
      unit: 'ms, own threads',
      least: 120,
      suffix: MS,
      lines: [{ label: 'lag', color: '--m-refer', fill: 'tint', values: at(seconds, (s) => s.lagMs) }],
      limit: { label: `limit ${LAG_LIMIT_MS}`, value: LAG_LIMIT_MS },
    },
  ];
}

const LOOKS: readonly Pick<ChartLine, 'fill' | 'dash'>[] = [
  { fill: 'solid' },
  { fill: 'hatched', dash: [4, 3] },
  { fill: 'tint' },
  { fill: 'hatched', dash: [1.5, 2] },
  { fill: 'solid', dash: [6, 2] },
];

/** The colour of a status class; what is no status is a call without an answer. */
export function causeColor(signature: string): string {
  const [, digit] = /^([3-6])\d\d/.exec(signature) ?? [];
  return digit === undefined ? '--m-cancel' : `--s-${digit}xx`;
}

/** One area a cause, each upon the one before; the one on top, which is the highest, comes first so that the others cover it. */
function stackedCauses(seconds: readonly LoadSecond[], order: readonly string[]): readonly ChartLine[] {
  const named = order.slice(0, MOST_CAUSES);
  const rest = (second: LoadSecond): number =>
    Object.entries(second.causes).reduce(
      (sum, [cause, calls]) => (named.includes(cause) ? sum : sum + calls),
      0,
    );
  const rows = named.map((cause) => ({
    label: cause,
    color: causeColor(cause),
    own: at(seconds, ({ causes }) => causes[cause] ?? 0),
  }));
  if (order.length > MOST_CAUSES || seconds.some((second) => rest(second) > 0))
    rows.push({ label: 'other', color: '--fg-3', own: at(seconds, rest) });
  const sums = seconds.map(() => 0);
  return rows
    .map(({ own, ...row }, i): ChartLine => {
      own.forEach((calls, second) => {
        sums[second] = (sums[second] ?? 0) + calls;
      });
      return { ...row, ...LOOKS[i], own, values: [...sums] };
    })
    .reverse();
}

/** A second may be told a moment before its end. */
const EARLY_SEC = 0.05;

/** `1:02`, `1:02:03`. */
export function clockText(sec: number): string {
  const whole = Math.max(0, Math.floor(sec + EARLY_SEC));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number): string => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** The values of one second in words: `attempted 200, active 1 004`. */
export const wordsAt = ({ lines, suffix }: Chart, index: number): string =>
  inReadingOrder(lines)
    .map(({ label, values, own }) => {
      const value = (own ?? values)[index];
      return `${label} ${value === undefined ? 'none' : `${numberText(value, suffix)}${suffix}`}`;
    })
    .join(', ');

/** Stacked lines come top first for drawing; people read the largest first. */
export const inReadingOrder = (lines: readonly ChartLine[]): readonly ChartLine[] =>
  lines.some(({ own }) => own !== undefined) ? [...lines].reverse() : lines;

/** A chart in a sentence: what it shows last, and its highest. */
export function sentenceOf(chart: Chart, seconds: readonly LoadSecond[]): string {
  const lastSec = seconds.at(-1)?.atSec;
  if (lastSec === undefined) return `${chart.title}: no values yet.`;
  if (chart.lines.length === 0) return `${chart.title}: none.`;
  const number = (value: number): string => numberText(value, chart.suffix);
  const peaks = inReadingOrder(chart.lines).map(({ label, values, own }) => {
    const known = (own ?? values).filter((value) => value !== undefined);
    return known.length === 0
      ? `${label} without values`
      : `${label} from ${number(Math.min(...known))} to ${number(Math.max(...known))}${chart.suffix}`;
  });
  return `${chart.title} until ${clockText(lastSec)}: ${peaks.join(', ')}; last ${wordsAt(chart, seconds.length - 1)}.`;
}
