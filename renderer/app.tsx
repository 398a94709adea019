// First, so that every other style sheet may refine them.
import './ui/tokens.css';
import './ui/base.css';
import './ui/table.css';
import { Activity, type ReactNode, useCallback, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import {
  BackendProvider,
  type LiveBackend,
  type Schedule,
  useBackend,
  useConnection,
} from './backend/index.ts';
import {
  type CapturesStore,
  CaptureStrip,
  createCapturesStore,
  DropTarget,
  useCaptures,
} from './features/captures/index.ts';
import {
  createEnvironmentsStore,
  EnvironmentPicker,
  EnvironmentsDialog,
  type EnvironmentsStore,
  useEnvironmentCommands,
} from './features/environments/index.ts';
import { createLabStore, LabBar, type LabStore, useLabActions } from './features/lab/index.ts';
import { createLoadStore, LoadPage, type LoadStore } from './features/load/index.ts';
import { createOperatorStore, OperatorCards, type OperatorStore } from './features/operator/index.ts';
import { createRecordingStore, RecordingIndicator, type RecordingState } from './features/recording/index.ts';
import {
  createServersStore,
  savedDrafts,
  ServersPage,
  type ServersStore,
  useServerActions,
  useServerCommands,
} from './features/servers/index.ts';
import { createScenariosStore, ScenariosPage, type ScenariosStore } from './features/scenarios/index.ts';
import {
  ConnectionBanner,
  Rail,
  SettingsDialog,
  Splash,
  StatusBar,
  TopBar,
  useAppCommands,
} from './features/shell/index.ts';
import { createStateStore, StatePage, type StateStore, useStateGoTo } from './features/state/index.ts';
import { createTrafficModel, type TrafficModel, TrafficPage } from './features/traffic/index.ts';
import { type Appearance, useAppearance } from './ui/appearance.ts';
import { CommandPalette } from './ui/command-palette.tsx';
import { type CommandRegistry, createCommandRegistry } from './ui/commands.ts';
import { ErrorBoundary } from './ui/error-boundary.tsx';
import { NavigationProvider, type Screen, SCREEN_IDS } from './ui/navigation.tsx';
import { type Preferences, PreferencesProvider, usePreference } from './ui/preferences.tsx';
import { ShortcutSheet } from './ui/shortcut-sheet.tsx';
import { createToastStore, ToastProvider, type ToastStore } from './ui/toasts.tsx';
import { TooltipProvider } from './ui/tooltip.tsx';
import { useAttempt } from './ui/use-attempt.ts';
import { CommandProvider, useCommandRegistry } from './ui/use-commands.tsx';

/** What a window is made of; main.tsx makes one set, tests another. */
export interface AppParts {
  readonly live: LiveBackend;
  readonly preferences: Preferences;
  readonly registry: CommandRegistry;
  readonly toasts: ToastStore;
  readonly servers: ServersStore;
  readonly operator: OperatorStore;
  readonly captures: CapturesStore;
  readonly lab: LabStore;
  readonly load: LoadStore;
  readonly recording: StoreApi<RecordingState>;
  readonly traffic: TrafficModel;
  readonly state: StateStore;
  readonly scenarios: ScenariosStore;
  readonly environments: EnvironmentsStore;
}

/** A set of parts around a connection; nothing is shared between two sets. */
export function createParts(live: LiveBackend, preferences: Preferences, schedule: Schedule): AppParts {
  const { backend } = live;
  const environments = createEnvironmentsStore(backend, preferences);
  const environment = (): string | undefined => environments.getState().chosen;
  return {
    live,
    preferences,
    registry: createCommandRegistry(),
    toasts: createToastStore(),
    servers: createServersStore(backend, { now: Date.now, drafts: savedDrafts(preferences) }),
    operator: createOperatorStore(backend, { now: Date.now }),
    captures: createCapturesStore(backend),
    lab: createLabStore(backend),
    load: createLoadStore(backend, { environment }),
    recording: createRecordingStore(backend),
    traffic: createTrafficModel(backend, schedule),
    state: createStateStore(backend, { schedule, now: Date.now }),
    scenarios: createScenariosStore(backend, { schedule, memory: preferences, environment }),
    environments,
  };
}

const isScreen = (value: unknown): value is Screen => SCREEN_IDS.some((id) => id === value);

const TITLES: Readonly<Record<Screen, string>> = {
  servers: 'Servers',
  traffic: 'Traffic',
  scenarios: 'Scenarios',
  load: 'Load',
  state: 'State',
};

/** The composition root of the interface. */
export function App(parts: AppParts): ReactNode {
  return (
    <PreferencesProvider value={parts.preferences}>
      <BackendProvider live={parts.live}>
        <TooltipProvider>
          <ToastProvider store={parts.toasts}>
            <Window {...parts} />
          </ToastProvider>
        </TooltipProvider>
      </BackendProvider>
    </PreferencesProvider>
  );
}

function Window(parts: AppParts): ReactNode {
  const appearance = useAppearance();
  const { epoch } = useConnection();
  const [screen, setScreen] = usePreference<Screen>('screen', 'servers', isScreen);
  if (epoch === 0) return <Splash />;
  return (
    <CommandProvider registry={parts.registry} screen={screen}>
      <NavigationProvider value={{ screen, go: setScreen }}>
        <Workbench {...parts} screen={screen} onGo={setScreen} appearance={appearance} />
      </NavigationProvider>
    </CommandProvider>
  );
}

interface WorkbenchProps extends AppParts {
  readonly screen: Screen;
  readonly onGo: (screen: Screen) => void;
  readonly appearance: Appearance;
}

function Workbench(props: WorkbenchProps): ReactNode {
  const { screen, onGo, appearance, servers, operator, lab, load, recording, traffic, scenarios, state } =
    props;
  const { captures, environments } = props;
  const [opened, setOpened] = useState<'palette' | 'sheet' | 'settings' | 'environments'>();
  const { hello, epoch } = useConnection();
  const attempt = useAttempt();
  const list = useStore(servers, (s) => s.servers) ?? [];
  const summary = useStore(recording, (s) => s.summary);

  useEffect(() => {
    attempt('The state of the recording could not be read', recording.getState().load());
    attempt('The state of the lab could not be read', lab.getState().load());
    attempt('The load runs could not be read', load.getState().load());
    attempt('The opened captures could not be read', captures.getState().load());
    attempt('The environments could not be read', environments.getState().load());
  }, [epoch, attempt, recording, lab, load, captures, environments]);
  const serverActions = useServerActions(servers);
  useServerCommands(servers, serverActions);
  useStateGoTo(state, list);
  const labActions = useLabActions(lab);
  const showFiltered = useCallback(
    (filter: string) => {
      onGo('traffic');
      traffic.list.setFilter(filter);
    },
    [onGo, traffic],
  );
  const opening = useCaptures(captures, showFiltered);
  useMenu();
  useEffect(() => {
    document.title = `${TITLES[screen]} · Siphon Workbench`;
  }, [screen]);

  const showServer = (id: string): void => {
    onGo('servers');
    servers.getState().select(id);
  };
  const toggleRecording = (): void => {
    attempt('The recording was not changed', recording.getState().toggle());
  };
  useAppCommands({
    go: onGo,
    openPalette: () => {
      setOpened('palette');
    },
    openSheet: () => {
      setOpened('sheet');
    },
    openSettings: () => {
      setOpened('settings');
    },
    switchTheme: () => {
      appearance.setTheme(appearance.isDark ? 'light' : 'dark');
    },
    toggleRecording,
  });
  const close = (): void => {
    setOpened(undefined);
  };
  const editEnvironments = (): void => {
    setOpened('environments');
  };
  useEnvironmentCommands(environments, editEnvironments);
  const showTraffic = (callId: string): void => {
    onGo('traffic');
    traffic.list.setFilter(`sip.Call-ID == ${JSON.stringify(callId)}`);
  };

  const editScenario = async (fileName: string, yaml: string): Promise<void> => {
    await scenarios.getState().add(fileName, yaml);
    onGo('scenarios');
  };

  return (
    <div className="app">
      <TopBar
        onPalette={() => {
          setOpened('palette');
        }}
      >
        <EnvironmentPicker store={environments} onEdit={editEnvironments} />
        <RecordingIndicator summary={summary} onToggle={toggleRecording} />
      </TopBar>
      <ConnectionBanner />
      <LabBar store={lab} actions={labActions} onServer={showServer} />
      <Rail
        screen={screen}
        onGo={onGo}
        onSettings={() => {
          setOpened('settings');
        }}
      />
      <main className="main">
        <Activity mode={screen === 'servers' ? 'visible' : 'hidden'}>
          <div className="screen">
            <h1 className="sr">Servers</h1>
            <ErrorBoundary what="The servers screen">
              <ServersPage store={servers} operator={operator} actions={serverActions} />
            </ErrorBoundary>
          </div>
        </Activity>
        <Activity mode={screen === 'traffic' ? 'visible' : 'hidden'}>
          <div className="screen">
            <h1 className="sr">Traffic</h1>
            <ErrorBoundary what="The traffic screen">
              <TrafficPage
                model={traffic}
                servers={servers}
                captures={<CaptureStrip store={captures} list={traffic.list} onOpen={opening.choose} />}
                onEditScenario={editScenario}
              />
            </ErrorBoundary>
          </div>
        </Activity>
        <Activity mode={screen === 'scenarios' ? 'visible' : 'hidden'}>
          <div className="screen">
            <h1 className="sr">Scenarios</h1>
            <ErrorBoundary what="The scenarios screen">
              <ScenariosPage store={scenarios} onTraffic={showTraffic} />
            </ErrorBoundary>
          </div>
        </Activity>
        <Activity mode={screen === 'load' ? 'visible' : 'hidden'}>
          <div className="screen">
            <h1 className="sr">Load</h1>
            <ErrorBoundary what="The load screen">
              <LoadPage store={load} servers={servers} />
            </ErrorBoundary>
          </div>
        </Activity>
        <Activity mode={screen === 'state' ? 'visible' : 'hidden'}>
          <div className="screen">
            <h1 className="sr">State</h1>
            <ErrorBoundary what="The state screen">
              <StatePage store={state} servers={servers} onTraffic={showTraffic} />
            </ErrorBoundary>
          </div>
        </Activity>
      </main>
      <StatusBar servers={list} summary={summary} onServer={showServer} />
      <ErrorBoundary what="What waits for you">
        <OperatorCards
          store={operator}
          serverName={(id) => list.find((s) => s.id === id)?.config.name ?? 'a server'}
          onTraffic={showTraffic}
        />
      </ErrorBoundary>
      {serverActions.dialog}
      <DropTarget onFiles={opening.take} />
      {opened === 'palette' && <CommandPalette onClose={close} />}
      {opened === 'sheet' && <ShortcutSheet onClose={close} />}
      {opened === 'environments' && <EnvironmentsDialog store={environments} onClose={close} />}
      {opened === 'settings' && (
        <SettingsDialog
          appearance={appearance}
          about={hello === undefined ? '' : `${hello.product} ${hello.version}`}
          onClose={close}
        />
      )}
    </div>
  );
}

/** The native menu chooses commands by id. */
function useMenu(): void {
  const backend = useBackend();
  const registry = useCommandRegistry();
  useEffect(
    () =>
      backend.on('menu.chosen', ({ command }) => {
        registry.run(command);
      }),
    [backend, registry],
  );
}
