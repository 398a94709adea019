import { describe, expect, test } from 'vitest';
import { COMPACT, layoutLadder, lineY, visibleRange, type LadderOptions } from './ladder-layout.ts';
import { LANES, aCall, aMessage, aRequest, aResponse } from './testing/builders.ts';

const options: LadderOptions = { width: 700, gapMs: 1000, unfolded: new Set(), metrics: COMPACT };

const lay = (messages = aCall(), overrides: Partial<LadderOptions> = {}) =>
  layoutLadder(messages, LANES, { ...options, ...overrides });

/** A layout as text: one line a row. */
const rowsOf = (layout: ReturnType<typeof lay>): readonly string[] =>
  layout.rows.map(({ row, y, height }) => {
    const at = `${String(y)}+${String(height)}`;
    if (row.kind === 'gap') return `${at} gap ${String(row.durationMs)}`;
    if (row.kind === 'day') return `${at} day`;
    const name = row.message.status ?? row.message.method;
    const copies = row.retransmissions > 0 ? ` x${String(row.retransmissions + 1)}` : '';
    return `${at} #${String(row.number)} ${String(name)} ${String(row.from)}>${String(row.to)}${copies}`;
  });

describe('rows', () => {
  test('one row a message, pauses over a second get a row', () => {
    expect(rowsOf(lay())).toEqual([
      '4+28 #1 INVITE 0>1',
      '32+28 #2 100 1>0',
      '60+28 #3 180 1>0',
      '88+28 #4 200 1>0',
      '116+28 #5 ACK 0>1',
      '144+20 gap 12000',
      '164+28 #6 BYE 0>1',
      '192+28 #7 200 1>0',
    ]);
  });

  test('a pause of exactly the limit is none', () => {
    const messages = [aRequest(1, 'OPTIONS', { at: 0 }), aResponse(2, 200, 'OK', { at: 1000 })];
    expect(rowsOf(lay(messages))).toHaveLength(2);
  });

  test('midnight is told', () => {
    const beforeMidnight = new Date(2026, 10, 21, 23, 59, 59, 900).getTime();
    const messages = [aMessage({ id: 1 }), aMessage({ id: 2 })].map((message, i) => ({
      ...message,
      atMs: beforeMidnight + i * 200,
    }));
    expect(rowsOf(lay(messages))).toEqual(['4+28 #1 INVITE 0>1', '32+20 day', '52+28 #2 INVITE 0>1']);
  });

  test('retransmissions fold into the first transmission; numbers stay', () => {
    const messages = [
      aRequest(1, 'INVITE', { at: 0 }),
      aRequest(2, 'INVITE', { at: 500, retransmissionOf: 1 }),
      aRequest(3, 'INVITE', { at: 900, retransmissionOf: 1 }),
      aResponse(4, 100, 'Trying', { at: 901 }),
    ];
    const folded = lay(messages);
    expect(rowsOf(folded)).toEqual(['4+28 #1 INVITE 0>1 x3', '32+28 #4 100 1>0']);
    expect([1, 2, 3, 4].map((id) => folded.rowOfMessage.get(id))).toEqual([0, 0, 0, 1]);
    const unfolded = lay(messages, { unfolded: new Set([1]) });
    expect(rowsOf(unfolded)).toEqual([
      '4+28 #1 INVITE 0>1 x3',
      '32+28 #2 INVITE 0>1',
      '60+28 #3 INVITE 0>1',
      '88+28 #4 100 1>0',
    ]);
    expect(unfolded.rowOfMessage.get(3)).toBe(2);
  });

  test('a retransmission whose original was dropped stands for itself', () => {
    expect(rowsOf(lay([aRequest(9, 'INVITE', { retransmissionOf: 1 })]))).toEqual(['4+28 #1 INVITE 0>1']);
  });

  test('no message, no row', () => {
    const layout = lay([]);
    expect([layout.rows, layout.lanes, layout.activations]).toEqual([[], [], []]);
    expect(layout.width).toBe(700);
  });
});

describe('lanes', () => {
  const xs = (layout: ReturnType<typeof lay>): readonly number[] => layout.lanes.map((lane) => lane.x);

  test('spread over the room there is, in order of appearance', () => {
    const layout = layoutLadder(aCall(), [...LANES].reverse(), options);
    expect(layout.lanes.map((placed) => placed.lane.name)).toEqual(['alice', 'bob-uas']);
    expect(xs(layout)).toEqual([139, 609]);
  });

  test('are never squeezed: the ladder grows sideways', () => {
    const hop = (id: number, from: number, to: number) =>
      aMessage({ id, source: `10.0.0.${String(from)}:5060`, destination: `10.0.0.${String(to)}:5060` });
    const layout = lay([hop(1, 1, 2), hop(2, 2, 3), hop(3, 3, 4), hop(4, 4, 5)], { width: 500 });
    expect(xs(layout)).toEqual([146, 314, 482, 650, 818]);
    expect(layout.width).toBe(818 + 62 + COMPACT.marksWidth);
  });

  test('a single one stands in the middle, an unknown address names itself', () => {
    const layout = lay([aMessage({ id: 1, source: '[::1]:5060', destination: '[::1]:5060' })]);
    expect(layout.lanes).toEqual([
      { lane: { address: '[::1]:5060', name: '[::1]:5060', kind: 'peer' }, x: 374 },
    ]);
    expect(rowsOf(layout)).toEqual(['4+28 #1 INVITE 0>0']);
  });
});

describe('the visible part', () => {
  const { rows } = lay();

  test.each([
    [0, 32, 0, 1],
    [0, 33, 0, 2],
    [32, 60, 1, 2],
    [145, 165, 5, 7],
    [1000, 2000, 8, 8],
    [-50, 4, 0, 0],
  ])('from %d to %d: rows %d to %d', (top, bottom, first, end) => {
    expect(visibleRange(rows, top, bottom)).toEqual({ first, end });
  });

  test('the line of a row is below its centre', () => {
    const [row] = rows;
    expect(row && lineY(row, COMPACT)).toBe(27);
  });
});
