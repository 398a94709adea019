import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { useBackend, useConnection } from '../../backend/index.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { SplitPane, type SplitPart } from '../../ui/split-pane.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { ComparePage } from '../compare/index.ts';
import { InspectorPane } from '../inspector/index.ts';
import { LadderPane } from '../ladder/index.ts';
import { ReplayPage } from '../replay/index.ts';
import type { ServersStore } from '../servers/index.ts';
import { formatNumberOf } from '../wire/index.ts';
import { Announcer } from './announcer.tsx';
import { DialogPane } from './dialog-pane.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { FilterBar } from './filter-bar.tsx';
import { GoToDialog } from './go-to-dialog.tsx';
import { NothingToSee, sceneOf } from './nothing-to-see.tsx';
import { ScenarioDialog } from './scenario-dialog.tsx';
import type { TrafficModel } from './traffic-model.ts';
import { useColumns } from './use-columns.ts';
import { useNarrow } from './use-narrow.ts';
import { scenarioIds, useTrafficActions, type Compared, type Opened } from './use-traffic-actions.ts';
import { useTrafficCommands } from './use-traffic-commands.ts';
import './traffic.css';

export interface TrafficPageProps {
  readonly model: TrafficModel;
  readonly servers: ServersStore;
  /** What is said of opened capture files, below the filter. */
  readonly captures?: ReactNode;
  /** Makes a scenario file of recorded dialogs and shows it. */
  readonly onEditScenario: (fileName: string, yaml: string) => Promise<void>;
}

/*
 *  [Y Filter: method, host, header, state…            40 of 1 842 /]   || v columns export
 *  Dialogs 40    x 7 failed | alice → bob  ✓ Completed | INVITE alice → proxy   ^ v
 *  #    Time     Method     | 1 0.000 |--INVITE-->|    | Parsed  Raw  Hex
 *  1842 14:03:22 INVITE     | 2 0.001 |<---407----|    |   v Via
 *  1841 14:03:10 INVITE     | 3 0.002 |---ACK---->|    | 53 Via: SIP/2.0/UDP …
 */
export function TrafficPage({ model, servers, captures, onEditScenario }: TrafficPageProps): ReactNode {
  const { list, ladder, inspector } = model;
  const { epoch } = useConnection();
  const isNarrow = useNarrow();
  const choice = useColumns(isNarrow);
  const [opened, setOpened] = useState<Opened>();
  const [compared, setCompared] = useState<Compared>();
  const [replayed, setReplayed] = useState<readonly number[]>();
  const root = useRef<HTMLDivElement>(null);
  const actions = useTrafficActions({ model, root, open: setOpened, setCompared, setReplayed });
  const nameOf = useLaneNames(model);
  const numberOf = useCallback(
    (id: number) => {
      const at = ladder.store.getState().ladder?.messages.findIndex((message) => message.id === id) ?? -1;
      return at === -1 ? undefined : at + 1;
    },
    [ladder],
  );
  const known = useStore(servers, (state) => state.servers);
  const scene = useStore(list.store, (state) => sceneOf(state, known));

  useEffect(() => {
    if (epoch > 0) model.refresh();
  }, [epoch, model]);
  useTrafficCommands(model, choice, actions);
  const isAway = compared !== undefined || replayed !== undefined;
  const wasAway = useRef(false);
  useEffect(() => {
    if (wasAway.current && !isAway) actions.focusLadder();
    wasAway.current = isAway;
  }, [isAway, actions]);

  const dialogs = (
    <DialogPane
      list={list}
      choice={choice}
      onOpen={actions.focusLadder}
      onMerge={actions.merge}
      onExport={actions.export}
      onMakeScenario={actions.makeScenario}
      onReplay={actions.replay}
      onNextFailure={actions.nextFailure}
    />
  );
  const isEmpty = scene !== 'ladder';
  const middle = isEmpty ? (
    <NothingToSee scene={scene} list={list} servers={servers} onCopy={actions.copy} />
  ) : (
    <LadderPane ladder={ladder} onOpen={actions.focusInspector} onCompare={actions.compare} />
  );
  const message = isEmpty ? undefined : (
    <InspectorPane
      inspector={inspector}
      place={isNarrow ? 'below' : 'right'}
      nameOf={nameOf}
      onStepInTransaction={ladder.stepInTransaction}
      onCopy={actions.copy}
      onCopyMessage={actions.copyMessage}
    />
  );
  const panes = { dialogs, middle, message };
  return (
    <div className="traffic" ref={root}>
      <h1 className="sr">Traffic</h1>
      <Announcer list={list} />
      {replayed !== undefined ? (
        <ReplayPage
          ids={replayed}
          servers={servers}
          onClose={() => {
            setReplayed(undefined);
          }}
        />
      ) : compared !== undefined ? (
        <ComparePage
          {...compared}
          nameOf={nameOf}
          numberOf={numberOf}
          load={inspector.load}
          onCopy={actions.copy}
          onClose={() => {
            setCompared(undefined);
          }}
        />
      ) : (
        <>
          <FilterBar
            model={model}
            choice={choice}
            onExport={actions.export}
            onMakeScenario={actions.makeScenario}
            onReplay={actions.replay}
            onLeave={actions.focusDialogs}
          />
          {captures}
          {scene === 'nothing-runs' ? middle : isNarrow ? <Below {...panes} /> : <Beside {...panes} />}
        </>
      )}
      <Floating
        model={model}
        opened={opened}
        onEditScenario={onEditScenario}
        onClose={() => {
          setOpened(undefined);
        }}
      />
    </div>
  );
}

/** Names of the lanes of the ladder, for whoever shows an address. */
function useLaneNames({ ladder }: TrafficModel): (address: string) => string {
  const lanes = useStore(ladder.store, (state) => state.ladder?.lanes);
  return useMemo(() => {
    const names = new Map(lanes?.map((lane) => [lane.address, lane.name]));
    return (address) => names.get(address) ?? address;
  }, [lanes]);
}

interface Panes {
  readonly dialogs: ReactNode;
  readonly middle: ReactNode;
  readonly message: ReactNode;
}

function Beside({ dialogs, middle, message }: Panes): ReactNode {
  const parts: SplitPart[] = [
    { id: 'dialogs', size: '396px', minSize: '220px', isFixed: true, content: dialogs },
    { id: 'ladder', minSize: '320px', content: middle },
  ];
  if (message !== undefined) {
    parts.push({ id: 'inspector', size: '374px', minSize: '260px', isFixed: true, content: message });
  }
  return (
    <div className="tbody">
      <SplitPane key={parts.length} id={`traffic-${String(parts.length)}`} parts={parts} />
    </div>
  );
}

function Below({ dialogs, middle, message }: Panes): ReactNode {
  const upper = (
    <SplitPane
      id="traffic-narrow"
      parts={[
        { id: 'dialogs', size: '288px', minSize: '200px', isFixed: true, content: dialogs },
        { id: 'ladder', minSize: '280px', content: middle },
      ]}
    />
  );
  if (message === undefined) return <div className="tbody">{upper}</div>;
  return (
    <div className="tbody">
      <SplitPane
        id="traffic-docked"
        direction="vertical"
        parts={[
          { id: 'calls', size: '65%', minSize: '160px', content: upper },
          { id: 'inspector', minSize: '120px', content: message },
        ]}
      />
    </div>
  );
}

/** What can lie over the screen, one at a time. */
function Floating(props: {
  readonly model: TrafficModel;
  readonly opened: Opened;
  readonly onEditScenario: TrafficPageProps['onEditScenario'];
  readonly onClose: () => void;
}): ReactNode {
  const { model, opened, onClose } = props;
  const backend = useBackend();
  const attempt = useAttempt();
  const { list, ladder } = model;
  switch (opened) {
    case undefined:
      return undefined;
    case 'export':
      return (
        <ExportDialog
          state={list.store.getState()}
          currentIds={ladder.store.getState().ids}
          onClose={onClose}
        />
      );
    case 'scenario':
      return <ScenarioDialog ids={scenarioIds(model)} onEdit={props.onEditScenario} onClose={onClose} />;
    case 'goto':
      return (
        <GoToDialog
          last={ladder.store.getState().ladder?.messages.length ?? 0}
          onGo={ladder.goTo}
          onClose={onClose}
        />
      );
    case 'clear':
      return (
        <ConfirmDialog
          title="Clear all traffic?"
          text={`${formatNumberOf(list.store.getState().summary?.messages ?? 0, 'message')} will be forgotten. This cannot be undone; export first to keep them.`}
          keep="Keep"
          confirm="Clear"
          onConfirm={() => {
            ladder.open([]);
            attempt('The traffic was not cleared', backend.call('traffic.clear', {}));
          }}
          onClose={onClose}
        />
      );
  }
}
