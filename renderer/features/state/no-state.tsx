import { type ReactNode, useState } from 'react';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { Button } from '../../ui/button.tsx';
import { useNavigation } from '../../ui/navigation.tsx';
import { EmptyState } from '../../ui/note.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { useCommandRegistry } from '../../ui/use-commands.tsx';
import type { ServersStore } from '../servers/index.ts';

export interface NoStateProps {
  readonly servers: ServersStore;
  /** The server that was looked at, or the first that could be started. */
  readonly server: ServerInfo | undefined;
  /** Whether somebody had chosen it. */
  readonly isChosen: boolean;
  /** Another that runs. */
  readonly other: ServerInfo | undefined;
  readonly onChoose: (id: string) => void;
}

/** Only what runs has state: how to get there. */
export function NoState({ servers, server, isChosen, other, onChoose }: NoStateProps): ReactNode {
  const { go } = useNavigation();
  const registry = useCommandRegistry();
  const attempt = useAttempt();
  const [isStarting, setStarting] = useState(false);

  const start = async ({ id }: ServerInfo): Promise<void> => {
    setStarting(true);
    try {
      await servers.getState().start(id);
      const after = servers.getState().servers?.find((one) => one.id === id);
      if (after?.problem === undefined) {
        onChoose(id);
        return;
      }
      // What is wrong and the way round it are shown where the server is.
      servers.getState().select(id);
      go('servers');
    } finally {
      setStarting(false);
    }
  };
  const name = server?.config.name;
  return (
    <EmptyState
      title={isChosen && name !== undefined ? `${name} does not run` : 'No server is running'}
      text="Registrations, dialogs, transactions and connections are what a running server holds; a stopped one holds none."
      actions={
        <>
          {server !== undefined && (
            <Button
              kind="primary"
              icon="play"
              isBusy={isStarting || server.state === 'starting'}
              disabled={isStarting || server.state === 'starting' || server.state === 'stopping'}
              onClick={() => {
                attempt(`${server.config.name} was not started`, start(server));
              }}
            >
              Start {server.config.name}
            </Button>
          )}
          {other !== undefined && (
            <Button
              onClick={() => {
                onChoose(other.id);
              }}
            >
              Show {other.config.name}
            </Button>
          )}
          <Button
            kind={server === undefined ? 'primary' : 'secondary'}
            icon="servers"
            onClick={() => {
              go('servers');
              if (server === undefined) registry.run('server.new');
            }}
          >
            {server === undefined ? 'Add a server' : 'Go to Servers'}
          </Button>
        </>
      }
    />
  );
}
