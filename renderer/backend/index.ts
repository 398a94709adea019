export { BackendProvider, useBackend, useConnection, useRetry } from './backend-context.tsx';
export {
  createLiveBackend,
  type Connection,
  type LiveBackend,
  type OpenBackend,
  type Schedule,
} from './live-backend.ts';
export { pickBackend } from './open-backend.ts';
export { pageSchedule } from './schedule.ts';
