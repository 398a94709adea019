import { memo, type ReactNode } from 'react';
import type { LadderLayout, LadderMetrics, PlacedActivation, PlacedRow } from './ladder-layout.ts';
import { lineY } from './ladder-layout.ts';
import type { MessageRow } from './ladder-rows.ts';

/** Free space between the middle of a lane and the end of an arrow: an activation bar is 7 px wide. */
const CLEARANCE = 5;
const HEAD = 9;
/** How far the arrow of a message to oneself reaches. */
export const LOOP_WIDTH = 34;

export interface DrawingProps {
  readonly layout: LadderLayout;
  readonly metrics: LadderMetrics;
  /** Half-open range of rows to draw. */
  readonly first: number;
  readonly end: number;
  readonly toneOf: (row: MessageRow) => string;
}

/** Lanes, bars and arrows of the rows on screen, in one picture; the words on the arrows are elsewhere, in the document. */
export const LadderDrawing = memo(function LadderDrawing(props: DrawingProps): ReactNode {
  const { layout, metrics, first, end, toneOf } = props;
  const rows = layout.rows.slice(first, end);
  const top = rows[0]?.y ?? 0;
  const last = rows.at(-1);
  const isAtEnd = end === layout.rows.length;
  const bottom = isAtEnd ? layout.height : last === undefined ? layout.height : last.y + last.height;
  const from = first === 0 ? 0 : top;
  return (
    <svg
      className="ldraw"
      style={{ top: from, height: bottom - from, width: layout.width }}
      viewBox={`0 ${String(from)} ${String(layout.width)} ${String(bottom - from)}`}
      aria-hidden="true"
    >
      <defs>
        <pattern
          id="hatch-early"
          width="4"
          height="4"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(-45)"
        >
          <rect width="4" height="4" className="hatch-ground" />
          <rect width="2" height="4" className="hatch-line" />
        </pattern>
      </defs>
      {layout.lanes.map(({ lane, x }) => (
        <line key={lane.address} className="ll" x1={x + 0.5} x2={x + 0.5} y1={from} y2={bottom} />
      ))}
      {layout.activations.map((bar, i) =>
        bar.top < bottom && bar.bottom > from ? (
          <Bar key={i} bar={bar} from={from} bottom={bottom} />
        ) : undefined,
      )}
      {rows.map((placed) =>
        placed.row.kind === 'message' ? (
          <Arrow
            key={placed.row.message.id}
            row={placed.row}
            placed={placed}
            layout={layout}
            metrics={metrics}
            tone={toneOf(placed.row)}
          />
        ) : undefined,
      )}
    </svg>
  );
});

/** Clipped to the window, so that a long call does not make a huge rectangle. */
function Bar(props: {
  readonly bar: PlacedActivation;
  readonly from: number;
  readonly bottom: number;
}): ReactNode {
  const { bar } = props;
  const top = Math.max(bar.top, props.from - 8);
  const bottom = Math.min(bar.bottom, props.bottom + 8);
  return (
    <rect
      className={`act ${bar.kind}${bar.isOpen ? ' open' : ''}`}
      x={bar.x - 2.5}
      y={top + 0.5}
      width={6}
      height={Math.max(3, bottom - top)}
      rx={2}
    />
  );
}

function Arrow(props: {
  readonly row: MessageRow;
  readonly placed: PlacedRow;
  readonly layout: LadderLayout;
  readonly metrics: LadderMetrics;
  readonly tone: string;
}): ReactNode {
  const { row, layout } = props;
  const y = lineY(props.placed, props.metrics) - 0.25;
  const x1 = layout.lanes[row.from]?.x ?? 0;
  const x2 = layout.lanes[row.to]?.x ?? 0;
  const isResponse = row.message.kind === 'response';
  const isInvalid = row.message.kind === 'invalid';
  const isCopy = row.message.retransmissionOf !== undefined;
  const className = `arrow ${props.tone}${isResponse ? ' resp' : ''}${isCopy ? ' copy' : ''}${isInvalid ? ' junk' : ''}`;
  if (row.from === row.to) return <Loop className={className} x={x1} y={y} isResponse={isResponse} />;
  const sign = x2 > x1 ? 1 : -1;
  const start = x1 + sign * CLEARANCE;
  const tip = x2 - sign * CLEARANCE + 0.5;
  const stop = isResponse ? tip - sign : tip - sign * (HEAD - 2);
  return (
    <g className={className}>
      <path className="line" d={isInvalid ? jagged(start, stop, y) : `M${start} ${y}H${stop}`} />
      {row.folded.length > 0 && <path className="again" d={`M${start} ${y + 3.5}H${stop}`} />}
      <Head tip={tip} y={y} sign={sign} isOpen={isResponse || isInvalid} />
    </g>
  );
}

function Head(props: {
  readonly tip: number;
  readonly y: number;
  readonly sign: number;
  readonly isOpen: boolean;
}): ReactNode {
  const { tip, y, sign } = props;
  if (props.isOpen) {
    const back = tip - sign * 5.5;
    return <path className="open-head" d={`M${back} ${y - 4.25}L${tip} ${y}L${back} ${y + 4.25}`} />;
  }
  const back = tip - sign * HEAD;
  return <path className="head" d={`M${back} ${y - 4.5}L${tip} ${y}L${back} ${y + 4.5}z`} />;
}

function Loop(props: {
  readonly className: string;
  readonly x: number;
  readonly y: number;
  readonly isResponse: boolean;
}): ReactNode {
  const start = props.x + CLEARANCE;
  const { y } = props;
  const d = `M${start} ${y - 12}h${LOOP_WIDTH - 6}q6 0 6 6t-6 6H${start + 6}`;
  return (
    <g className={props.className}>
      <path className="line" d={d} />
      <Head tip={start} y={y} sign={-1} isOpen={props.isResponse} />
    </g>
  );
}

const TOOTH = 6;

/** A saw: what arrived could not be read. */
function jagged(from: number, to: number, y: number): string {
  const sign = to > from ? 1 : -1;
  const teeth = Math.floor(Math.abs(to - from) / TOOTH);
  let d = `M${from} ${y}`;
  for (let i = 1; i <= teeth; i += 1) d += `L${from + sign * i * TOOTH} ${y + (i % 2 === 1 ? -2.5 : 2.5)}`;
  return `${d}L${to} ${y}`;
}
