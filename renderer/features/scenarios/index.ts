export { ScenariosPage } from './scenarios-page.tsx';
export type { ScenariosStore } from './scenarios-state.ts';
export { createScenariosStore } from './scenarios-store.ts';
