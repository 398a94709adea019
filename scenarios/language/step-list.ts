import type { CST } from 'yaml';
import { isNode, type YAMLSeq } from 'yaml';
import type { TextDocument } from './document.ts';
import { endOf } from './step-nodes.ts';
import type { StepText } from './step-text.ts';

/** What of a text an item of a list takes up; the end is exclusive. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

/** A list of steps as it is written. Every function returns the text with one change and nothing else changed. */
export interface StepList {
  readonly length: number;
  /** What an item takes up, with the comments right above it. */
  region(index: number): Region;
  insert(index: number, steps: StepText): Edited;
  remove(index: number): Edited;
  replace(index: number, steps: StepText): Edited;
  /** Moves an item among its neighbours; the gaps between items, with their blank lines, stay where they are. */
  move(index: number, to: number): Edited;
}

/** A text and where the change in it begins. */
export interface Edited {
  readonly text: string;
  readonly offset: number;
}

export const spliced = (text: string, { start, end }: Region, by: string): string =>
  text.slice(0, start) + by + text.slice(end);

/** JSON is YAML in flow style with quotes: what is added to it has to be JSON again. */
export const styleOf = (text: string): 'yaml' | 'json' =>
  text.trimStart().startsWith('{') ? 'json' : 'yaml';

/** @param keyEnd - after the colon of the key whose value the list is. */
export function stepList(seq: YAMLSeq, keyEnd: number, document: TextDocument): StepList {
  return seq.flow === true ? flowList(seq, document) : blockList(seq, keyEnd, document);
}

function moved(text: string, regions: readonly Region[], index: number, to: number): Edited {
  const order = regions.map((_, i) => i).filter((i) => i !== index);
  order.splice(to, 0, index);
  const first = regions[0]?.start ?? 0;
  let out = text.slice(0, first);
  let offset = first;
  regions.forEach((region, place) => {
    const from = regions[order[place] ?? place] ?? region;
    if (order[place] === index) offset = out.length;
    out += text.slice(from.start, from.end) + text.slice(region.end, regions[place + 1]?.start ?? region.end);
  });
  return { text: out + text.slice(regions.at(-1)?.end ?? text.length), offset };
}

function blockList(seq: YAMLSeq, keyEnd: number, { text }: TextDocument): StepList {
  const lineStart = (offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = (offset: number): number => {
    const end = text.indexOf('\n', offset);
    return end === -1 ? text.length : end;
  };
  const dashes = dashesOf(seq);
  const indent = ' '.repeat((dashes[0] ?? 0) - lineStart(dashes[0] ?? 0));
  /** Comments right above an item belong to it. */
  const withComments = (offset: number): number => {
    let start = lineStart(offset);
    while (start > 0) {
      const above = lineStart(start - 1);
      if (above <= keyEnd || !text.slice(above, start).startsWith(`${indent}#`)) break;
      start = above;
    }
    return start;
  };
  const values = seq.items.map((item, i): Region => {
    const dash = dashes[i] ?? 0;
    const start = isNode(item) && item.range != null ? item.range[0] : dash + 1;
    const source = text.slice(dash, Math.max(start, endOf(item)));
    // The blank lines after a text that keeps them are part of it.
    const written = /[|>]\d?\+/.test(source) ? source.replace(/\n$/, '') : source.trimEnd();
    return { start, end: dash + written.length };
  });
  const regions = values.map(({ end }, i): Region => ({
    start: withComments(dashes[i] ?? 0),
    end: lineEnd(end),
  }));
  return {
    length: regions.length,
    region: (index) => regions[index] ?? { start: keyEnd, end: keyEnd },
    insert(index, steps) {
      const before = regions[index];
      const block = steps.block(indent);
      if (before !== undefined)
        return {
          text: spliced(text, { start: before.start, end: before.start }, `${block}\n`),
          offset: before.start + indent.length,
        };
      const end = regions.at(-1)?.end ?? keyEnd;
      return { text: spliced(text, { start: end, end }, `\n${block}`), offset: end + 1 + indent.length };
    },
    remove(index) {
      const { start, end } = regions[index] ?? { start: 0, end: 0 };
      if (regions.length === 1) {
        const rest = spliced(text, { start: start - 1, end }, '');
        return { text: spliced(rest, { start: keyEnd, end: keyEnd }, ' []'), offset: keyEnd };
      }
      const whole = end < text.length ? { start, end: end + 1 } : { start: start - 1, end };
      return { text: spliced(text, whole, ''), offset: whole.start };
    },
    replace(index, steps) {
      const region = values[index] ?? { start: 0, end: 0 };
      const column = region.start - lineStart(region.start);
      return { text: spliced(text, region, steps.single(' '.repeat(column))), offset: region.start };
    },
    move: (index, to) => {
      const edited = moved(text, regions, index, to);
      const own = regions[index]?.start ?? 0;
      return { ...edited, offset: edited.offset + (dashes[index] ?? 0) - own };
    },
  };
}

function dashesOf({ srcToken }: YAMLSeq): readonly number[] {
  const items: readonly CST.CollectionItem[] =
    srcToken !== undefined && 'items' in srcToken ? srcToken.items : [];
  return items.flatMap(({ start }) =>
    start.filter(({ type }) => type === 'seq-item-ind').map(({ offset }) => offset),
  );
}

function flowList(seq: YAMLSeq, { text }: TextDocument): StepList {
  const [open = 0, close = 0] = seq.range ?? [];
  const style = styleOf(text);
  const regions = seq.items.map((item): Region => {
    const [start, end] = isNode(item) && item.range != null ? item.range : [open + 1, open + 1];
    return { start, end };
  });
  /** What stands between two items: a newline and the indentation where each has its own line. */
  const gap = (): string => {
    const [first, second] = regions;
    const between =
      first === undefined
        ? ''
        : text.slice(second === undefined ? open + 1 : first.end, (second ?? first).start);
    const newline = /\r?\n[ \t]*$/.exec(between);
    return newline?.[0] ?? ' ';
  };
  return {
    length: regions.length,
    region: (index) => regions[index] ?? { start: open + 1, end: open + 1 },
    insert(index, steps) {
      const before = regions[index];
      const flow = steps.flow(style);
      if (before !== undefined)
        return {
          text: spliced(text, { start: before.start, end: before.start }, `${flow},${gap()}`),
          offset: before.start,
        };
      const last = regions.at(-1);
      if (last === undefined)
        return { text: spliced(text, { start: open + 1, end: close - 1 }, flow), offset: open + 1 };
      const added = `,${gap()}${flow}`;
      return {
        text: spliced(text, { start: last.end, end: last.end }, added),
        offset: last.end + added.length - flow.length,
      };
    },
    remove(index) {
      const own = regions[index] ?? { start: 0, end: 0 };
      const next = regions[index + 1];
      const previous = regions[index - 1];
      const region =
        next !== undefined
          ? { start: own.start, end: next.start }
          : { start: previous?.end ?? open + 1, end: previous === undefined ? close - 1 : own.end };
      return { text: spliced(text, region, ''), offset: region.start };
    },
    replace(index, steps) {
      const region = regions[index] ?? { start: 0, end: 0 };
      return { text: spliced(text, region, steps.flow(style)), offset: region.start };
    },
    move: (index, to) => moved(text, regions, index, to),
  };
}
