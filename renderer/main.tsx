import './backend/no-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App, createParts } from './app.tsx';
import { createLiveBackend, pageSchedule, pickBackend } from './backend/index.ts';
import { createPreferences } from './ui/preferences.tsx';

const live = createLiveBackend(pickBackend(window), pageSchedule);
const parts = createParts(live, createPreferences(window.localStorage), pageSchedule);
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App {...parts} />
  </StrictMode>,
);
