import type { ReactNode } from 'react';
import type { LoadRun } from '../../../app/contract/load.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Tag, type TagProps } from '../../ui/tag.tsx';
import { formatTimeOfDay } from '../wire/index.ts';
import { clockText, plain } from './chart-model.ts';
import { hasRate, isOn } from './load-store.ts';
import { profileWords } from './profile-shape.ts';
import type { LoadActions } from './use-load-actions.ts';

const STATES: Readonly<
  Record<
    LoadRun['state'],
    { readonly word: string; readonly tone: NonNullable<TagProps['tone']>; readonly dot: string }
  >
> = {
  starting: { word: 'Starting', tone: 'info', dot: 'attention' },
  running: { word: 'Running', tone: 'ok', dot: 'run' },
  paused: { word: 'Paused', tone: 'warning', dot: 'attention' },
  draining: { word: 'Draining', tone: 'warning', dot: 'attention' },
  ended: { word: 'Ended', tone: 'neutral', dot: 'off' },
};

/** `Basic call × ramp 200`. */
export const runName = ({ name, plan }: LoadRun): string => `${name} × ${profileWords(plan.profile)}`;

export interface RunHeadProps {
  readonly run: LoadRun;
  /** The newest first. */
  readonly runs: readonly LoadRun[];
  readonly actions: LoadActions;
  readonly onChoose: (id: string) => void;
}

/** How it stands with the run, and what can be done with it. */
export function RunHead({ run, runs, actions, onChoose }: RunHeadProps): ReactNode {
  const { word, tone, dot } = STATES[run.state];
  const { durationSec } = run.plan.limits;
  const isLive = isOn(run);
  return (
    <div className="ph ldhead">
      <Tag tone={run.problem === undefined ? tone : 'error'}>
        <span className={`dot ${run.problem === undefined ? dot : 'bad'}`} />
        {run.problem === undefined ? word : 'Failed'}
      </Tag>
      {runs.length > 1 ? (
        <span className="ldruns">
          <Select
            aria-label="Run"
            value={run.id}
            options={runs.map((one) => ({
              value: one.id,
              label: `${runName(one)} · ${formatTimeOfDay(one.startedAtMs)}`,
            }))}
            onChange={onChoose}
          />
        </span>
      ) : (
        <h2 className="el">{runName(run)}</h2>
      )}
      <span className="dim nw">
        {clockText(run.elapsedSec)}
        {durationSec !== undefined && ` of ${clockText(durationSec)}`}
      </span>
      <span className="grow" />
      {hasRate(run) && <Rate run={run} onChange={actions.changeRate} />}
      {isLive && (
        <>
          <Button
            icon={run.state === 'paused' ? 'play' : 'pause'}
            shortcut="p"
            disabled={run.state === 'starting' || run.state === 'draining'}
            onClick={actions.togglePause}
          >
            {run.state === 'paused' ? 'Resume' : 'Pause'}
          </Button>
          <Button shortcut="q" disabled={run.state === 'draining'} onClick={actions.drain}>
            Drain
          </Button>
          <Button kind="danger" icon="stop" shortcut="Q" onClick={actions.stop}>
            Stop
          </Button>
        </>
      )}
    </div>
  );
}

function Rate(props: { readonly run: LoadRun; readonly onChange: (byPerSec: number) => void }): ReactNode {
  const { run, onChange } = props;
  return (
    <span className="ldrate" role="group" aria-label="Rate">
      <IconButton
        icon="minus"
        size="s"
        kind="secondary"
        label="One call per second less"
        shortcut="-"
        disabled={run.ratePerSec <= 0}
        onClick={() => {
          onChange(-1);
        }}
      />
      <output>
        {plain(run.ratePerSec)}
        <span className="ldcps"> cps</span>
      </output>
      <IconButton
        icon="plus"
        size="s"
        kind="secondary"
        label="One call per second more"
        shortcut="+"
        onClick={() => {
          onChange(1);
        }}
      />
    </span>
  );
}
