export { StatePage } from './state-page.tsx';
export { createStateStore, type StateStore } from './state-store.ts';
export { useStateGoTo } from './use-state-goto.ts';
