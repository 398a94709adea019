import type { ReactNode } from 'react';
import type { ScenarioRun } from '../../../app/contract/scenario-run.ts';
import type { ScenarioOutline } from '../../../app/contract/scenarios.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/note.tsx';
import { visibleString } from '../wire/index.ts';
import { RunRows } from './run-rows.tsx';

/** Where each actor of a run stands, its dialogs, and how it ended. */
export function DebugView(props: {
  readonly outline: ScenarioOutline | undefined;
  readonly run: ScenarioRun | undefined;
  readonly onReveal: (line: number) => void;
  readonly onStep: (actor: string) => void;
  readonly onTraffic: (callId: string) => void;
  readonly onRow: (run: string, row: number) => void;
}): ReactNode {
  const { outline, run } = props;
  if (run === undefined)
    return (
      <EmptyState
        title="Nothing was run yet"
        text="Run with F5, or hold before each step with Shift+F5: then the actors, their dialogs and variables are here."
      />
    );
  const steps = outline?.steps ?? [];
  const standing = (actor: string): string => {
    const held = run.paused.find((p) => p.actor === actor);
    if (held !== undefined) {
      const at = steps.findIndex((step) => step.id === held.stepId);
      const step = steps[at];
      return step === undefined ? 'held' : `held before step ${String(at + 1)}: ${step.title}`;
    }
    const failed = run.steps.find((s) => s.actor === actor && s.outcome === 'fail');
    if (failed !== undefined) return `failed: ${failed.title}`;
    const left = steps.filter((s) => s.actor === actor && !run.steps.some((r) => r.id === s.id));
    if (left.length === 0) return 'has done all its steps';
    return run.state === 'ended'
      ? `${String(left.length)} steps were not reached`
      : `waits at: ${left[0]?.title ?? ''}`;
  };
  return (
    <div className="scroll scfacts" tabIndex={0} role="region" aria-label="Run">
      {run.verdict?.reason !== undefined && <p className="scwhy err">{visibleString(run.verdict.reason)}</p>}
      {run.series !== undefined && (
        <RunRows
          series={run.series}
          isOver={run.state === 'ended'}
          onShow={(row) => {
            props.onRow(run.id, row);
          }}
        />
      )}
      <h3>Actors</h3>
      <ul className="scstands">
        {(outline?.actors ?? []).map(({ name }) => {
          const held = run.paused.find((p) => p.actor === name);
          return (
            <li key={name}>
              <span className="semi">{visibleString(name)}</span>
              <span className="mid grow">{visibleString(standing(name))}</span>
              {held !== undefined && (
                <>
                  <Button
                    size="s"
                    kind="quiet"
                    onClick={() => {
                      props.onReveal(held.line);
                    }}
                  >
                    Show
                  </Button>
                  <Button
                    size="s"
                    icon="step"
                    onClick={() => {
                      props.onStep(name);
                    }}
                  >
                    Step {visibleString(name)}
                  </Button>
                </>
              )}
            </li>
          );
        })}
      </ul>
      <h3>Dialogs</h3>
      {run.dialogs.length === 0 && <p className="dim">None yet.</p>}
      <ul className="scdialogs">
        {run.dialogs.map((dialog) => (
          <li key={`${dialog.actor} ${dialog.name} ${dialog.callId}`}>
            <p className="row">
              <span className="semi">{visibleString(dialog.actor)}</span>
              <span className="mid grow">
                {visibleString(dialog.name)}, {dialog.state}
              </span>
              <Button
                size="s"
                kind="quiet"
                icon="traffic"
                onClick={() => {
                  props.onTraffic(dialog.callId);
                }}
              >
                Traffic
              </Button>
            </p>
            <dl className="scvalues">
              <div>
                <dt>Call-ID</dt>
                <dd className="mono">{visibleString(dialog.callId)}</dd>
              </div>
              <div>
                <dt>Tags</dt>
                <dd className="mono">
                  {visibleString(dialog.localTag)} /{' '}
                  {visibleString(dialog.remoteTag === '' ? 'none yet' : dialog.remoteTag)}
                </dd>
              </div>
            </dl>
          </li>
        ))}
      </ul>
    </div>
  );
}
