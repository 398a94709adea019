import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { ScenarioRun } from '../../../app/contract/scenario-run.ts';
import type { ScenarioOutline } from '../../../app/contract/scenarios.ts';
import { IconButton } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { visibleString } from '../wire/index.ts';
import type { ScenariosStore } from './scenarios-state.ts';

/** Variables of the file with the values for the next run, and what the last run made of them. */
export function VariablesView(props: {
  readonly store: ScenariosStore;
  readonly path: string;
  readonly outline: ScenarioOutline | undefined;
  readonly run: ScenarioRun | undefined;
  readonly onReveal: (line: number) => void;
}): ReactNode {
  const { store, path, outline, run, onReveal } = props;
  const values = useStore(store, (s) => s.setup.variables[path]) ?? {};
  const { setVariable } = store.getState();
  const known = outline?.variables ?? [];
  const names = new Set(known.map(({ name }) => name));
  const others = Object.entries(run?.variables ?? {}).filter(([name]) => !names.has(name));
  return (
    <div className="scroll scfacts" tabIndex={0} role="region" aria-label="Variables">
      <h3>For the next run</h3>
      {known.length === 0 && <p className="dim">The file has none. They stand under variables at its top.</p>}
      {known.map(({ name, value, line }) => (
        <div className="scvar" key={name}>
          <button
            type="button"
            className="lnk mono el"
            title={`line ${String(line)}`}
            onClick={() => {
              onReveal(line);
            }}
          >
            {visibleString(name)}
          </button>
          <TextInput
            aria-label={name}
            isMono
            placeholder={value}
            value={values[name] ?? ''}
            onChange={(text) => {
              setVariable(path, name, text === '' ? undefined : text);
            }}
          >
            {values[name] !== undefined && (
              <IconButton
                icon="cross"
                size="s"
                label={`Back to ${value}`}
                onClick={() => {
                  setVariable(path, name, undefined);
                }}
              />
            )}
          </TextInput>
        </div>
      ))}
      {run !== undefined && (
        <>
          <h3>{run.state === 'ended' ? 'At the end of the last run' : 'Now'}</h3>
          <dl className="scvalues">
            {[...known.map(({ name }) => [name, run.variables[name]] as const), ...others].map(
              ([name, value]) => (
                <div key={name}>
                  <dt className="mono">{visibleString(name)}</dt>
                  <dd className="mono">{value === undefined ? '' : visibleString(String(value))}</dd>
                </div>
              ),
            )}
          </dl>
        </>
      )}
    </div>
  );
}
