import { type ReactNode, useId } from 'react';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { Button } from '../../ui/button.tsx';
import { CheckBox } from '../../ui/check-box.tsx';
import { Segments, Select } from '../../ui/field.tsx';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import {
  type FieldId,
  LIMITS,
  type LoadDraft,
  type Problems,
  profileOf,
  secondsOf,
  SHAPES,
} from './load-draft.ts';
import { NumberRow } from './number-row.tsx';
import { ProfileCurve } from './profile-curve.tsx';
import type { SourceOption } from './scenario-sources.ts';
import { TargetPart } from './target-part.tsx';

export interface ProfilePaneProps {
  readonly draft: LoadDraft;
  readonly problems: Problems;
  /** Undefined until the workbench has answered. */
  readonly sources: readonly SourceOption[] | undefined;
  readonly source: SourceOption | undefined;
  readonly servers: readonly ServerInfo[];
  readonly owned: readonly string[];
  /** A run is on, or the scenarios are not read yet. */
  readonly isBusy: boolean;
  /** How far a run is that has the profile of this form. */
  readonly atSec: number | undefined;
  readonly onChange: (change: Partial<LoadDraft>) => void;
  readonly onOwned: (host: string, isOwned: boolean) => void;
  readonly onStart: () => void;
}

/** What to run, how the rate goes, when to stop, and whom to call. */
export function ProfilePane(props: ProfilePaneProps): ReactNode {
  const { draft, problems, onChange } = props;
  const setNumber = (id: FieldId, value: string): void => {
    onChange({ numbers: { ...draft.numbers, [id]: value } });
  };
  const numbers = (ids: readonly FieldId[]): ReactNode =>
    ids.map((id) => (
      <NumberRow
        key={id}
        field={id}
        value={draft.numbers[id]}
        problem={problems[id]}
        onChange={(value) => {
          setNumber(id, value);
        }}
      />
    ));
  const shape = SHAPES.find(({ id }) => id === draft.shape);
  return (
    <Pane label="Profile" scope="load-profile">
      <PaneHead title="Profile">
        <Button
          kind="primary"
          size="s"
          icon="play"
          shortcut="Mod+Enter"
          disabled={props.isBusy}
          onClick={props.onStart}
        >
          Start
        </Button>
      </PaneHead>
      <div className="scroll ldform">
        <ScenarioPart {...props} />
        <div className="ldpart" role="group" aria-label="Shape">
          <span className="sect" aria-hidden="true">
            Shape
          </span>
          <Segments
            aria-label="Shape"
            value={draft.shape}
            options={SHAPES.map(({ id, label }) => ({ value: id, label }))}
            onChange={(next) => {
              onChange({ shape: next });
            }}
          />
          <ProfileCurve profile={profileOf(draft)} durationSec={secondsOf(draft)} atSec={props.atSec} />
          {numbers(shape?.fields ?? [])}
        </div>
        <div className="ldpart" role="group" aria-label="Limits">
          <span className="sect" aria-hidden="true">
            Limits
          </span>
          {numbers(LIMITS)}
        </div>
        <div className="ldpart" role="group" aria-label="Stop when">
          <span className="sect" aria-hidden="true">
            Stop when
          </span>
          <StopRule
            label="success under"
            field="successBelowPercent"
            isOn={draft.stopsOnSuccess}
            {...{ draft, problems }}
            onToggle={(stopsOnSuccess) => {
              onChange({ stopsOnSuccess });
            }}
            onNumber={setNumber}
          />
          <StopRule
            label="p95 setup over"
            field="p95SetupAboveMs"
            isOn={draft.stopsOnSetup}
            {...{ draft, problems }}
            onToggle={(stopsOnSetup) => {
              onChange({ stopsOnSetup });
            }}
            onNumber={setNumber}
          />
        </div>
        <TargetPart
          target={draft.target}
          problem={problems.target}
          servers={props.servers}
          owned={props.owned}
          onOwned={props.onOwned}
          onChange={(target) => {
            onChange({ target });
          }}
        />
        <VariablesPart {...props} />
      </div>
    </Pane>
  );
}

function ScenarioPart({ sources, source, onChange }: ProfilePaneProps): ReactNode {
  const id = useId();
  return (
    <div className="ldpart">
      <label className="sect" htmlFor={id}>
        Scenario
      </label>
      {source === undefined || sources === undefined ? (
        <p className="hp">{sources === undefined ? 'The scenarios are read.' : 'There is no scenario.'}</p>
      ) : (
        <>
          <Select
            id={id}
            value={source.id}
            aria-describedby={`${id}-help`}
            options={sources.map(({ id: value, label }) => ({ value, label }))}
            onChange={(scenario) => {
              onChange({ scenario });
            }}
          />
          <p className="hp" id={`${id}-help`}>
            {source.description}
          </p>
        </>
      )}
    </div>
  );
}

function StopRule(props: {
  readonly label: string;
  readonly field: FieldId;
  readonly isOn: boolean;
  readonly draft: LoadDraft;
  readonly problems: Problems;
  readonly onToggle: (isOn: boolean) => void;
  readonly onNumber: (id: FieldId, value: string) => void;
}): ReactNode {
  const { label, field, isOn, draft, problems, onToggle, onNumber } = props;
  return (
    <div className="ldstop">
      <CheckBox isOn={isOn} onChange={onToggle}>
        {label}
      </CheckBox>
      <NumberRow
        field={field}
        value={draft.numbers[field]}
        problem={problems[field]}
        isLabelHidden
        isDisabled={!isOn}
        onChange={(value) => {
          onNumber(field, value);
        }}
      />
    </div>
  );
}

function VariablesPart({ draft, problems, onChange }: ProfilePaneProps): ReactNode {
  const id = useId();
  return (
    <div className="ldpart">
      <label className="sect" htmlFor={id}>
        Variables
      </label>
      <textarea
        id={id}
        className="inp mono ldvars"
        rows={2}
        spellCheck={false}
        placeholder="NAME=VALUE"
        value={draft.variables}
        aria-invalid={problems.variables === undefined ? undefined : true}
        aria-describedby={`${id}-help`}
        onChange={(event) => {
          onChange({ variables: event.target.value });
        }}
      />
      <p className={problems.variables === undefined ? 'hp' : 'hp bad'} id={`${id}-help`}>
        {problems.variables ?? 'One a line; the scenario says which it has.'}
      </p>
    </div>
  );
}
