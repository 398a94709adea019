import { describe, expect, it } from 'vitest';
import { aRun } from '../../testing/fake-load.ts';
import { sampleRun } from '../../testing/sample-load.ts';
import { causeColor, chartsOf, clockText, sentenceOf, wordsAt } from './chart-model.ts';
import { scaleFor, spanFor } from './chart-scale.ts';
import { noteOf } from './run-note.ts';

describe('charts of a run', () => {
  const run = sampleRun(88);
  const charts = chartsOf(run);
  const chart = (id: string) => {
    const found = charts.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no chart ${id}`);
    return found;
  };

  it('stack the causes: the line on top is all of them, and each is read by itself', () => {
    const { lines } = chart('failures');
    expect(lines.map(({ label }) => label)).toEqual([
      '481 Call/Transaction Does Not Exist',
      '486 Busy Here',
      'no answer: timer B',
      '503 Service Unavailable',
    ]);
    expect(lines[0]?.values).toEqual(run.seconds.map(({ failed }) => failed));
    expect(wordsAt(chart('failures'), 67)).toMatch(
      /^503 Service Unavailable \d+, no answer: timer B \d+, 486/,
    );
  });

  it('add up the causes beyond the fourth', () => {
    const causes = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((cause) => [cause, 2]));
    const [second] = run.seconds;
    if (second === undefined) throw new Error('no second');
    const failures = Object.keys(causes).map((signature) => ({
      signature,
      calls: 2,
      step: '',
      firstAtSec: 1,
      lastAtSec: 1,
      example: [],
    }));
    const [, , stacked] = chartsOf(aRun({ failures, seconds: [{ ...second, causes, failed: 12 }] }));
    expect(stacked?.lines.map(({ label, own }) => [label, own?.[0]])).toEqual([
      ['other', 4],
      ['d', 2],
      ['c', 2],
      ['b', 2],
      ['a', 2],
    ]);
  });

  it('say in a sentence what they show, also before there is anything', () => {
    expect(sentenceOf(chart('calls'), run.seconds)).toMatch(
      /^Calls per second until 1:28: attempted from \d+ to 20\d, active from \d+ to 1.328; last attempted 20\d, active 1.0\d\d\.$/,
    );
    const [calls] = chartsOf(aRun());
    if (calls === undefined) throw new Error('no chart');
    expect(sentenceOf(calls, [])).toBe('Calls per second: no values yet.');
  });

  it('have no setup time in a second in which nobody answered', () => {
    const [second] = run.seconds;
    if (second === undefined) throw new Error('no second');
    const [, setup] = chartsOf(aRun({ seconds: [{ ...second, answered: 0 }] }));
    expect(setup?.lines.map(({ values }) => values)).toEqual([[undefined], [undefined], [undefined]]);
    expect(setup?.figure).toBe('–');
  });

  it('color a cause by its status class', () => {
    expect(['486 Busy Here', '503 Service Unavailable', 'no answer'].map(causeColor)).toEqual([
      '--s-4xx',
      '--s-5xx',
      '--m-cancel',
    ]);
  });

  it('write times as a clock', () => {
    expect([0, 62.9, 3723].map(clockText)).toEqual(['0:00', '1:02', '1:02:03']);
  });
});

describe('the scale of a chart', () => {
  it.each([
    [0, 5, 6],
    [66, 5, 80],
    [201, 5, 300],
    [1328, 5, 1500],
    [99.9, 100, 100],
  ])('reaches above %d in round steps', (highest, least, top) => {
    const scale = scaleFor(highest, least, least === 100 ? 100 : undefined);
    expect(scale.top).toBe(top);
    expect([scale.splits[0], scale.splits.at(-1)]).toEqual([0, top]);
  });
  it('leaves half a minute of room, then moves on', () => {
    expect(spanFor(1, 4)).toEqual({ from: 0, to: 30 });
    expect(spanFor(101, 400)).toEqual({ from: 100, to: 400 });
  });
});

describe('what a person should know about a run', () => {
  const ended = { state: 'ended', active: 0 } as const;
  it('is why it could not run, before anything else', () => {
    expect(noteOf(sampleRun(88, { problem: 'udp 127.0.0.1:5060 is in use.' }))).toMatchObject({
      kind: 'error',
      text: 'udp 127.0.0.1:5060 is in use.',
    });
  });
  it('is when success fell, how far, and why', () => {
    expect(noteOf(sampleRun(88))).toEqual({
      kind: 'warning',
      title: 'Success fell to 67.2 % between 1:02 and 1:14.',
      text: '426 calls failed with 503 Service Unavailable. Overall 94.9 % succeeded. The run stops below 90 %.',
    });
  });
  it('is that all is well only at the end', () => {
    expect(noteOf(aRun({ succeeded: 9 }))).toBeUndefined();
    expect(noteOf(aRun({ succeeded: 9, ...ended }))).toMatchObject({
      kind: 'success',
      title: 'All 9 calls succeeded.',
    });
  });
  it('is that calls were skipped', () => {
    expect(noteOf(aRun({ skipped: 3 }))).toMatchObject({ title: '3 calls could not begin.' });
  });
});
