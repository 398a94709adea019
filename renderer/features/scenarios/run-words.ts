import type { ScenarioRun } from '../../../app/contract/scenario-run.ts';
import type { ScenarioOutline } from '../../../app/contract/scenarios.ts';
import type { IconName } from '../../ui/icon.tsx';
import { formatDuration } from '../wire/index.ts';

export interface RunWords {
  readonly tone: 'ok' | 'error' | 'warning' | 'info' | 'neutral';
  readonly icon: IconName;
  readonly text: string;
  /** `2.02 s` */
  readonly facts: string;
}

type Series = NonNullable<ScenarioRun['series']>;

/** How a run stands, in a few words: `Failed at step 11 of 14`. */
export function runWords(run: ScenarioRun, outline: ScenarioOutline | undefined): RunWords {
  const total = outline?.steps.length ?? 0;
  const done = new Set(run.steps.map((step) => step.id)).size;
  const { verdict } = run;
  if (run.series !== undefined) return seriesWords(run.series, run);
  if (verdict === undefined)
    return run.state === 'paused'
      ? {
          tone: 'warning',
          icon: 'pause',
          text: 'Held before a step',
          facts: `${String(done)} of ${String(total)}`,
        }
      : { tone: 'info', icon: 'play', text: 'Running', facts: `${String(done)} of ${String(total)}` };
  const facts = formatDuration(verdict.tookMs);
  switch (verdict.outcome) {
    case 'pass':
      return { tone: 'ok', icon: 'check', text: 'Passed', facts };
    case 'stopped':
      return { tone: 'neutral', icon: 'stop', text: 'Stopped', facts };
    case 'error':
      return { tone: 'error', icon: 'alert', text: 'Could not be run', facts };
    case 'fail': {
      const failed = run.steps.find((step) => step.outcome === 'fail');
      const at = outline?.steps.findIndex((step) => step.id === failed?.id) ?? -1;
      const text = at === -1 ? 'Failed' : `Failed at step ${String(at + 1)} of ${String(total)}`;
      return { tone: 'error', icon: 'cross', text, facts };
    }
  }
}

/** `Row 3 of 5`, `2 of 5 rows failed` */
function seriesWords({ total, rows }: Series, { state, verdict }: ScenarioRun): RunWords {
  const passed = rows.filter(({ outcome }) => outcome === 'pass').length;
  if (verdict === undefined)
    return {
      tone: state === 'paused' ? 'warning' : 'info',
      icon: state === 'paused' ? 'pause' : 'play',
      text: `Row ${String(Math.min(total, rows.length + 1))} of ${String(total)}`,
      facts: passed === rows.length ? '' : `${String(rows.length - passed)} failed`,
    };
  const facts = formatDuration(verdict.tookMs);
  if (passed === total) return { tone: 'ok', icon: 'check', text: `All ${String(total)} rows passed`, facts };
  return {
    ...(verdict.outcome === 'stopped'
      ? ({ tone: 'neutral', icon: 'stop' } as const)
      : ({ tone: 'error', icon: 'cross' } as const)),
    text: `${String(passed)} of ${String(total)} rows passed`,
    facts,
  };
}

/** Of the steps of a run, or of its rows, how many passed, failed, and are left. */
export function countParts(
  run: ScenarioRun,
  outline: ScenarioOutline | undefined,
): { readonly passed: number; readonly failed: number; readonly left: number } {
  const latest = new Map(run.steps.map((step) => [step.id, step.outcome]));
  const outcomes =
    run.series === undefined ? [...latest.values()] : run.series.rows.map(({ outcome }) => outcome);
  const total = run.series?.total ?? outline?.steps.length ?? 0;
  const passed = outcomes.filter((outcome) => outcome === 'pass').length;
  const failed = outcomes.length - passed;
  return { passed, failed, left: Math.max(0, total - outcomes.length) };
}

/** A word of a shell, quoted when it has to be. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** With what a file is run. */
export interface RunOrder {
  /** Empty when the file or the environment says it. */
  readonly target: string;
  readonly environment: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly hasRows: boolean;
}

/** The command that runs the same file with the same target and values. */
export function runCommand(file: string, { target, environment, variables, hasRows }: RunOrder): string {
  return [
    'sipctl run',
    quoted(file),
    ...(environment === undefined ? [] : ['--env', quoted(environment)]),
    ...(target === '' ? [] : ['--target', quoted(target)]),
    ...Object.entries(variables).flatMap(([name, value]) => ['--set', quoted(`${name}=${value}`)]),
    ...(hasRows ? ['--runs', 'all'] : []),
  ].join(' ');
}
