import { harmless } from '../printable.ts';
import type { styleFor, Tone } from '../style.ts';
import { labelOf, type TraceMessage } from './trace-message.ts';

/*
 *                   127.0.0.1:5071            uas
 * 14:03:22.000            |----- INVITE [SDP] ---->|
 * 14:03:22.004            |<---- 100 Trying -------|
 */

/** Characters of the time and the gap after it. */
const TIME_WIDTH = 14;
/** Characters from one lane to the next. */
const LANE_WIDTH = 30;
const DEFAULT_COLUMNS = 120;

export interface LadderTextOptions {
  /** Characters in a line: as many lanes as fit, and each new end takes the place of the one that was silent longest. */
  readonly columns: number | undefined;
  /** The name of an end, where it has one. */
  readonly nameOf: (address: string) => string | undefined;
  readonly style: ReturnType<typeof styleFor>;
  /** The time column of a message. */
  readonly time: (atMs: number) => string;
}

/** Draws a ladder line by line, with a lane for each end in order of first appearance. A new head is drawn when the lanes change. */
export class LadderText {
  readonly #options: LadderTextOptions;
  readonly #maxLanes: number;
  readonly #lanes: string[] = [];
  /** Ends that spoke last, the latest first. */
  #recent: string[] = [];

  constructor(options: LadderTextOptions) {
    this.#options = options;
    const columns = options.columns ?? DEFAULT_COLUMNS;
    this.#maxLanes = Math.max(2, Math.floor((columns - TIME_WIDTH) / LANE_WIDTH));
  }

  /** The lines for one more message: its arrow, below a new head where the lanes have changed. */
  lines(message: TraceMessage): readonly string[] {
    const ends = [message.source, message.destination];
    const isNew = ends.map((end) => this.#place(end, ends)).includes(true);
    this.#recent.unshift(...ends);
    this.#recent = [...new Set(this.#recent)].slice(0, this.#maxLanes);
    return [...(isNew ? [this.#head()] : []), this.#arrow(message)];
  }

  /** @returns whether the lanes have changed. */
  #place(end: string, needed: readonly string[]): boolean {
    if (this.#lanes.includes(end)) return false;
    if (this.#lanes.length < this.#maxLanes) {
      this.#lanes.push(end);
      return true;
    }
    const silence = (lane: string): number => {
      const at = this.#recent.indexOf(lane);
      return needed.includes(lane) ? -1 : at < 0 ? Infinity : at;
    };
    const oldest = this.#lanes.reduce((a, b) => (silence(b) > silence(a) ? b : a));
    this.#lanes[this.#lanes.indexOf(oldest)] = end;
    return true;
  }

  #head(): string {
    const { nameOf, style } = this.#options;
    const cells = this.#lanes.map((lane) => centred(harmless(nameOf(lane) ?? lane), LANE_WIDTH, ' '));
    return style(`${' '.repeat(TIME_WIDTH)}${cells.join('')}`.trimEnd(), 'strong');
  }

  #arrow(message: TraceMessage): string {
    const { style, time } = this.#options;
    const label = harmless(labelOf(message));
    const at = style(time(message.atMs).padEnd(TIME_WIDTH), 'quiet');
    const from = this.#lanes.indexOf(message.source);
    const to = this.#lanes.indexOf(message.destination);
    if (from === to) return `${at}${message.source} to itself  ${style(label, toneOf(message))}`;
    return `${at}${this.#shaft(from, to, label, toneOf(message))}`;
  }

  #shaft(from: number, to: number, label: string, tone: Tone | undefined): string {
    const [left, right] = [Math.min(from, to), Math.max(from, to)];
    const room = (right - left) * LANE_WIDTH - 1;
    const isRight = to > from;
    const cut = label.length > room - 4 ? `${label.slice(0, room - 5)}…` : label;
    const line = centred(` ${cut} `, room - 1, '-');
    const arrow = isRight ? `${line}>` : `<${line}`;
    const cells = this.#lanes.map((_lane, lane) => {
      if (lane === left) return `|${this.#options.style(arrow, tone)}`;
      return lane > left && lane < right
        ? ''
        : '|' + (lane === this.#lanes.length - 1 ? '' : ' '.repeat(LANE_WIDTH - 1));
    });
    return `${' '.repeat(LANE_WIDTH / 2)}${cells.join('')}`;
  }
}

function centred(text: string, width: number, fill: string): string {
  const cut = text.length > width ? text.slice(0, width) : text;
  const before = Math.floor((width - cut.length) / 2);
  return fill.repeat(before) + cut + fill.repeat(width - cut.length - before);
}

function toneOf({ status, worst }: TraceMessage): Tone | undefined {
  if (worst === 'error') return 'bad';
  if (status === undefined) return undefined;
  return status < 200 ? undefined : status < 300 ? 'good' : status < 400 ? 'warning' : 'bad';
}
