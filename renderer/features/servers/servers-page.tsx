import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { useBackend, useConnection } from '../../backend/index.ts';
import { useMediaQuery } from '../../ui/appearance.ts';
import { Button } from '../../ui/button.tsx';
import { appCommand, type Command, shortcutFor } from '../../ui/commands.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { useNavigation } from '../../ui/navigation.tsx';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import { SplitPane, type SplitPart } from '../../ui/split-pane.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { useCommands } from '../../ui/use-commands.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { NewServer } from './new-server.tsx';
import { checkDraft, moveListeners } from './server-draft.ts';
import { isActive } from './server-health.ts';
import { ServerList } from './server-list.tsx';
import { ServerPane } from './server-pane.tsx';
import { ServerSide } from './server-side.tsx';
import { draftOf, findServer, type ServersStore } from './servers-store.ts';
import { problemDetails, type WayOut } from './ways-out.ts';
import './servers.css';

/*
 * +- Servers ---------+- edge-uas  Running ------- [Restart] [Stop F9] -+- Activity --------+
 * | Problems          | Settings | Configuration | Log 14               | 41/s  12 843  6 11 |
 * |  sbc   Port in use |  ! Cannot start: udp 127.0.0.1:5060 is in use   | ~~~~/\~~~~~~~~~~~~ |
 * | Running           |    [Use 5062 and start] [Stop edge-uas]         | What it answers    |
 * |  edge-uas 41 msg/s |  Listeners                     + Add listener   |  1 OPTIONS: 200    |
 * | Stopped           |  udp  127.0.0.1  5060                       x   |--------------------|
 * |  probe            |  Calls ...                                      | Log                |
 * +-------------------+-------------------------------------------------+--------------------+
 */
export function ServersPage({ store }: { readonly store: ServersStore }): ReactNode {
  const state = useStore(store);
  const actions = useServerActions(store);
  const isWide = useMediaQuery('(min-width: 1200px)');
  const { servers, selectedId, isAdding } = state;
  const server = findServer(state, selectedId);
  useServerCommands(store, actions);

  if (servers === undefined) return <div className="scroll" aria-busy="true" />;
  const isFirst = servers.length === 0;
  const parts: SplitPart[] = [
    {
      id: 'list',
      size: '288px',
      minSize: '200px',
      isFixed: true,
      content: (
        <Pane label="Servers" scope="server-list">
          <PaneHead title="Servers" facts={servers.length}>
            <Tooltip label="Add a server" shortcut={shortcutFor('server.new')}>
              <Button size="s" icon="plus" onClick={actions.add}>
                Add server
              </Button>
            </Tooltip>
          </PaneHead>
          <ServerList
            servers={servers}
            selectedId={isAdding ? undefined : selectedId}
            hasDraft={(id) => id in state.drafts}
            onSelect={state.select}
            onStep={state.step}
            onStart={actions.start}
            onStop={actions.stop}
          />
        </Pane>
      ),
    },
    {
      id: 'server',
      minSize: '380px',
      content: (
        <Pane label={isAdding ? 'New server' : (server?.config.name ?? 'Server')} scope="server">
          {isAdding || server === undefined ? (
            <NewServer
              isFirst={isFirst}
              onCreate={actions.create}
              onOpen={actions.openFile}
              onCancel={() => {
                state.setAdding(false);
              }}
            />
          ) : (
            <ServerPane key={server.id} store={store} server={server} actions={actions} />
          )}
        </Pane>
      ),
    },
  ];
  if (isWide && server !== undefined && !isAdding)
    parts.push({
      id: 'side',
      size: '380px',
      minSize: '260px',
      isFixed: true,
      content: <ServerSide store={store} server={server} />,
    });
  return (
    <>
      <h1 className="sr">Servers</h1>
      <SplitPane id={`servers-${parts.length}`} key={parts.length} parts={parts} />
      {actions.dialog}
    </>
  );
}

/** Everything a person can do to servers, with the words for when it fails. */
export interface ServerActions {
  readonly start: (id: string) => void;
  readonly stop: (id: string) => void;
  readonly restart: (id: string) => void;
  readonly stopAll: () => void;
  readonly save: (id: string) => void;
  readonly add: () => void;
  readonly create: Parameters<typeof NewServer>[0]['onCreate'];
  readonly openFile: (() => void) | undefined;
  readonly duplicate: (id: string) => void;
  readonly remove: (id: string) => void;
  readonly takeWayOut: (server: ServerInfo, way: WayOut) => void;
  readonly copyDetails: (server: ServerInfo) => void;
  readonly copyCommand: (server: ServerInfo) => void;
  readonly copy: (what: string, text: string) => void;
  readonly dialog: ReactNode;
}

function useServerActions(store: ServersStore): ServerActions {
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

function useServerCommands(store: ServersStore, actions: ServerActions): void {
  const { go } = useNavigation();
  const { getState } = store;
  const selected = (): ServerInfo | undefined => findServer(getState(), getState().selectedId);
  const onSelected = (act: (id: string) => void) => (): void => {
    const server = selected();
    if (server !== undefined) act(server.id);
  };
  const isRunning = (): boolean => {
    const server = selected();
    return server !== undefined && isActive(server);
  };
  const canStart = (): boolean => selected() !== undefined && !isRunning();
  const { openFile } = actions;
  const goTo: Command[] = (getState().servers ?? []).map(({ id, config }) => ({
    id: `server.show:${id}`,
    label: `Go to ${config.name}`,
    group: 'Go to',
    scope: 'palette',
    shortcuts: [],
    icon: 'servers',
    run: () => {
      go('servers');
      getState().select(id);
    },
  }));
  useCommands([
    appCommand('server.new', {
      icon: 'plus',
      run: () => {
        go('servers');
        actions.add();
      },
    }),
    ...(openFile === undefined ? [] : [appCommand('server.open', { icon: 'folder', run: openFile })]),
    appCommand('server.start', { icon: 'play', isEnabled: canStart, run: onSelected(actions.start) }),
    appCommand('server.stop', { icon: 'stop', isEnabled: isRunning, run: onSelected(actions.stop) }),
    appCommand('server.restart', { icon: 'restart', isEnabled: isRunning, run: onSelected(actions.restart) }),
    appCommand('server.stopAll', {
      icon: 'stop',
      isEnabled: () => (getState().servers ?? []).some(isActive),
      run: actions.stopAll,
    }),
    ...(['j', 'k'] as const).map((key): Command => ({
      id: `serverList.${key}`,
      label: key === 'j' ? 'Next server' : 'Previous server',
      group: 'Server list',
      scope: 'server-list',
      shortcuts: [key, key === 'j' ? 'ArrowDown' : 'ArrowUp'],
      isKeyOnly: true,
      run: () => {
        getState().step(key === 'j' ? 1 : -1);
      },
    })),
    ...goTo,
  ]);
}
