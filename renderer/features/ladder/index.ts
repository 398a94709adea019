export { LadderPane, type LadderPaneProps } from './ladder-pane.tsx';
export { createLadderStore, type LadderState, type LadderStore } from './ladder-store.ts';
export { FlowArrow } from './flow-arrow.tsx';
