import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useMediaQuery } from '../../ui/appearance.ts';
import { Button } from '../../ui/button.tsx';
import { shortcutFor } from '../../ui/commands.ts';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import { SplitPane, type SplitPart } from '../../ui/split-pane.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import type { OperatorStore } from '../operator/index.ts';
import { NewServer } from './new-server.tsx';
import { ServerList } from './server-list.tsx';
import { ServerPane } from './server-pane.tsx';
import { ServerSide } from './server-side.tsx';
import { findServer, type ServersStore } from './servers-store.ts';
import type { ServerActions } from './use-server-actions.tsx';
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

export interface ServersPageProps {
  readonly store: ServersStore;
  readonly operator: OperatorStore;
  readonly actions: ServerActions;
}

export function ServersPage({ store, operator, actions }: ServersPageProps): ReactNode {
  const state = useStore(store);
  const isWide = useMediaQuery('(min-width: 1200px)');
  const { servers, selectedId, isAdding } = state;
  const server = findServer(state, selectedId);

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
      content: <ServerSide store={store} operator={operator} server={server} />,
    });
  return (
    <SplitPane
      id={`servers-${parts.length}`}
      key={parts.length}
      parts={isFirst ? parts.filter((p) => p.id !== 'list') : parts}
    />
  );
}
