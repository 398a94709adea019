import type { Lane, MessageSummary } from '../../../app/contract/traffic.ts';
import { buildActivations, type Activation, type ActivationKind } from './ladder-activation.ts';
import { buildRows, completeLanes, type LadderRow, type MessageRow } from './ladder-rows.ts';

/*
 * Where everything of a ladder is, in px of its scrolled content. Pure, so that the drawing has nothing to decide.
 *
 *   |<- gutter ->|<- inset ->|            |            |<- inset ->|<- marks ->|
 *   |  #   time  |           lane 0 ----- lane 1 ----- lane 2      |  A  !     |
 */

export interface LadderMetrics {
  /** Height of a message row and of a gap row. */
  readonly rowHeight: number;
  readonly gapHeight: number;
  /** Column of number and time at the left, column of marks at the right. */
  readonly gutterWidth: number;
  readonly marksWidth: number;
  /** From a gutter to the nearest lane: at least, and at most, as long names need. */
  readonly inset: number;
  readonly maxInset: number;
  /** Lanes are never closer; the ladder grows sideways instead. */
  readonly minLaneDistance: number;
  /** From the centre of a row down to its line. */
  readonly lineDrop: number;
  /** Above the first row and below the last. */
  readonly padding: number;
}

/** Measures of the compact density. */
export const COMPACT: LadderMetrics = {
  rowHeight: 28,
  gapHeight: 20,
  gutterWidth: 84,
  marksWidth: 36,
  inset: 50,
  maxInset: 86,
  minLaneDistance: 168,
  lineDrop: 9,
  padding: 4,
};

export interface LadderOptions {
  /** Room there is; the ladder may be wider. */
  readonly width: number;
  readonly gapMs: number;
  readonly unfolded: ReadonlySet<number>;
  readonly metrics: LadderMetrics;
}

export interface PlacedLane {
  readonly lane: Lane;
  readonly x: number;
}

export interface PlacedRow {
  readonly row: LadderRow;
  readonly y: number;
  readonly height: number;
}

export interface PlacedActivation {
  readonly kind: ActivationKind;
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
  readonly isOpen: boolean;
}

export interface LadderLayout {
  readonly lanes: readonly PlacedLane[];
  readonly rows: readonly PlacedRow[];
  readonly activations: readonly PlacedActivation[];
  /** Index into `rows` by id of a message; a folded one leads to the row it is folded into. */
  readonly rowOfMessage: ReadonlyMap<number, number>;
  readonly width: number;
  readonly height: number;
}

/** Width of a character of an address, and a little more than that of a name. */
const CHARACTER = 7;

/** Half of the head of an outer lane must fit beside the gutter. */
function insetFor(lanes: readonly Lane[], metrics: LadderMetrics): number {
  const outer = [lanes[0], lanes.at(-1)].flatMap((lane) => (lane === undefined ? [] : [lane]));
  const longest = Math.max(0, ...outer.map((lane) => Math.max(lane.address.length, lane.name.length + 3)));
  return Math.min(metrics.maxInset, Math.max(metrics.inset, Math.ceil((longest * CHARACTER) / 2) + 6));
}

export function placeLanes(
  lanes: readonly Lane[],
  inset: number,
  options: LadderOptions,
): readonly PlacedLane[] {
  const { metrics } = options;
  const left = metrics.gutterWidth + inset;
  const room = options.width - left - inset - metrics.marksWidth;
  const [only] = lanes;
  if (lanes.length === 1 && only !== undefined) {
    return [{ lane: only, x: left + Math.max(0, Math.round(room / 2)) }];
  }
  const distance = Math.max(metrics.minLaneDistance, room / Math.max(1, lanes.length - 1));
  return lanes.map((lane, i) => ({ lane, x: Math.round(left + i * distance) }));
}

/** The vertical place of the line of a row. */
export function lineY(placed: PlacedRow, metrics: LadderMetrics): number {
  return placed.y + placed.height / 2 + metrics.lineDrop;
}

/** The conversation laid out: lanes, rows, bars. */
export function layoutLadder(
  messages: readonly MessageSummary[],
  knownLanes: readonly Lane[],
  options: LadderOptions,
): LadderLayout {
  const { metrics } = options;
  const known = completeLanes(knownLanes, messages);
  const inset = insetFor(known, metrics);
  const lanes = placeLanes(known, inset, options);
  const rows: PlacedRow[] = [];
  const rowOfMessage = new Map<number, number>();
  const messageRows: MessageRow[] = [];
  const lines: number[] = [];
  let y = metrics.padding;
  for (const row of buildRows(
    messages,
    lanes.map((placed) => placed.lane),
    options,
  )) {
    const height = row.kind === 'message' ? metrics.rowHeight : metrics.gapHeight;
    const placed = { row, y, height };
    if (row.kind === 'message') {
      rowOfMessage.set(row.message.id, rows.length);
      for (const copy of row.folded) rowOfMessage.set(copy.id, rows.length);
      messageRows.push(row);
      lines.push(lineY(placed, metrics));
    }
    rows.push(placed);
    y += height;
  }
  const place = (bar: Activation): PlacedActivation => {
    const top = lines[bar.first] ?? 0;
    const bottom = bar.isOpen ? y : (lines[bar.last] ?? y);
    return {
      kind: bar.kind,
      x: lanes[bar.lane]?.x ?? 0,
      top: top - 2,
      bottom: bottom + 2,
      isOpen: bar.isOpen,
    };
  };
  const right = (lanes.at(-1)?.x ?? 0) + inset + metrics.marksWidth;
  return {
    lanes,
    rows,
    activations: buildActivations(messageRows).map(place),
    rowOfMessage,
    width: Math.max(options.width, right),
    height: y + metrics.padding,
  };
}

/** The half-open range of rows that touch [top, bottom), found by bisection. */
export function visibleRange(
  rows: readonly PlacedRow[],
  top: number,
  bottom: number,
): { readonly first: number; readonly end: number } {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row !== undefined && row.y + row.height <= top) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < rows.length && (rows[end]?.y ?? bottom) < bottom) end += 1;
  return { first: low, end };
}
