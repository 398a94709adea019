import type { ReactNode } from 'react';
import type { LoadRun } from '../../../app/contract/load.ts';
import { classNames } from '../../ui/class-names.ts';
import { formatCount } from '../wire/index.ts';
import { MS, numberText } from './chart-model.ts';
import { percentText } from './run-note.ts';

interface Figure {
  readonly label: string;
  readonly value: string;
  readonly more?: string;
  readonly tone?: 'warn' | 'err';
  /** The value itself is bad, not only its share. */
  readonly isBad?: boolean;
}

const share = (part: number, all: number): string | undefined =>
  all === 0 ? undefined : percentText((100 * part) / all);

const isBelow = ({ succeeded, failed, plan }: LoadRun): boolean =>
  (100 * succeeded) / (succeeded + failed) < (plan.stopWhen.successBelowPercent ?? 0);

function figuresOf(run: LoadRun): readonly Figure[] {
  const { attempts, succeeded, failed, active, peakActive, setup, retransmissions } = run;
  const ended = succeeded + failed;
  const good = share(succeeded, ended);
  const bad = failed === 0 ? undefined : share(failed, ended);
  const again = retransmissions === 0 ? undefined : share(retransmissions, attempts);
  return [
    {
      label: 'Attempts',
      value: formatCount(attempts),
      ...(run.skipped > 0 ? { more: `${formatCount(run.skipped)} skipped`, tone: 'warn' as const } : {}),
    },
    {
      label: 'Succeeded',
      value: formatCount(succeeded),
      ...(good === undefined ? {} : { more: good }),
      ...(failed === 0 ? {} : { tone: isBelow(run) ? ('err' as const) : ('warn' as const) }),
    },
    {
      label: 'Failed',
      value: formatCount(failed),
      ...(bad === undefined ? {} : { more: bad, tone: 'err' as const, isBad: true }),
    },
    {
      label: 'Active now',
      value: formatCount(active),
      ...(peakActive === 0 ? {} : { more: `peak ${formatCount(peakActive)}` }),
    },
    {
      label: 'Setup p95',
      value: setup.maxMs === 0 ? '–' : `${numberText(setup.p95Ms, MS)} ms`,
      ...(setup.maxMs === 0 ? {} : { more: `max ${numberText(setup.maxMs, MS)} ms` }),
    },
    {
      label: 'Retransmitted',
      value: formatCount(retransmissions),
      ...(again === undefined ? {} : { more: `${again} of calls` }),
    },
  ];
}

/** The six figures of a run, over all of its time. */
export function RunFigures({ run }: { readonly run: LoadRun }): ReactNode {
  return (
    <dl className="ldcard ldfigures" aria-label="Figures">
      {figuresOf(run).map(({ label, value, more, tone, isBad }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <b className={classNames(isBad === true && 'err')}>{value}</b>
            {more !== undefined && <span className={tone ?? 'dim'}>{more}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
