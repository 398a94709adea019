import { useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { useNavigation } from '../../ui/navigation.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import type { ServersStore } from '../servers/index.ts';
import type { DialogListState, DialogListStore } from './dialog-list-store.ts';
import { Listening, NoMatch, NothingRuns } from './empty-states.tsx';
import { emptinessOf } from './listening.ts';

/** What stands where the ladder would be. */
export type Scene = 'ladder' | 'nothing-runs' | 'listening' | 'no-match';

/** Which scene fits what is known; the ladder when in doubt. */
export function sceneOf(state: DialogListState, servers: readonly ServerInfo[] | undefined): Scene {
  const emptiness = emptinessOf(state.summary, servers);
  if (emptiness?.kind === 'nothing-runs') return 'nothing-runs';
  if (emptiness !== undefined) return 'listening';
  const isFilteredOut = state.matched === 0 && state.total > 0 && state.filter !== '';
  return state.isLoaded && isFilteredOut ? 'no-match' : 'ladder';
}

export interface SceneProps {
  readonly scene: Exclude<Scene, 'ladder'>;
  readonly list: DialogListStore;
  readonly servers: ServersStore;
  readonly onCopy: (text: string, what: string) => void;
}

/** Why there is nothing to see, and the next step. */
export function NothingToSee(props: SceneProps): ReactNode {
  switch (props.scene) {
    case 'nothing-runs':
      return <Start servers={props.servers} />;
    case 'listening':
      return <Waiting {...props} />;
    case 'no-match':
      return <NoMatch list={props.list} />;
  }
}

function Waiting({ list, servers, onCopy }: SceneProps): ReactNode {
  const summary = useStore(list.store, (state) => state.summary);
  const known = useStore(servers, (state) => state.servers);
  const emptiness = emptinessOf(summary, known);
  if (emptiness === undefined || emptiness.kind === 'nothing-runs') return undefined;
  return (
    <Listening
      servers={emptiness.servers}
      sinceMs={emptiness.kind === 'silent' ? emptiness.sinceMs : undefined}
      isRecording={emptiness.kind === 'silent'}
      onCopy={onCopy}
    />
  );
}

function Start({ servers }: { readonly servers: ServersStore }): ReactNode {
  const known = useStore(servers, (state) => state.servers);
  const navigation = useNavigation();
  const attempt = useAttempt();
  const [isStarting, setStarting] = useState(false);
  const ready = known?.find((server) => server.state === 'stopped' && server.config.mode === 'full-uas');

  const start = async (): Promise<void> => {
    setStarting(true);
    try {
      const server = ready ?? (await servers.getState().create('full-uas'));
      await servers.getState().start(server.id);
      const after = servers.getState().servers?.find((one) => one.id === server.id);
      if (after?.problem !== undefined) {
        // What is wrong and the way round it are shown where the server is.
        servers.getState().select(server.id);
        navigation.go('servers');
      }
    } finally {
      setStarting(false);
    }
  };

  return (
    <NothingRuns
      ready={ready}
      isStarting={isStarting}
      onStart={() => {
        attempt('The server was not started', start());
      }}
    />
  );
}
