/*
 * The application on the fake workbench, for looking at screens; never part of a build.
 * ?state=empty|busy|broken|state|unreadable|lost and ?theme=light|dark|contrast, ?screen=servers|traffic|state, ?density=comfortable
 */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App, createParts } from '../app.tsx';
import { createLiveBackend, pageSchedule } from '../backend/index.ts';
import { createPreferences, memoryStorage } from '../ui/preferences.tsx';
import { createFakeBackend } from './fake-backend.ts';
import { DEMO_STATES } from './demo-states.ts';

const query = new URLSearchParams(window.location.search);
const state = DEMO_STATES[query.get('state') ?? 'usual'] ?? {};
const fake = createFakeBackend(state);
let isLost = false;
const live = createLiveBackend(
  () => (isLost ? Promise.reject(new Error('The workbench does not answer.')) : Promise.resolve(fake)),
  pageSchedule,
);
if (query.get('state') === 'lost')
  setTimeout(() => {
    isLost = true;
    fake.disconnect();
  }, 300);

const preferences = createPreferences(memoryStorage());
for (const key of ['theme', 'screen', 'density']) {
  const value = query.get(key);
  if (value !== null) preferences.set(key, value);
}
const parts = createParts(live, preferences, pageSchedule);
Object.assign(window, { fake, parts });

const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <App {...parts} />
    </StrictMode>,
  );
