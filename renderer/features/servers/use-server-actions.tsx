import { type ReactNode, useEffect, useState } from 'react';
import type { ServerMode } from '../../../app/contract/server-config.ts';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { useBackend, useConnection } from '../../backend/index.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { useCopy } from '../../ui/use-copy.ts';
import { checkDraft, moveListeners } from './server-draft.ts';
import { isActive } from './server-health.ts';
import { draftOf, findServer, type ServersStore } from './servers-store.ts';
import { problemDetails, type WayOut } from './ways-out.ts';

/** Everything a person can do to servers, with the words for when it fails. */
export interface ServerActions {
  readonly start: (id: string) => void;
  readonly stop: (id: string) => void;
  readonly restart: (id: string) => void;
  readonly stopAll: () => void;
  readonly save: (id: string) => void;
  readonly add: () => void;
  readonly create: (mode: ServerMode) => void;
  readonly openFile: (() => void) | undefined;
  readonly duplicate: (id: string) => void;
  readonly remove: (id: string) => void;
  readonly takeWayOut: (server: ServerInfo, way: WayOut) => void;
  readonly copyDetails: (server: ServerInfo) => void;
  readonly copyCommand: (server: ServerInfo) => void;
  readonly copy: (what: string, text: string) => void;
  /** What asks before something is lost; to be shown wherever the actions are offered. */
  readonly dialog: ReactNode;
}

/** Reads the servers whenever the connection is made, and gives what a window needs to act on them. */
export function useServerActions(store: ServersStore): ServerActions {
  const attempt = useAttempt();
  const toast = useToast();
  const copy = useCopy();
  const backend = useBackend();
  const { hello, epoch } = useConnection();
  const [doomed, setDoomed] = useState<ServerInfo>();
  const { getState } = store;

  useEffect(() => {
    if (epoch > 0) attempt('The servers could not be read', getState().load());
  }, [epoch, attempt, getState]);

  const name = (id: string): string => findServer(getState(), id)?.config.name ?? 'The server';
  const start = (id: string): void => {
    getState().select(id);
    attempt(`${name(id)} was not started`, getState().start(id));
  };
  const remove = async (server: ServerInfo): Promise<void> => {
    const restore = await getState().remove(server.id);
    toast({
      kind: 'success',
      title: `Deleted ${server.config.name}`,
      action: {
        label: 'Undo',
        run: () => {
          attempt(`${server.config.name} was not brought back`, restore());
        },
      },
    });
  };
  const moveAndStart = (server: ServerInfo, to: { host?: string; port?: number }): void => {
    const { listener } = server.problem ?? {};
    if (listener !== undefined)
      getState().edit(server.id, moveListeners(draftOf(getState(), server), listener, to));
    start(server.id);
  };

  return {
    start,
    stop: (id) => {
      attempt(`${name(id)} was not stopped`, getState().stop(id));
    },
    restart: (id) => {
      attempt(`${name(id)} was not restarted`, getState().restart(id));
    },
    stopAll: () => {
      attempt('Not every server was stopped', getState().stopAll());
    },
    save: (id) => {
      attempt(`${name(id)} was not saved`, getState().save(id));
    },
    add: () => {
      getState().setAdding(true);
    },
    create: (mode) => {
      attempt('The server was not added', getState().create(mode));
    },
    openFile:
      hello?.hasFileDialogs === true
        ? () => {
            attempt('The file was not opened', getState().openFile());
          }
        : undefined,
    duplicate: (id) => {
      attempt(`${name(id)} was not duplicated`, getState().duplicate(id));
    },
    remove: (id) => {
      const server = findServer(getState(), id);
      if (server === undefined) return;
      if (isActive(server)) setDoomed(server);
      else attempt(`${name(id)} was not deleted`, remove(server));
    },
    takeWayOut: (server, way) => {
      switch (way.kind) {
        case 'move-port':
          moveAndStart(server, { port: way.port });
          break;
        case 'move-host':
          moveAndStart(server, { host: way.host });
          break;
        case 'stop-other':
          attempt(
            `${server.config.name} was not started`,
            getState()
              .stop(way.serverId)
              .then(() => getState().start(server.id)),
          );
          break;
        case 'start':
          start(server.id);
          break;
      }
    },
    copyDetails: (server) => {
      copy('details', problemDetails(server));
    },
    copyCommand: (server) => {
      const config = checkDraft(draftOf(getState(), server)).config ?? server.config;
      attempt(
        'The command could not be copied',
        backend.call('servers.explain', { config }).then(({ command }) => {
          copy('command', command);
        }),
      );
    },
    copy,
    dialog: doomed && (
      <ConfirmDialog
        title={`Stop and delete ${doomed.config.name}?`}
        text={
          doomed.stats.activeCalls > 0
            ? `It handles ${doomed.stats.activeCalls} calls right now; they are ended. Its log is lost, recorded messages stay.`
            : 'It is running. Its log is lost, recorded messages stay.'
        }
        keep="Keep"
        confirm="Stop and delete"
        onConfirm={() => {
          attempt(`${doomed.config.name} was not deleted`, remove(doomed));
        }}
        onClose={() => {
          setDoomed(undefined);
        }}
      />
    ),
  };
}
