export { LoadPage } from './load-page.tsx';
export { createLoadStore, type LoadStore } from './load-store.ts';
