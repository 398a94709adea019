export { LabBar } from './lab-bar.tsx';
export { createLabStore, type LabStore } from './lab-store.ts';
export { useLabActions } from './use-lab-actions.ts';
