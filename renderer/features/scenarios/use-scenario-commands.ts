import { useEffect, useRef } from 'react';
import type { ScenarioRun } from '../../../app/contract/scenario-run.ts';
import type { Command } from '../../ui/commands.ts';
import { useCommands } from '../../ui/use-commands.tsx';
import type { ScenarioActions } from './use-scenario-actions.tsx';

export interface ScenarioKeys {
  readonly path: string | undefined;
  readonly run: ScenarioRun | undefined;
  /** It has datasets. */
  readonly hasRows: boolean;
  readonly actions: ScenarioActions;
  readonly importFile: () => void;
  readonly copyCommand: () => void;
  readonly runSelected: () => void;
}

/** Two presses of Esc within this time stop a run. */
const TWICE_MS = 700;

/** What works on the whole screen. */
export function useScenarioCommands(keys: ScenarioKeys): void {
  const { path, run, actions } = keys;
  const isOn = run !== undefined && run.state !== 'ended';
  const command = (
    id: string,
    label: string,
    shortcuts: readonly string[],
    icon: Command['icon'],
    run_: () => void,
    isEnabled = true,
  ): Command => ({
    id: `scenario.${id}`,
    label,
    shortcuts,
    scope: 'scenarios',
    group: 'Scenarios',
    icon,
    isEnabled: () => isEnabled,
    run: run_,
  });
  const withFile = (act: (path: string) => void) => (): void => {
    if (path !== undefined) act(path);
  };
  const withRun = (act: (run: ScenarioRun) => void) => (): void => {
    if (run !== undefined) act(run);
  };
  useCommands([
    command(
      'run',
      'Run scenario',
      ['F5'],
      'play',
      withFile((file) => {
        actions.run(file, { debug: false });
      }),
    ),
    command(
      'debug',
      'Debug scenario',
      ['Shift+F5'],
      'breakpoint',
      withFile((file) => {
        actions.run(file, { debug: true });
      }),
    ),
    command(
      'runRows',
      'Run scenario for all rows of its datasets',
      ['Mod+F5'],
      'play',
      withFile((file) => {
        actions.run(file, { debug: false, allRows: true });
      }),
      keys.hasRows,
    ),
    command('runSelection', 'Run the selected step', ['Mod+Shift+F5'], 'play', keys.runSelected),
    command(
      'step',
      'Do the next step',
      ['F10'],
      'step',
      withRun((r) => {
        actions.step(r.id);
      }),
      run?.state === 'paused',
    ),
    command(
      'continue',
      'Go on without holding',
      ['F8'],
      'play',
      withRun((r) => {
        actions.goOn(r.id);
      }),
      run?.state === 'paused',
    ),
    command(
      'stop',
      'Stop the run (Esc Esc)',
      [],
      'stop',
      withRun((r) => {
        actions.stop(r.id);
      }),
      isOn,
    ),
    command(
      'save',
      'Save scenario',
      ['Mod+S'],
      'export',
      withFile((file) => {
        actions.save(file);
      }),
    ),
    command('new', 'New scenario…', ['Mod+N'], 'plus', () => {
      actions.create();
    }),
    command('import', 'Import SIPp XML…', [], 'import', keys.importFile),
    command(
      'rename',
      'Rename scenario…',
      ['F2'],
      'edit',
      withFile((file) => {
        actions.rename(file);
      }),
    ),
    command('copyCommand', 'Copy as sipctl command', [], 'copy', keys.copyCommand, path !== undefined),
  ]);
  useDoubleEscape(isOn, () => {
    if (run !== undefined) actions.stop(run.id);
  });
}

/** Esc alone closes what floats and leaves the form of a step; twice in a row it stops what runs, wherever the focus is. */
function useDoubleEscape(isOn: boolean, stop: () => void): void {
  const latest = useRef(stop);
  useEffect(() => {
    latest.current = stop;
  });
  useEffect(() => {
    if (!isOn) return;
    let lastMs = -Infinity;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') {
        lastMs = -Infinity;
        return;
      }
      if (event.timeStamp - lastMs < TWICE_MS) latest.current();
      lastMs = event.timeStamp;
    };
    document.addEventListener('keydown', onKey, true);
    return () => {
      document.removeEventListener('keydown', onKey, true);
    };
  }, [isOn]);
}
