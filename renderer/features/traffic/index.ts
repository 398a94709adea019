export type { DialogListStore } from './dialog-list-store.ts';
export { createTrafficModel, type TrafficModel } from './traffic-model.ts';
export { TrafficPage, type TrafficPageProps } from './traffic-page.tsx';
