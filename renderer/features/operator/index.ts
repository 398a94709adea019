export { DecidedList } from './decided-list.tsx';
export { OperatorCards } from './operator-cards.tsx';
export { createOperatorStore, type OperatorStore, type Waiting } from './operator-store.ts';
