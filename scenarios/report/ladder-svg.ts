import { escapedHtml } from './escape.ts';
import { arrowLabel, type RunArrow, type RunLadder } from './run-ladder.ts';

export interface LadderSvgOptions {
  /** Says what is drawn, for those who do not see it. */
  readonly label: string;
  /** Arrows that a failed step is about. */
  readonly failed: ReadonlySet<number>;
  /** Where an arrow leads; undefined: nowhere. */
  readonly href?: (arrow: RunArrow) => string | undefined;
}

const GUTTER = 96;
const LANE = 250;
const HEAD = 56;
const ROW = 34;
/** Width of a character of the label's font. */
const CHARACTER = 7;
const HEAD_CHARACTERS = Math.floor((LANE - 12) / CHARACTER);

const centreOf = (lane: number): number => GUTTER + LANE / 2 + lane * LANE;

const cut = (text: string, characters: number): string =>
  text.length > characters ? `${text.slice(0, characters - 1)}\u2026` : text;

/** A ladder as inline SVG without script; colours come from the classes of the page around it. */
export function ladderSvg({ lanes, arrows }: RunLadder, options: LadderSvgOptions): string {
  const width = GUTTER + lanes.length * LANE;
  const height = HEAD + arrows.length * ROW + 16;
  const heads = lanes.map(({ name, address, isActor }, lane) => {
    const x = centreOf(lane);
    const below = isActor
      ? `<text class="address" x="${x}" y="34" text-anchor="middle">${escapedHtml(cut(address, HEAD_CHARACTERS))}</text>`
      : '';
    return (
      `<text class="lane" x="${x}" y="18" text-anchor="middle">${escapedHtml(cut(name, HEAD_CHARACTERS))}</text>${below}` +
      `<line class="pole" x1="${x}" y1="${HEAD - 12}" x2="${x}" y2="${height}"/>`
    );
  });
  const rows = arrows.map((arrow, row) => arrowSvg(arrow, row, width, options));
  return (
    `<svg class="ladder" role="group" aria-label="${escapedHtml(options.label)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg">` +
    `${heads.join('')}${rows.join('')}</svg>`
  );
}

function arrowSvg(arrow: RunArrow, row: number, width: number, { failed, href }: LadderSvgOptions): string {
  const y = HEAD + row * ROW + ROW - 8;
  const [from, to] = [centreOf(arrow.from), centreOf(arrow.to)];
  const isFailed = failed.has(arrow.index);
  const label = `${isFailed ? '\u2717 ' : ''}${arrowLabel(arrow)}`;
  const time = `<text class="time" x="8" y="${y + 4}">${(arrow.atMs / 1000).toFixed(3)} s</text>`;
  const body = from === to ? toItself(from, y, label) : between(from, to, y, label);
  const link = href?.(arrow);
  const classes = ['arrow', toneOf(arrow), ...(isFailed ? ['failed'] : [])].join(' ');
  return link === undefined
    ? `<g class="${classes}">${time}${body}</g>`
    : `<a class="${classes}" href="${escapedHtml(link)}"><rect x="0" y="${y - ROW + 10}" width="${width}" height="${ROW}" fill="transparent"/>${time}${body}</a>`;
}

function between(from: number, to: number, y: number, label: string): string {
  const back = to > from ? -9 : 9;
  const characters = Math.floor((Math.abs(to - from) - 24) / CHARACTER);
  return (
    `<line class="shaft" x1="${from}" y1="${y}" x2="${to + back}" y2="${y}"/>` +
    `<path class="tip" d="M${to} ${y}l${back} -4v8z"/>` +
    `<text class="label" x="${(from + to) / 2}" y="${y - 6}" text-anchor="middle">${escapedHtml(cut(label, characters))}</text>`
  );
}

const toItself = (x: number, y: number, label: string): string =>
  `<path class="shaft" fill="none" d="M${x} ${y - 10}h20v10h-11"/><path class="tip" d="M${x} ${y}l9 -4v8z"/>` +
  `<text class="label" x="${x + 26}" y="${y}">${escapedHtml(label)}</text>`;

function toneOf({ kind, status = 0 }: RunArrow): string {
  if (kind === 'invalid') return 'bad';
  if (kind === 'request') return 'request';
  if (status < 200) return 'response';
  return status < 300 ? 'response good' : status < 400 ? 'response' : 'response bad';
}
