// First, so that every other style sheet may refine them.
import './ui/tokens.css';
import './ui/base.css';
import './ui/table.css';
import { Activity, type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import {
  BackendProvider,
  type LiveBackend,
  type Schedule,
  useBackend,
  useConnection,
} from './backend/index.ts';
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
import {
  ConnectionBanner,
  Rail,
  SettingsDialog,
  Splash,
  StatusBar,
  TopBar,
  useAppCommands,
} from './features/shell/index.ts';
import { createTrafficModel, type TrafficModel, TrafficPage } from './features/traffic/index.ts';
import { type Appearance, useAppearance } from './ui/appearance.ts';
import { CommandPalette } from './ui/command-palette.tsx';
import { type CommandRegistry, createCommandRegistry } from './ui/commands.ts';
import { ErrorBoundary } from './ui/error-boundary.tsx';
import { NavigationProvider, type Screen } from './ui/navigation.tsx';
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
  readonly recording: StoreApi<RecordingState>;
  readonly traffic: TrafficModel;
}

/** A set of parts around a connection; nothing is shared between two sets. */
export function createParts(live: LiveBackend, preferences: Preferences, schedule: Schedule): AppParts {
  const { backend } = live;
  return {
    live,
    preferences,
    registry: createCommandRegistry(),
    toasts: createToastStore(),
    servers: createServersStore(backend, { now: Date.now, drafts: savedDrafts(preferences) }),
    operator: createOperatorStore(backend, { now: Date.now }),
    recording: createRecordingStore(backend),
    traffic: createTrafficModel(backend, schedule),
  };
}

const isScreen = (value: unknown): value is Screen => value === 'servers' || value === 'traffic';

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
  const { screen, onGo, appearance, servers, operator, recording, traffic } = props;
  const [opened, setOpened] = useState<'palette' | 'sheet' | 'settings'>();
  const { hello, epoch } = useConnection();
  const attempt = useAttempt();
  const list = useStore(servers, (s) => s.servers) ?? [];
  const summary = useStore(recording, (s) => s.summary);

  useEffect(() => {
    attempt('The state of the recording could not be read', recording.getState().load());
  }, [epoch, attempt, recording]);
  const serverActions = useServerActions(servers);
  useServerCommands(servers, serverActions);
  useMenu();
  useEffect(() => {
    document.title = `${screen === 'servers' ? 'Servers' : 'Traffic'} · Siphon Workbench`;
  }, [screen]);

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

  return (
    <div className="app">
      <TopBar
        onPalette={() => {
          setOpened('palette');
        }}
      >
        <RecordingIndicator summary={summary} onToggle={toggleRecording} />
      </TopBar>
      <ConnectionBanner />
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
              <TrafficPage model={traffic} servers={servers} />
            </ErrorBoundary>
          </div>
        </Activity>
      </main>
      <StatusBar
        servers={list}
        summary={summary}
        onServer={(id) => {
          onGo('servers');
          servers.getState().select(id);
        }}
      />
      <ErrorBoundary what="What waits for you">
        <OperatorCards
          store={operator}
          serverName={(id) => list.find((s) => s.id === id)?.config.name ?? 'a server'}
          onTraffic={(callId) => {
            onGo('traffic');
            traffic.list.setFilter(`sip.Call-ID == ${JSON.stringify(callId)}`);
          }}
        />
      </ErrorBoundary>
      {serverActions.dialog}
      {opened === 'palette' && <CommandPalette onClose={close} />}
      {opened === 'sheet' && <ShortcutSheet onClose={close} />}
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
