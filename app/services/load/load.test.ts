import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileText } from '../../../scenarios/engine/read-file.ts';
import { ManualClock } from '../../../stack/testing/manual-clock.ts';
import type { LoadRun, LoadSnapshot, LoadStart } from '../../contract/load.ts';
import type { LoadHandle, LoadOptions } from '../../load/load-run.ts';
import { createLoad, KEPT_RUNS, type LoadService, TOLD_EVERY_MS } from './load.ts';

/* Verified: what the workbench does around a run of the engine: guards, one at a time, how often it tells, what it keeps. */

const TIMES = { p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 };

const STARTED: LoadSnapshot = {
  id: 'engine-1',
  name: 'Basic call',
  target: 'sip:bob@127.0.0.1:5060',
  state: 'running',
  elapsedSec: 0,
  ratePerSec: 10,
  attempts: 0,
  succeeded: 0,
  failed: 0,
  active: 0,
  peakActive: 0,
  skipped: 0,
  setup: TIMES,
  callLength: TIMES,
  retransmissions: 0,
  failures: [],
  seconds: [],
};

/** A run that does what it is told, and nothing by itself. */
class FakeRun implements LoadHandle {
  snapshot = STARTED;
  readonly rates: number[] = [];
  readonly ended: Promise<LoadSnapshot>;
  readonly #onSnapshot: ((snapshot: LoadSnapshot) => void) | undefined;
  #end: (snapshot: LoadSnapshot) => void = () => undefined;

  constructor(onSnapshot: ((snapshot: LoadSnapshot) => void) | undefined) {
    this.#onSnapshot = onSnapshot;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }
  become(change: Partial<LoadSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    this.#onSnapshot?.(this.snapshot);
    if (this.snapshot.state === 'ended') this.#end(this.snapshot);
  }
  /** The engine tells of a rate with the next second. */
  setRate(ratePerSec: number): void {
    this.rates.push(ratePerSec);
  }
  pause(): void {
    this.become({ state: 'paused' });
  }
  resume(): void {
    this.become({ state: 'running' });
  }
  drain(): void {
    this.become({ state: 'draining' });
  }
  stop(): Promise<LoadSnapshot> {
    this.become({ state: 'ended' });
    return this.ended;
  }
}

interface Bench {
  readonly load: LoadService;
  readonly clock: ManualClock;
  readonly runs: readonly FakeRun[];
  readonly told: readonly LoadRun[];
  readonly ordered: readonly LoadOptions[];
  readonly start: (change?: Partial<LoadStart>) => Promise<LoadRun>;
}

const SCENARIO = 'version: 1\nname: Basic call\nactors:\n  alice:\n    steps:\n      - invite: {}\n';
const START: LoadStart = {
  text: SCENARIO,
  origin: { kind: 'file', path: 'basic.yaml' },
  target: 'sip:bob@127.0.0.1:5060',
  variables: {},
  ownsTarget: false,
  plan: {
    profile: { shape: 'constant', ratePerSec: 10 },
    limits: { maxConcurrent: 100 },
    stopWhen: {},
    workers: 1,
  },
};

/** One file is beside every scenario. */
const USERS = 'name\nalice\nbob\n';
const readNamed = (path: string): FileText =>
  path === 'users.csv' ? { text: USERS } : { reason: 'there is no such file' };

/** The variables of the environment of that name. */
const LAB = { target: 'sip:127.0.0.1:5099', user: 'lisa', seats: 4 };

function bench(): Bench {
  const clock = new ManualClock();
  const runs: FakeRun[] = [];
  const told: LoadRun[] = [];
  const ordered: LoadOptions[] = [];
  let ids = 0;
  const load = createLoad({
    environment: (name) => Promise.resolve(name === 'lab' ? LAB : {}),
    clock,
    newId: () => `run-${++ids}`,
    place: ({ kind, path }) =>
      Promise.resolve({ folder: `/${kind}/${dirname(path)}`, readFile: (named) => readNamed(named) }),
    startLoad: (options) => {
      const run = new FakeRun(options.onSnapshot);
      ordered.push(options);
      runs.push(run);
      return run;
    },
  });
  load.onChanged((run) => told.push(run));
  return {
    load,
    clock,
    runs,
    told,
    ordered,
    start: (change) => load.handlers['load.start']({ ...START, ...change }),
  };
}

const ids = ({ load }: Bench): readonly string[] => load.handlers['load.read']().runs.map(({ id }) => id);
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('load runs', () => {
  it('answers with the run: what was asked for, and how it stands', async () => {
    const { start, load, clock } = bench();
    const about = { id: 'run-1', plan: START.plan, startedAtMs: clock.wallMs() };
    expect(await start()).toEqual({ ...STARTED, ...about });
    expect(load.handlers['load.read']().runs).toHaveLength(1);
  });

  it('tells of a run four times a second at most, and of its end at once', async () => {
    const { start, runs, clock, told } = bench();
    await start();
    for (let attempts = 1; attempts <= 20; attempts++) {
      runs[0]?.become({ attempts });
      clock.advance(TOLD_EVERY_MS / 10);
    }
    expect(told.map(({ attempts }) => attempts)).toEqual([1, 10, 20]);
    runs[0]?.become({ attempts: 21, state: 'ended' });
    await settled();
    expect(told.at(-1)).toMatchObject({ attempts: 21, state: 'ended' });
    expect(clock.pending).toBe(0);
  });

  it('steers the run that is on, and says so when there is none', async () => {
    const { start, load, runs } = bench();
    const { id } = await start();
    const { handlers } = load;
    expect(await handlers['load.setRate']({ id, ratePerSec: 25 })).toMatchObject({ ratePerSec: 25 });
    expect(await handlers['load.pause']({ id })).toMatchObject({ state: 'paused' });
    expect(await handlers['load.resume']({ id })).toMatchObject({ state: 'running' });
    expect(await handlers['load.drain']({ id })).toMatchObject({ state: 'draining' });
    expect(await handlers['load.stop']({ id })).toMatchObject({ state: 'ended' });
    expect(await handlers['load.stop']({ id })).toMatchObject({ state: 'ended' });
    expect(() => handlers['load.setRate']({ id, ratePerSec: 1 })).toThrow('That run has ended.');
    expect(() => handlers['load.pause']({ id: 'run-9' })).toThrow('There is no such run any more.');
    expect(runs[0]?.rates).toEqual([25]);
  });

  it('sets no rate of users', async () => {
    const { start, load, runs } = bench();
    const { id } = await start({ plan: { ...START.plan, profile: { shape: 'users', users: 5 } } });
    expect(() => load.handlers['load.setRate']({ id, ratePerSec: 1 })).toThrow('no rate is set');
    expect(runs[0]?.rates).toEqual([]);
  });

  it('takes the variables of an environment where it is given none; its target does not count', async () => {
    const { start, ordered } = bench();
    await start({ environment: 'lab', variables: { user: 'mona' } });
    expect(ordered[0]).toMatchObject({ target: START.target, variables: { user: 'mona', seats: 4 } });
  });

  it('has one run at a time', async () => {
    const { start, runs } = bench();
    await start();
    await expect(start()).rejects.toThrow('Basic call runs already: stop it first.');
    await runs[0]?.stop();
    expect(await start()).toMatchObject({ id: 'run-2' });
  });

  it('keeps the last ten', async () => {
    const one = bench();
    for (let i = 0; i < KEPT_RUNS + 2; i++) {
      await one.start();
      await one.runs[i]?.stop();
    }
    expect(ids(one)).toEqual(Array.from({ length: KEPT_RUNS }, (_, i) => `run-${KEPT_RUNS + 2 - i}`));
  });

  it('calls no machine but this one unless a person says so', async () => {
    const { start, runs } = bench();
    const target = 'sip:bob@192.0.2.1';
    await expect(start({ target })).rejects.toThrow('192.0.2.1 is not this machine: confirm');
    await expect(start({ target: 'bob at home' })).rejects.toThrow('bob at home is no SIP URI');
    expect(runs).toHaveLength(0);
    expect(await start({ target, ownsTarget: true })).toMatchObject({ id: 'run-1' });
  });

  it('asks the same of whom an actor names itself, and calls the first node where there is one', async () => {
    const { start, ordered } = bench();
    const elsewhere = SCENARIO.replace('alice:\n', 'alice:\n    target: sip:bob@192.0.2.7\n');
    await expect(start({ text: elsewhere })).rejects.toThrow('192.0.2.7 is not this machine: confirm');
    await expect(start({ target: '' })).rejects.toThrow('The target is no SIP URI');
    const own = SCENARIO.replace('actors:', 'nodes:\n  edge: { mode: full-uas }\nactors:').replace(
      'alice:\n',
      'alice:\n    target: edge\n',
    );
    await start({ text: own, target: '' });
    expect(ordered).toMatchObject([{ target: '' }]);
  });

  it('says where the scenario is wrong', async () => {
    const { start } = bench();
    const text = SCENARIO.replace('invite', 'invide');
    await expect(start({ text })).rejects.toThrow(/^basic\.yaml:6:\d+: /);
  });

  it('gives the run the files that its scenario names, and the folder of its certificates', async () => {
    const { start, ordered } = bench();
    const text = `${SCENARIO}datasets: { users: { file: users.csv } }\n`;
    await start({ text, origin: { kind: 'template', path: 'registration/users.yaml' } });
    expect(ordered).toMatchObject([{ files: { 'users.csv': USERS }, folder: '/template/registration' }]);
  });

  it('says which file is not there, and that a text that stands nowhere has none', async () => {
    const { start, runs } = bench();
    const text = `${SCENARIO}datasets: { users: { file: others.csv } }\n`;
    await expect(start({ text })).rejects.toThrow(/^basic\.yaml:7:\d+: .*others\.csv.*there is no such file/);
    await expect(start({ text, origin: undefined })).rejects.toThrow(/^The scenario:7:\d+: .*no folder/);
    expect(runs).toHaveLength(0);
  });

  it('starts one of two that are asked for at the same moment', async () => {
    const { start, runs } = bench();
    const both = await Promise.allSettled([start(), start()]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(runs).toHaveLength(1);
  });

  it('ends what is on when the workbench ends', async () => {
    const { start, load, runs } = bench();
    await start();
    await load.dispose();
    expect(runs[0]?.snapshot.state).toBe('ended');
  });
});
