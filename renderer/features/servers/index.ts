export { exposedListeners, formatListener, healthOf, type Health } from './server-health.ts';
export { ServersPage } from './servers-page.tsx';
export { createServersStore, type ServersState, type ServersStore } from './servers-store.ts';
export { useServerActions } from './use-server-actions.tsx';
export { useServerCommands } from './use-server-commands.ts';
export { savedDrafts } from './saved-drafts.ts';
