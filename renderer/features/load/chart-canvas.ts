import UPlot from 'uplot';
import { type Chart, type ChartLine, clockText, plain } from './chart-model.ts';
import { createPalette, faded, hatched } from './chart-paint.ts';
import { type ChartScale, scaleFor, spanFor } from './chart-scale.ts';

/** What a drawing is of; replaced as a whole. */
export interface Drawn {
  readonly chart: Chart;
  /** The end of each second. */
  readonly atSec: readonly number[];
}

/** A chart on a canvas. */
export interface ChartCanvas {
  readonly show: (drawn: Drawn) => void;
  /** Puts the crosshair on a second, or takes it away. */
  readonly pointAt: (index: number | undefined) => void;
  /** Draws anew with the colours that count now. */
  readonly repaint: () => void;
  readonly resize: (width: number, height: number) => void;
  readonly destroy: () => void;
}

const TINT = 0.1;
const FEW_POINTS = 3;
const TIME_STEPS_SEC = [5, 10, 15, 30, 60, 120, 300];
const LEFT_PX = 40;
const RIGHT_PX = 12;
const BOTTOM_PX = 22;
const TOP_PX = 8;

const known = (lines: readonly ChartLine[]): readonly number[] =>
  lines.flatMap(({ values }) => values.filter((value) => value !== undefined));

function scaleOf({ lines, limit, least, most }: Chart, isAside: boolean): ChartScale {
  const highest = Math.max(0, ...known(lines.filter((line) => (line.isAside ?? false) === isAside)));
  // A limit far above all values would press them flat.
  const isLimitNear = limit !== undefined && !isAside && limit.value <= highest * 4;
  return scaleFor(isLimitNear ? Math.max(highest, limit.value) : highest, isAside ? 5 : least, most);
}

/** Whether the same drawing can go on with other values. */
export const looksAlike = (a: Chart, b: Chart): boolean => lookOf(a) === lookOf(b);
const lookOf = ({ lines }: Chart): string =>
  JSON.stringify(lines.map(({ label, color, dash, fill, isAside }) => [label, color, dash, fill, isAside]));

/**
 * Draws a chart into a box. Undefined where the page has no canvas: then the figures and the table are what there is.
 * @param onPoint - the pointer is above a second, or has left
 */
export function drawChart(
  box: HTMLElement,
  first: Drawn,
  onPoint: (index: number | undefined) => void,
): ChartCanvas | undefined {
  if (document.createElement('canvas').getContext('2d') === null) return undefined;
  let drawn = first;
  let isPointed = false;
  const { color, forget } = createPalette();
  const { fontFamily } = getComputedStyle(box);
  const font = `11px ${fontFamily}`;
  const hasAside = first.chart.lines.some(({ isAside }) => isAside === true);

  const series = ({ label, color: token, dash, fill, isAside }: ChartLine): UPlot.Series => ({
    label,
    scale: isAside === true ? 'aside' : 'y',
    stroke: () => color(token),
    width: 1.5,
    spanGaps: true,
    ...(dash === undefined ? {} : { dash: [...dash] }),
    ...(fill === undefined
      ? {}
      : {
          fill: ({ ctx }: UPlot) =>
            fill === 'tint'
              ? faded(color(token), TINT)
              : fill === 'solid'
                ? color(token)
                : hatched(ctx, color(token), color('--bg-panel')),
        }),
    points: { show: (u: UPlot) => u.data[0].length < FEW_POINTS, size: 5, fill: () => color(token) },
  });
  const axis = (change: UPlot.Axis): UPlot.Axis => ({
    stroke: () => color('--fg-3'),
    font,
    ticks: { show: false },
    grid: { show: false },
    gap: 6,
    ...change,
  });
  const range = (isAside: boolean) => (): UPlot.Range.MinMax => [0, scaleOf(drawn.chart, isAside).top];
  const upright = (scale: 'y' | 'aside', change: UPlot.Axis): UPlot.Axis =>
    axis({
      scale,
      size: LEFT_PX,
      splits: () => [...scaleOf(drawn.chart, scale === 'aside').splits],
      values: (_, splits) => splits.map(axisNumber),
      ...change,
    });

  const u = new UPlot(
    {
      width: Math.max(1, box.clientWidth),
      height: Math.max(1, box.clientHeight),
      padding: [TOP_PX, hasAside ? 0 : RIGHT_PX, 0, 0],
      legend: { show: false },
      scales: {
        x: {
          time: false,
          range: () => {
            const { from, to } = spanFor(drawn.atSec[0] ?? 0, drawn.atSec.at(-1) ?? 0);
            return [from, to];
          },
        },
        y: { range: range(false) },
        ...(hasAside ? { aside: { range: range(true) } } : {}),
      },
      axes: [
        axis({
          size: BOTTOM_PX,
          incrs: TIME_STEPS_SEC,
          space: 56,
          values: (_, splits) => splits.map(clockText),
        }),
        upright('y', { grid: { show: true, stroke: () => color('--border'), width: 1 } }),
        ...(hasAside ? [upright('aside', { side: 1 })] : []),
      ],
      series: [{}, ...first.chart.lines.map(series)],
      cursor: {
        x: true,
        y: false,
        drag: { x: false, y: false, setScale: false },
        points: {
          size: 7,
          width: 1.75,
          stroke: () => color('--accent'),
          fill: () => color('--bg-panel'),
        },
      },
      hooks: {
        setCursor: [
          ({ cursor: { idx } }) => {
            if (isPointed) onPoint(idx ?? undefined);
          },
        ],
        draw: [
          (plot) => {
            drawLimit(plot, drawn.chart, color('--error'));
          },
        ],
      },
    },
    dataOf(first),
    box,
  );
  u.over.addEventListener('pointerenter', () => {
    isPointed = true;
  });
  u.over.addEventListener('pointerleave', () => {
    isPointed = false;
    onPoint(undefined);
  });

  return {
    show: (next) => {
      drawn = next;
      u.setData(dataOf(next));
    },
    pointAt: (index) => {
      const sec = index === undefined ? undefined : drawn.atSec[index];
      u.setCursor(sec === undefined ? AWAY : { left: u.valToPos(sec, 'x'), top: 1 }, false);
    },
    repaint: () => {
      forget();
      u.redraw(false);
    },
    resize: (width, height) => {
      u.setSize({ width, height });
    },
    destroy: () => {
      u.destroy();
    },
  };
}

const AWAY = { left: -10, top: -10 };

const dataOf = ({ chart, atSec }: Drawn): UPlot.AlignedData => [
  [...atSec],
  ...chart.lines.map(({ values }) => values.map((value) => value ?? null)),
];

/** `12k`: as wide as the axis has room for. */
const axisNumber = (value: number): string =>
  value >= 10_000 ? `${String(Math.round(value / 100) / 10)}k` : plain(value);

function drawLimit(u: UPlot, { limit }: Chart, color: string): void {
  if (limit === undefined || limit.value > (u.scales['y']?.max ?? 0)) return;
  const { ctx, bbox } = u;
  const y = Math.round(u.valToPos(limit.value, 'y', true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.25 * window.devicePixelRatio;
  ctx.setLineDash([4, 3].map((px) => px * window.devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
