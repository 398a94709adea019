import { describe, expect, it } from 'vitest';
import type { RunMessage, ScenarioRun } from '../../../app/contract/scenario-run.ts';
import { fakeOutline, SAMPLE_SCENARIO } from '../../testing/fake-scenarios.ts';
import { lanesOf, plannedLadder } from './planned-ladder.ts';
import { ladderRows } from './run-ladder.ts';

const outline = fakeOutline(SAMPLE_SCENARIO);
const alone = fakeOutline('actors:\n  alice:\n    steps:\n      - send: OPTIONS\n      - expect: 2xx\n');

const run = (change: Partial<ScenarioRun>): ScenarioRun => ({
  id: 'r',
  path: 'a.yaml',
  name: 'A',
  startedAtMs: 0,
  state: 'ended',
  paused: [],
  steps: [],
  messages: [],
  variables: {},
  dialogs: [],
  ...change,
});
const message = (change: Partial<RunMessage>): RunMessage => ({
  actor: 'alice',
  direction: 'out',
  peer: 'bob',
  atMs: 0,
  title: 'INVITE',
  method: 'INVITE',
  hasSdp: false,
  text: '',
  ...change,
});
const drawn = (rows: ReturnType<typeof plannedLadder>): readonly string[] =>
  rows.map(({ from, to, label, steps }) => `${from}>${to} ${label} ${String(steps.length)}`);

describe('the planned ladder', () => {
  it('joins what one actor sends and the other waits for, in the order it can happen', () => {
    expect(drawn(plannedLadder(outline))).toEqual([
      'alice>bob INVITE 2',
      'bob>alice 180 2',
      'bob>alice 486 2',
      'alice>alice 1 s 1',
    ]);
    expect(lanesOf(outline, plannedLadder(outline))).toEqual(['alice', 'bob']);
  });

  it('has a lane for the target that the file does not name', () => {
    const rows = plannedLadder(alone);
    expect(drawn(rows)).toEqual(['alice>target OPTIONS 1', 'target>alice 2xx 1']);
    expect(lanesOf(alone, rows)).toEqual(['alice', 'target']);
  });

  it('ends when everybody waits for what nobody sends', () => {
    const stuck = fakeOutline(
      'actors:\n  alice:\n    steps:\n      - expect: BYE\n  bob:\n    steps:\n      - expect: INVITE\n',
    );
    expect(drawn(plannedLadder(stuck))).toEqual(['bob>alice BYE 1', 'alice>bob INVITE 1']);
  });
});

describe('the ladder of a run', () => {
  const [send, expect180] = outline.steps.map((s) => s.id);
  const bobs = outline.steps.filter((s) => s.actor === 'bob').map((s) => s.id);

  it('draws a message of two actors once, with the steps of both', () => {
    const rows = ladderRows(
      outline,
      run({
        messages: [
          message({ stepId: send ?? '' }),
          message({ actor: 'bob', direction: 'in', peer: 'alice', atMs: 1, stepId: bobs[0] ?? '' }),
        ],
        steps: [
          { id: send ?? '', actor: 'alice', title: '', line: 1, outcome: 'pass', atMs: 0, tookMs: 0 },
          { id: bobs[0] ?? '', actor: 'bob', title: '', line: 1, outcome: 'pass', atMs: 1, tookMs: 1 },
        ],
      }),
    );
    expect(rows[0]).toMatchObject({ from: 'alice', to: 'bob', state: 'pass', atMs: 0, isGhost: false });
    expect(rows[0]?.steps).toHaveLength(2);
    expect(rows.slice(1).map(({ label, isGhost }) => [label, isGhost])).toEqual([
      ['180', true],
      ['486', true],
      ['1 s', true],
    ]);
  });

  it('has a lane for each node, and draws what two of them say to each other once', () => {
    const edge = { name: 'edge', mode: 'proxy', line: 3 };
    const home = { name: 'home', mode: 'proxy', line: 4 };
    const withNodes = { ...outline, nodes: [edge, home] };
    const hop = (from: string, to: string): readonly RunMessage[] => [
      message({ actor: from, peer: to }),
      message({ actor: to, peer: from, direction: 'in' }),
    ];
    const messages = [...hop('alice', 'edge'), ...hop('edge', 'home'), ...hop('home', 'bob')];
    const rows = ladderRows(withNodes, run({ messages })).filter(({ isGhost }) => !isGhost);
    expect(rows.map(({ from, to }) => `${from}>${to}`)).toEqual(['alice>edge', 'edge>home', 'home>bob']);
    expect(lanesOf(withNodes, rows)).toEqual(['alice', 'edge', 'home', 'bob']);
  });

  it('marks where a step failed, also when nothing came', () => {
    const failed = {
      id: expect180 ?? '',
      actor: 'alice',
      title: '',
      line: 1,
      outcome: 'fail' as const,
      atMs: 32_000,
      tookMs: 32_000,
      reason: 'Nothing came.',
    };
    const inVain = ladderRows(outline, run({ messages: [message({ stepId: send ?? '' })], steps: [failed] }));
    expect(inVain.find((row) => row.state === 'fail')).toMatchObject({ label: '180', isGhost: true });
    const other = message({
      actor: 'alice',
      direction: 'in',
      title: '404 Not Found',
      status: 404,
      atMs: 9,
      stepId: expect180 ?? '',
    });
    const wrong = ladderRows(outline, run({ messages: [other], steps: [failed] }));
    expect(wrong[0]).toMatchObject({ label: '404 Not Found', kind: 'response', state: 'fail' });
  });
});
