import type { ReactNode } from 'react';
import type { ScenarioRun } from '../../../app/contract/scenario-run.ts';
import type { ScenarioOutline } from '../../../app/contract/scenarios.ts';
import { useNow } from '../../ui/use-now.ts';
import { formatDuration } from '../wire/index.ts';
import { countParts } from './run-words.ts';

/** How many steps, or rows, of the last run passed and failed, and how long ago that was. */
export function LastRun(props: {
  readonly outline: ScenarioOutline | undefined;
  readonly run: ScenarioRun;
}): ReactNode {
  const { run } = props;
  const now = useNow();
  const { passed, failed, left } = countParts(run, props.outline);
  const agoMs = now - run.startedAtMs;
  return (
    <section className="sclast" aria-label="Last run">
      <div className="row">
        <span className="semi grow">Last run</span>
        <span className="dim">
          {agoMs < 2000 ? 'now' : `${formatDuration(Math.floor(agoMs / 1000) * 1000)} ago`}
        </span>
      </div>
      <div className="scbar" aria-hidden="true">
        <i className="pass" style={{ flexGrow: passed }} />
        <i className="fail" style={{ flexGrow: failed }} />
        <i style={{ flexGrow: left }} />
      </div>
      <p className="mid">
        <span className="ok semi">{passed}</span> passed,{' '}
        <span className={failed > 0 ? 'err semi' : 'semi'}>{failed}</span> failed, {left} left
        {run.series !== undefined && ', of its rows'}
      </p>
    </section>
  );
}
