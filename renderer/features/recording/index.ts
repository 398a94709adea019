export { RecordingIndicator } from './recording-indicator.tsx';
export { createRecordingStore, type RecordingState } from './recording-store.ts';
