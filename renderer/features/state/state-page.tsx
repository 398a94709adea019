import { type ReactNode, useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import type { NodeState } from '../../../app/contract/state.ts';
import { useConnection } from '../../backend/index.ts';
import { useMediaQuery } from '../../ui/appearance.ts';
import { IconButton } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { isFocusNowhere } from '../../ui/keyboard.ts';
import { SplitPane, type SplitPart } from '../../ui/split-pane.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import type { ServersStore } from '../servers/index.ts';
import { formatCount } from '../wire/index.ts';
import { DetailsPane } from './details-pane.tsx';
import { NoState } from './no-state.tsx';
import { NowProvider } from './now.tsx';
import type { TableId } from './state-rows.ts';
import { offersOf } from './row-offers.ts';
import type { StateScreenState, StateStore } from './state-store.ts';
import { TablePane } from './table-pane.tsx';
import { TABLES } from './tables/index.ts';
import { useRowOffers } from './use-row-offers.tsx';
import { useStateCommands } from './use-state-commands.ts';
import './state.css';

/*
 * +- edge-uas v | Registrations 9 | Dialogs 4 | Transactions 7 | ... ------------------------ || -+
 * | Registrations  8 addresses, 9 contacts     [Filter     /] [Expire…] [All…] | alice@lab.test   |
 * | Address of record ^  Contact                     Expires      q  Over      |  Contact  sip:…  |
 * | alice@lab.test       sip:alice@127.0.0.1:5071    o 56 min 52 s 1.0 UDP     |  Expires  o …    |
 * +----------------------------------------------------------------------------+------------------+
 */

export interface StatePageProps {
  readonly store: StateStore;
  readonly servers: ServersStore;
  /** Shows the messages of a Call-ID. */
  readonly onTraffic: (callId: string) => void;
}

/** What a running server holds, as it changes. */
export function StatePage({ store, servers, onTraffic }: StatePageProps): ReactNode {
  const chosenId = useStore(store, (s) => s.serverId);
  const known = useStore(servers, (s) => s.servers);
  const selectedId = useStore(servers, (s) => s.selectedId);
  const { choose } = store.getState();
  const running = (known ?? []).filter(({ state }) => state === 'running');
  const chosen = known?.find(({ id }) => id === chosenId);
  const proposed = running.find(({ id }) => id === selectedId) ?? running[0];
  // The first that runs is taken; from then on a person chooses, also when it stops.
  const firstId = chosen === undefined ? proposed?.id : undefined;
  useEffect(() => {
    if (firstId !== undefined) choose(firstId);
  }, [firstId, choose]);

  if (known === undefined) return <div className="scroll" aria-busy="true" />;
  const server = chosen ?? proposed;
  if (server?.state !== 'running')
    return (
      <NoState
        servers={servers}
        server={server ?? known.find(({ id }) => id === selectedId) ?? known[0]}
        isChosen={chosen !== undefined}
        other={running[0]}
        onChoose={choose}
      />
    );
  return <StateOf key={server.id} {...{ store, server, running, onTraffic }} />;
}

interface StateOfProps extends Pick<StatePageProps, 'store' | 'onTraffic'> {
  readonly server: ServerInfo;
  readonly running: readonly ServerInfo[];
}

function StateOf({ store, server, running, onTraffic }: StateOfProps): ReactNode {
  const state = useStore(store);
  const root = useRef<HTMLDivElement>(null);
  const focus = useCallback((selector: string): boolean => {
    const found = root.current?.querySelector<HTMLElement>(selector);
    found?.focus();
    return Boolean(found);
  }, []);
  useWatch(store, server.id);
  const focusRows = useRowsFocus(focus, state.reading !== undefined);

  const offers = useRowOffers(store, server.id, { onTraffic, onDone: focusRows });
  const selection = state.views[state.table].selection;
  const focusDetails = (): void => {
    focus('[data-scope="state-details"] [data-pane-focus]');
  };
  useStateCommands(store, {
    focusRows,
    focusDetails,
    focusFilter: () => {
      focus('.stfilter input');
    },
    offers: offersOf(selection),
    take: offers.take,
  });

  const reading = state.reading?.serverId === server.id ? state.reading : undefined;
  return (
    <div className="statescreen" ref={root}>
      <NowProvider skewMs={reading?.skewMs ?? 0} isStill={state.isPaused}>
        <Tabs
          label="State"
          value={state.table}
          onChange={(id) => {
            const table = TABLES.find((t) => t.table === id)?.table;
            if (table !== undefined) state.setTable(table);
          }}
          lead={<ServerChoice server={server} running={running} onChoose={state.choose} />}
          actions={<Liveness state={state} />}
          tabs={TABLES.map((table) => ({
            id: table.table,
            label: table.label,
            count: countOf(reading?.state, table.table),
            content:
              reading === undefined ? (
                <div className="scroll" aria-busy="true" />
              ) : (
                <Split
                  rows={
                    <TablePane
                      {...{ store, server, table, offers }}
                      view={state.views[table.table]}
                      state={reading.state}
                      onRows={focusRows}
                      onDetails={focusDetails}
                    />
                  }
                  details={
                    reading.state[table.table].rows.length > 0 || selection !== undefined ? (
                      <DetailsPane
                        table={table}
                        state={reading.state}
                        machines={state.machines}
                        selection={state.views[table.table].selection}
                        onLeg={offers.goToLeg}
                      />
                    ) : undefined
                  }
                />
              ),
          }))}
        />
      </NowProvider>
      {offers.dialog}
    </div>
  );
}

/** Rows at the left or above, what is known of one of them at the right or below. */
function Split({ rows, details }: { readonly rows: ReactNode; readonly details: ReactNode }): ReactNode {
  const isWide = useMediaQuery('(min-width: 1100px)');
  const parts: SplitPart[] = [{ id: 'rows', minSize: isWide ? '420px' : '140px', content: rows }];
  if (details !== undefined)
    parts.push({
      id: 'details',
      size: isWide ? '372px' : '40%',
      minSize: isWide ? '260px' : '100px',
      isFixed: isWide,
      content: details,
    });
  const id = `state-${isWide ? 'wide' : 'narrow'}-${parts.length}`;
  return <SplitPane key={id} id={id} direction={isWide ? 'horizontal' : 'vertical'} parts={parts} />;
}

/** What the tab counts: nothing while it is not known. */
function countOf(state: NodeState | undefined, table: TableId): string | undefined {
  if (state === undefined || state[table].failure !== undefined) return undefined;
  return formatCount(state[table].total);
}

/** Reads the server while the screen is shown and the connection stands. */
function useWatch(store: StateStore, serverId: string): void {
  const { epoch, state } = useConnection();
  const isVisible = usePageVisible();
  const isAble = isVisible && state === 'connected';
  useEffect(
    () => (isAble ? store.getState().watch(serverId) : undefined),
    // Once more after each new connection.
    [store, serverId, isAble, epoch],
  );
}

/** Whether anybody can see the window. */
function usePageVisible(): boolean {
  return useSyncExternalStore(
    (listener) => {
      document.addEventListener('visibilitychange', listener);
      return () => {
        document.removeEventListener('visibilitychange', listener);
      };
    },
    () => document.visibilityState !== 'hidden',
  );
}

/**
 * Brings the focus to the rows. Asked for before the server was read, it comes with the answer, unless it went elsewhere meanwhile; and shown
 * with the focus nowhere, keys work at once.
 * @param focus - whether there was something to take it.
 */
function useRowsFocus(focus: (selector: string) => boolean, isRead: boolean): () => void {
  const askedFrom = useRef<Element | null>(null);
  const focusRows = useCallback(() => {
    // Without rows the pane itself: the keys of the rows work from there as soon as the first comes.
    const hasPane = focus('[data-scope="state-rows"]');
    focus('[data-scope="state-rows"] [data-pane-focus]');
    askedFrom.current = hasPane ? null : document.activeElement;
  }, [focus]);
  useEffect(() => {
    if (isRead && (isFocusNowhere() || document.activeElement === askedFrom.current)) focusRows();
  }, [isRead, focusRows]);
  return focusRows;
}

function ServerChoice(props: {
  readonly server: ServerInfo;
  readonly running: readonly ServerInfo[];
  readonly onChoose: (id: string) => void;
}): ReactNode {
  return (
    <span className="stserver">
      <Select
        aria-label="Server"
        value={props.server.id}
        options={props.running.map(({ id, config }) => ({ value: id, label: config.name }))}
        onChange={props.onChoose}
      />
    </span>
  );
}

/** Whether what is shown is what is. */
function Liveness({ state }: { readonly state: StateScreenState }): ReactNode {
  const { isPaused, problem, setPaused } = state;
  return (
    <>
      {problem !== undefined && (
        <span className="row err el" role="alert">
          <Icon name="warning" size="s" />
          <span className="el">Not up to date: {problem}</span>
        </span>
      )}
      {isPaused && (
        <span className="dim nw" role="status">
          Paused
        </span>
      )}
      <IconButton
        icon={isPaused ? 'play' : 'pause'}
        label={isPaused ? 'Go on' : 'Pause'}
        shortcut="p"
        isOn={isPaused}
        onClick={() => {
          setPaused(!isPaused);
        }}
      />
    </>
  );
}
