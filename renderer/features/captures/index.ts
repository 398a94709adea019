export { CaptureStrip } from './capture-strip.tsx';
export { type CapturesStore, createCapturesStore } from './captures-store.ts';
export { DropTarget } from './drop-target.tsx';
export { useCaptures } from './use-captures.ts';
