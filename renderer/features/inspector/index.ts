export { InspectorPane, MessageTag, type InspectorPaneProps } from './inspector-pane.tsx';
export {
  createInspectorStore,
  type InspectorState,
  type InspectorStore,
  type OpenMessage,
} from './inspector-store.ts';
export { RawView, type RawViewProps } from './raw-view.tsx';
export { textOf } from './byte-lines.ts';
