import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createLiveBackend, pickBackend, type Schedule } from './backend/index.ts';
import { createRecordingStore } from './features/recording/index.ts';
import { createServersStore, savedDrafts } from './features/servers/index.ts';
import { createCommandRegistry } from './ui/commands.ts';
import { createPreferences } from './ui/preferences.tsx';
import { createToastStore } from './ui/toasts.tsx';
import './ui/tokens.css';
import './ui/base.css';

const schedule: Schedule = (delayMs, fire) => {
  const timer = setTimeout(fire, delayMs);
  return () => {
    clearTimeout(timer);
  };
};

const live = createLiveBackend(pickBackend(window), schedule);
const preferences = createPreferences(window.localStorage);
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App
      live={live}
      preferences={preferences}
      registry={createCommandRegistry()}
      toasts={createToastStore()}
      servers={createServersStore(live.backend, { now: Date.now, drafts: savedDrafts(preferences) })}
      recording={createRecordingStore(live.backend)}
      traffic={null}
    />
  </StrictMode>,
);
