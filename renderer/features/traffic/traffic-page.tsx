import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { useBackend, useConnection } from '../../backend/index.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { useNavigation } from '../../ui/navigation.tsx';
import { SplitPane, type SplitPart } from '../../ui/split-pane.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { ComparePage } from '../compare/index.ts';
import { InspectorPane, textOf } from '../inspector/index.ts';
import { LadderPane } from '../ladder/index.ts';
import type { ServersStore } from '../servers/index.ts';
import { formatNumberOf } from '../wire/index.ts';
import { rowAt, type DialogListState } from './dialog-list-store.ts';
import { DialogPane, MOST_MERGED } from './dialog-pane.tsx';
import { Listening, NoMatch, NothingRuns } from './empty-states.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { FilterBar } from './filter-bar.tsx';
import { GoToDialog } from './go-to-dialog.tsx';
import { emptinessOf } from './listening.ts';
import type { TrafficModel } from './traffic-model.ts';
import { useColumns } from './use-columns.ts';
import { useNarrow } from './use-narrow.ts';
import { useTrafficCommands, type TrafficActions } from './use-traffic-commands.ts';
import './traffic.css';

export interface TrafficPageProps {
  readonly model: TrafficModel;
  readonly servers: ServersStore;
}

type Opened = 'export' | 'goto' | 'clear' | undefined;

/*
 *  [Y Filter: method, host, header, state…            40 of 1 842 /]   || v columns export
 *  Dialogs 40    x 7 failed | alice → bob  ✓ Completed | INVITE alice → proxy   ^ v
 *  #    Time     Method     | 1 0.000 |--INVITE-->|    | Parsed  Raw  Hex
 *  1842 14:03:22 INVITE     | 2 0.001 |<---407----|    |   v Via
 *  1841 14:03:10 INVITE     | 3 0.002 |---ACK---->|    | 53 Via: SIP/2.0/UDP …
 */
export function TrafficPage({ model, servers }: TrafficPageProps): ReactNode {
  const { list, ladder, inspector } = model;
  const backend = useBackend();
  const { epoch } = useConnection();
  const toast = useToast();
  const attempt = useAttempt();
  const state = useStore(list.store);
  const isNarrow = useNarrow();
  const choice = useColumns(isNarrow);
  const [opened, setOpened] = useState<Opened>();
  const [compared, setCompared] = useState<{ readonly a: number; readonly b: number }>();
  const root = useRef<HTMLDivElement>(null);
  const filterInput = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (epoch > 0) model.refresh();
  }, [epoch, model]);

  const focusPane = useCallback((scope: string) => {
    root.current?.querySelector<HTMLElement>(`[data-scope="${scope}"] [data-pane-focus]`)?.focus();
  }, []);
  const copy = useCallback(
    (text: string, what: string) => {
      navigator.clipboard.writeText(text).then(
        () => {
          toast({ kind: 'success', title: `Copied ${what}` });
        },
        () => {
          toast({
            kind: 'error',
            title: `The ${what} was not copied`,
            text: 'The clipboard cannot be used here.',
          });
        },
      );
    },
    [toast],
  );
  const copyMessage = useCallback(() => {
    const { selectedId } = ladder.store.getState();
    if (selectedId === undefined) return;
    attempt(
      'The message was not copied',
      inspector.load(selectedId).then(({ bytes }) => {
        copy(textOf(bytes, { start: 0, end: bytes.length }), 'message');
      }),
    );
  }, [ladder, inspector, attempt, copy]);
  const nameOf = useLaneNames(model);

  const numberOf = useCallback(
    (id: number) => {
      const at = ladder.store.getState().ladder?.messages.findIndex((message) => message.id === id) ?? -1;
      return at === -1 ? undefined : at + 1;
    },
    [ladder],
  );
  const compare = useCallback(() => {
    const { marked, selectedId } = ladder.store.getState();
    if (marked !== undefined && selectedId !== undefined && marked.id !== selectedId) {
      setCompared({ a: marked.id, b: selectedId });
    }
  }, [ladder]);
  const actions: TrafficActions = {
    focusFilter: () => {
      setCompared(undefined);
      filterInput.current?.focus();
      filterInput.current?.select();
    },
    focusPane,
    openColumns: () => {
      root.current?.querySelector<HTMLElement>('[data-command="columns"]')?.click();
    },
    export: () => {
      if ((state.summary?.messages ?? 0) > 0) setOpened('export');
      else toast({ kind: 'info', title: 'Nothing to export yet', text: 'No message has been recorded.' });
    },
    clear: () => {
      setOpened('clear');
    },
    markOrCompare: () => {
      const { marked, selectedId } = ladder.store.getState();
      if (marked === undefined) ladder.mark(selectedId);
      else if (marked.id === selectedId) ladder.mark(undefined);
      else compare();
    },
    goTo: () => {
      setOpened('goto');
    },
    copyMessage,
    merge: () => {
      const { chosen } = list.store.getState();
      if (chosen.size > 1 && chosen.size <= MOST_MERGED) {
        ladder.open([...chosen].sort((a, b) => a - b));
        focusPane('ladder');
      }
    },
    nextFailedDialog: (direction) => {
      const at = findFailure(list.store.getState(), direction);
      if (at !== undefined) list.moveTo(at);
    },
  };
  useTrafficCommands(model, choice, actions);

  const dialogs = (
    <DialogPane
      list={list}
      choice={choice}
      onOpen={() => {
        focusPane('ladder');
      }}
      onMerge={actions.merge}
      onExport={actions.export}
      onNextFailure={() => {
        actions.nextFailedDialog(1);
      }}
    />
  );
  const ladderPane = (
    <LadderPane
      ladder={ladder}
      onOpen={() => {
        focusPane('inspector');
      }}
      onCompare={compare}
    />
  );
  const inspectorPane = (
    <InspectorPane
      inspector={inspector}
      place={isNarrow ? 'below' : 'right'}
      nameOf={nameOf}
      onStepInTransaction={ladder.stepInTransaction}
      onCopy={copy}
      onCopyMessage={copyMessage}
    />
  );
  const body = useBody({ model, servers, copy });

  if (compared !== undefined) {
    return (
      <div className="traffic" ref={root}>
        <ComparePage
          {...compared}
          nameOf={nameOf}
          numberOf={numberOf}
          load={inspector.load}
          onCopy={copy}
          onClose={() => {
            setCompared(undefined);
            requestAnimationFrame(() => {
              focusPane('ladder');
            });
          }}
        />
      </div>
    );
  }
  return (
    <div className="traffic" ref={root}>
      <FilterBar
        list={list}
        choice={choice}
        input={filterInput}
        onFollow={() => {
          const isFollowing = !state.isFollowing;
          list.setFollowing(isFollowing);
          ladder.setFollowing(isFollowing);
        }}
        onPause={() => {
          list.setPaused(!state.isPaused);
        }}
        onExport={actions.export}
        onLeave={() => {
          focusPane('dialogs');
        }}
      />
      {body.kind === 'whole' ? (
        body.content
      ) : isNarrow ? (
        <Below
          dialogs={dialogs}
          rest={body.content ?? ladderPane}
          inspector={body.content === undefined ? inspectorPane : undefined}
        />
      ) : (
        <Beside
          dialogs={dialogs}
          rest={body.content ?? ladderPane}
          inspector={body.content === undefined ? inspectorPane : undefined}
        />
      )}
      {opened === 'export' && (
        <ExportDialog
          state={state}
          currentIds={ladder.store.getState().ids}
          onClose={() => {
            setOpened(undefined);
          }}
        />
      )}
      {opened === 'goto' && (
        <GoToDialog
          last={ladder.store.getState().ladder?.messages.length ?? 0}
          onGo={ladder.goTo}
          onClose={() => {
            setOpened(undefined);
          }}
        />
      )}
      {opened === 'clear' && (
        <ConfirmDialog
          title="Clear all traffic?"
          text={`${formatNumberOf(state.summary?.messages ?? 0, 'message')} will be forgotten. This cannot be undone; export first to keep them.`}
          keep="Keep"
          confirm="Clear"
          onConfirm={() => {
            ladder.open([]);
            attempt('The traffic was not cleared', backend.call('traffic.clear', {}));
          }}
          onClose={() => {
            setOpened(undefined);
          }}
        />
      )}
    </div>
  );
}

/** The row of the next failed dialog among those that are loaded, round the corner. */
function findFailure(state: DialogListState, direction: 1 | -1): number | undefined {
  for (let i = 1; i <= state.matched; i += 1) {
    const at = (state.cursorIndex + direction * i + state.matched * 2) % state.matched;
    const dialog = rowAt(state, at);
    if (dialog !== undefined && FAILED.has(dialog.state)) return at;
  }
  return undefined;
}

const FAILED: ReadonlySet<string> = new Set(['failed', 'timed-out', 'rejected']);

/** Names of the lanes of the ladder, for whoever shows an address. */
function useLaneNames({ ladder }: TrafficModel): (address: string) => string {
  const data = useStore(ladder.store, (state) => state.ladder);
  return useMemo(() => {
    const names = new Map(data?.lanes.map((lane) => [lane.address, lane.name]));
    return (address) => names.get(address) ?? address;
  }, [data]);
}

interface Panes {
  readonly dialogs: ReactNode;
  readonly rest: ReactNode;
  readonly inspector: ReactNode;
}

function Beside({ dialogs, rest, inspector }: Panes): ReactNode {
  const parts: SplitPart[] = [
    { id: 'dialogs', size: '396px', minSize: '220px', isFixed: true, content: dialogs },
    { id: 'ladder', minSize: '320px', content: rest },
  ];
  if (inspector !== undefined) {
    parts.push({ id: 'inspector', size: '374px', minSize: '260px', isFixed: true, content: inspector });
  }
  return (
    <div className="tbody">
      <SplitPane key={parts.length} id={`traffic-${String(parts.length)}`} parts={parts} />
    </div>
  );
}

function Below({ dialogs, rest, inspector }: Panes): ReactNode {
  const upper = (
    <SplitPane
      id="traffic-narrow"
      parts={[
        { id: 'dialogs', size: '288px', minSize: '200px', isFixed: true, content: dialogs },
        { id: 'ladder', minSize: '280px', content: rest },
      ]}
    />
  );
  if (inspector === undefined) return <div className="tbody">{upper}</div>;
  return (
    <div className="tbody">
      <SplitPane
        id="traffic-docked"
        direction="vertical"
        parts={[
          { id: 'calls', size: '65%', minSize: '160px', content: upper },
          { id: 'inspector', minSize: '120px', content: inspector },
        ]}
      />
    </div>
  );
}

/** What stands in for the ladder, or for everything, when there is nothing to see. */
function useBody(props: {
  readonly model: TrafficModel;
  readonly servers: ServersStore;
  readonly copy: (text: string, what: string) => void;
}): { readonly kind: 'whole' | 'ladder'; readonly content: ReactNode } {
  const { list } = props.model;
  const state = useStore(list.store);
  const servers = useStore(props.servers, (one) => one.servers);
  const navigation = useNavigation();
  const attempt = useAttempt();
  const [isStarting, setStarting] = useState(false);
  const emptiness = emptinessOf(state.summary, servers);
  const ready = servers?.find((server) => server.state === 'stopped' && server.config.mode === 'full-uas');

  const start = async (): Promise<void> => {
    const store = props.servers.getState();
    setStarting(true);
    try {
      const server = ready ?? (await store.create('full-uas'));
      await store.start(server.id);
      const after = props.servers.getState().servers?.find((one) => one.id === server.id);
      if (after?.problem !== undefined) {
        // What is wrong and how to get round it is shown where the server is.
        props.servers.getState().select(server.id);
        navigation.go('servers');
      }
    } finally {
      setStarting(false);
    }
  };

  if (emptiness?.kind === 'nothing-runs') {
    return {
      kind: 'whole',
      content: (
        <NothingRuns
          ready={ready}
          isStarting={isStarting}
          onStart={() => {
            attempt('The server was not started', start());
          }}
        />
      ),
    };
  }
  if (emptiness !== undefined) {
    return {
      kind: 'ladder',
      content: (
        <Listening
          servers={emptiness.servers}
          sinceMs={emptiness.kind === 'silent' ? emptiness.sinceMs : undefined}
          isRecording={emptiness.kind === 'silent'}
          onCopy={props.copy}
        />
      ),
    };
  }
  if (state.isLoaded && state.matched === 0 && state.total > 0 && state.filter !== '') {
    return { kind: 'ladder', content: <NoMatch state={state} list={list} /> };
  }
  return { kind: 'ladder', content: undefined };
}
