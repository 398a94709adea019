import type { Workbench } from '../../../app/contract/workbench.ts';
import type { Backend } from '../../../app/rpc/types.ts';
import type { Schedule } from '../../backend/index.ts';
import { createInspectorStore, type InspectorStore } from '../inspector/index.ts';
import { createLadderStore, type LadderStore } from '../ladder/index.ts';
import { createDialogListStore, type DialogListStore } from './dialog-list-store.ts';

/** Everything the traffic screen remembers; it outlives the screen. */
export interface TrafficModel {
  readonly list: DialogListStore;
  readonly ladder: LadderStore;
  readonly inspector: InspectorStore;
  readonly togglePaused: () => void;
  readonly toggleFollowing: () => void;
  /** Reads everything, at first and again after a reconnect. */
  readonly refresh: () => void;
  readonly dispose: () => void;
}

/** Messages before and after the selected one that are fetched in advance. */
const AHEAD = 3;

/**
 * List, ladder and inspector, joined: the dialog under the cursor is the ladder, its selected message is the inspector's, and pausing or
 * following the one does so for the other.
 */
export function createTrafficModel(backend: Backend<Workbench>, schedule: Schedule): TrafficModel {
  const list = createDialogListStore(backend, schedule);
  const ladder = createLadderStore(backend, schedule);
  const inspector = createInspectorStore(backend);
  const stops = [
    list.store.subscribe((state, old) => {
      if (state.cursorId !== old.cursorId && state.cursorId !== undefined) ladder.open([state.cursorId]);
      if (state.isPaused !== old.isPaused) ladder.setPaused(state.isPaused);
    }),
    ladder.store.subscribe((state, old) => {
      if (state.selectedId === old.selectedId && state.ladder === old.ladder) return;
      inspector.show(state.selectedId);
      const messages = state.ladder?.messages ?? [];
      const at = messages.findIndex((message) => message.id === state.selectedId);
      if (at === -1) return;
      const near = messages.slice(Math.max(0, at - AHEAD), at + AHEAD + 1);
      inspector.judge(near);
      inspector.prefetch(near.map((message) => message.id));
    }),
  ];
  return {
    list,
    ladder,
    inspector,
    togglePaused: () => {
      list.setPaused(!list.store.getState().isPaused);
    },
    toggleFollowing: () => {
      const isFollowing = !list.store.getState().isFollowing;
      list.setFollowing(isFollowing);
      ladder.setFollowing(isFollowing);
    },
    refresh: () => {
      list.refresh();
      ladder.refresh();
    },
    dispose: () => {
      for (const stop of stops) stop();
      list.dispose();
      ladder.dispose();
      inspector.dispose();
    },
  };
}
