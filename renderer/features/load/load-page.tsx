import { type ReactNode, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { LoadRun } from '../../../app/contract/load.ts';
import type { ServersStore } from '../servers/index.ts';
import { useBackend, useConnection } from '../../backend/index.ts';
import { isFocusNowhere } from '../../ui/keyboard.ts';
import { usePreference } from '../../ui/preferences.tsx';
import { SplitPane } from '../../ui/split-pane.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import {
  isDraft,
  type LoadDraft,
  planOf,
  PRESET,
  problemsOf,
  profileOf,
  strangeHost,
  variablesOf,
} from './load-draft.ts';
import { isOn, type LoadStore, shownRun } from './load-store.ts';
import { ProfilePane } from './profile-pane.tsx';
import { RunPane } from './run-pane.tsx';
import { chosenOf, optionsOf, readSource } from './scenario-sources.ts';
import { useLoadActions, useLoadCommands } from './use-load-actions.ts';
import './load.css';

/*
 * +- Profile ----- [> Start] -+- * Running  Basic call x ramp 200  1:28 of 5:00   [-] 200 cps [+] [Pause p] [Drain q] [Stop Q] -+
 * | Scenario, shape, curve    | Attempts | Succeeded | Failed | Active now | Setup p95 | Retransmitted                         |
 * | numbers, limits           | charts, three abreast, with one crosshair                                                       |
 * | stop when, target         | failures by cause, each with the ladder of one call                                             |
 * +---------------------------+-------------------------------------------------------------------------------------------------+
 */

export interface LoadPageProps {
  readonly store: LoadStore;
  readonly servers: ServersStore;
}

const isHosts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((host) => typeof host === 'string');

/** A scenario at a rate: what to run, and how it goes. */
export function LoadPage({ store, servers }: LoadPageProps): ReactNode {
  const run = useStore(store, shownRun);
  const runs = useStore(store, (s) => s.runs) ?? [];
  const sources = useStore(store, (s) => s.sources);
  const running = (useStore(servers, (s) => s.servers) ?? []).filter(({ state }) => state === 'running');
  const [draft, setDraft] = usePreference<LoadDraft>('load.draft', PRESET, isDraft);
  const [owned, setOwned] = usePreference<readonly string[]>('load.owned', [], isHosts);
  const backend = useBackend();
  const { epoch } = useConnection();
  const attempt = useAttempt();
  const root = useRef<HTMLDivElement>(null);

  useEffect(() => {
    attempt('The scenarios could not be read', store.getState().loadSources());
  }, [attempt, store, epoch]);
  useEffect(() => {
    // Shown again with the focus nowhere: keys work at once.
    if (isFocusNowhere()) root.current?.querySelector<HTMLElement>('[data-pane-focus]')?.focus();
  }, []);

  const options = sources === undefined ? undefined : optionsOf(sources);
  const source = options === undefined ? undefined : chosenOf(options, draft.scenario);
  const problems = problemsOf(draft);
  const strange = strangeHost(draft.target);
  const isConfirmed = strange === undefined || owned.includes(strange);
  const isBusy = runs.some(isOn);
  const actions = useLoadActions(store);

  const start = (): void => {
    if (source === undefined || isBusy) return;
    if (Object.keys(problems).length > 0 || !isConfirmed) {
      // What is missing is marked in the form.
      const place =
        Object.keys(problems).length > 0 ? '[aria-invalid="true"]' : '.ldtarget [role="checkbox"]';
      root.current?.querySelector<HTMLElement>(place)?.focus();
      return;
    }
    const go = async (): Promise<void> => {
      const scenario = await readSource(backend, source.id);
      await store.getState().start({
        ...scenario,
        target: draft.target.trim(),
        variables: { ...variablesOf(draft) },
        plan: planOf(draft),
        ownsTarget: strange !== undefined,
      });
    };
    attempt('The load was not started', go());
  };
  useLoadCommands(store, actions, start);

  return (
    <div className="ldscreen" ref={root}>
      <SplitPane
        id="load"
        parts={[
          {
            id: 'profile',
            size: '276px',
            minSize: '232px',
            isFixed: true,
            content: (
              <ProfilePane
                draft={draft}
                problems={problems}
                sources={options}
                source={source}
                servers={running}
                owned={owned}
                isBusy={isBusy || source === undefined}
                atSec={placeOf(run, draft)}
                onChange={(change) => {
                  setDraft({ ...draft, ...change });
                }}
                onOwned={(host, isOwned) => {
                  const others = owned.filter((one) => one !== host);
                  setOwned(isOwned ? [...others, host] : others);
                }}
                onStart={start}
              />
            ),
          },
          {
            id: 'run',
            minSize: '480px',
            content: (
              <RunPane
                run={run}
                runs={runs}
                actions={actions}
                hasServer={running.length > 0 || strange !== undefined}
                onStart={start}
                onChoose={store.getState().choose}
              />
            ),
          },
        ]}
      />
    </div>
  );
}

/** Where in the curve of the form the run is; nowhere when the form has another curve by now. */
function placeOf(run: LoadRun | undefined, draft: LoadDraft): number | undefined {
  if (run === undefined || !isOn(run)) return undefined;
  const isSame = JSON.stringify(run.plan.profile) === JSON.stringify(profileOf(draft));
  return isSame ? run.elapsedSec : undefined;
}
