import { createContext, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';
import type { Workbench } from '../../app/contract/workbench.ts';
import type { Backend } from '../../app/rpc/types.ts';
import type { Connection, LiveBackend } from './live-backend.ts';

const LiveContext = createContext<LiveBackend | undefined>(undefined);

export const BackendProvider = (props: {
  readonly live: LiveBackend;
  readonly children: ReactNode;
}): ReactNode => <LiveContext value={props.live}>{props.children}</LiveContext>;

function useLive(): LiveBackend {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error('no BackendProvider above');
  return live;
}

/** The workbench behind this page; the same object over reconnects. */
export const useBackend = (): Backend<Workbench> => useLive().backend;

/** Whether the workbench is there. Reload what you hold when `epoch` changes. */
export const useConnection = (): Connection => useStore(useLive().connection);

/** Tries to connect at once. */
export const useRetry = (): (() => void) => useLive().retry;
