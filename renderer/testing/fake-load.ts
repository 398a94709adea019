import { ContractError } from '../../app/contract/errors.ts';
import type { LoadRun, LoadStart } from '../../app/contract/load.ts';

/** Load without calls: a run does what it is told, and its figures are what a test sets. */
export interface FakeLoad {
  readonly read: () => { runs: LoadRun[] };
  readonly start: (start: LoadStart) => LoadRun;
  readonly steer: (id: string, change: Partial<LoadRun>) => LoadRun;
  /** Changes the newest run and tells it. */
  readonly set: (change: Partial<LoadRun>) => void;
}

const NO_TIMES = { p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 };

/** A run that has just begun. */
export const aRun = (change: Partial<LoadRun> = {}): LoadRun => ({
  id: 'run-1',
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
  setup: NO_TIMES,
  callLength: NO_TIMES,
  retransmissions: 0,
  failures: [],
  seconds: [],
  plan: {
    profile: { shape: 'constant', ratePerSec: 10 },
    limits: { maxConcurrent: 10_000 },
    stopWhen: {},
    workers: 1,
  },
  startedAtMs: Date.UTC(2026, 10, 21, 14, 2, 48),
  ...change,
});

export function createFakeLoad(initial: readonly LoadRun[], onChanged: (run: LoadRun) => void): FakeLoad {
  let runs: readonly LoadRun[] = initial;
  const change = (id: string, what: Partial<LoadRun>): LoadRun => {
    const found = runs.find((run) => run.id === id);
    if (found === undefined) throw new ContractError('not-found', 'There is no such run any more.');
    const changed = { ...found, ...what };
    runs = runs.map((run) => (run.id === id ? changed : run));
    onChanged(changed);
    return changed;
  };
  return {
    read: () => ({ runs: [...runs] }),
    start: ({ target, plan }) => {
      const run = aRun({ id: `run-${runs.length + 1}`, target, plan });
      runs = [run, ...runs];
      return run;
    },
    steer: (id, what) => {
      if (runs.find((run) => run.id === id)?.state === 'ended')
        throw new ContractError('conflict', 'That run has ended.');
      return change(id, what);
    },
    set: (what) => {
      const [newest] = runs;
      if (newest !== undefined) change(newest.id, what);
    },
  };
}
