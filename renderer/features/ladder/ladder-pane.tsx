import { memo, useMemo, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { DialogSummary, Ladder, MessageSummary } from '../../../app/contract/traffic.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { EmptyState, Note } from '../../ui/note.tsx';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import { Tag } from '../../ui/tag.tsx';
import { dialogLook, formatDuration, formatNumberOf, partiesOf, visibleString } from '../wire/index.ts';
import { COLOUR_MODES, type ColourMode } from './ladder-label.ts';
import type { LadderState, LadderStore } from './ladder-store.ts';
import { LadderView } from './ladder-view.tsx';

const COLOUR_NAMES: Readonly<Record<ColourMode, string>> = {
  method: 'Method',
  dialog: 'Dialog',
  transaction: 'Transaction',
  direction: 'Direction',
};

export interface LadderPaneProps {
  readonly ladder: LadderStore;
  readonly onOpen: (id: number) => void;
  /** Compares the marked message with the selected one. */
  readonly onCompare: () => void;
}

/*
 *  alice → bob  ✓ Completed  22.4 s · setup 6.9 s          ◐ Method v   SDP
 *  #  time      alice          edge-proxy         bob                  |
 *  1  0.000       |---INVITE SDP--->|              |                   |
 *  [A] #4 INVITE marked. Compare with #6                 Compare Space |
 */
export const LadderPane = memo(function LadderPane(props: LadderPaneProps): ReactNode {
  const { ladder, onOpen, onCompare } = props;
  const state = useStore(ladder.store);
  const data = state.ladder;
  return (
    <Pane label="Ladder" scope="ladder">
      <LadderHead
        ladder={ladder}
        data={data}
        colourMode={state.colourMode}
        hasSdpDetails={state.hasSdpDetails}
      />
      {state.problem !== undefined && (
        <Note kind="error" title={state.problem} isLive>
          The ladder shows what was read before.
        </Note>
      )}
      {data === undefined || data.messages.length === 0 ? (
        <Nothing state={state} />
      ) : (
        <>
          <LadderView ladder={ladder} onOpen={onOpen} />
          {data.isCut && (
            <div className="lfoot">
              <Icon name="info" size="s" />
              <span className="el">
                The first {formatNumberOf(data.messages.length, 'message')} are shown; export to see all.
              </span>
            </div>
          )}
        </>
      )}
      {state.marked !== undefined && (
        <MarkBar ladder={ladder} marked={state.marked} state={state} onCompare={onCompare} />
      )}
    </Pane>
  );
});

function Nothing({ state }: { readonly state: LadderState }): ReactNode {
  if (state.isLoading) return <div className="grow" aria-busy="true" />;
  const wasDropped = state.ids.length > 0 && state.ladder !== undefined;
  return (
    <EmptyState
      title={wasDropped ? 'This dialog is no longer recorded' : 'No dialog selected'}
      text={
        wasDropped
          ? 'It was cleared, or dropped to stay within the memory bound.'
          : 'Choose a dialog in the list to see its messages.'
      }
    />
  );
}

interface LadderHeadProps {
  readonly ladder: LadderStore;
  readonly data: Ladder | undefined;
  readonly colourMode: ColourMode;
  readonly hasSdpDetails: boolean;
}

const LadderHead = memo(function LadderHead(props: LadderHeadProps): ReactNode {
  const { ladder, data, colourMode, hasSdpDetails } = props;
  const dialogs = data?.dialogs ?? [];
  const [only] = dialogs;
  return (
    <PaneHead
      title={<LadderTitle dialogs={dialogs} />}
      facts={only === undefined ? undefined : factsOf(dialogs, data)}
    >
      <Menu
        align="end"
        entries={COLOUR_MODES.map((mode) => ({
          label: `Colour by ${COLOUR_NAMES[mode].toLowerCase()}`,
          isOn: mode === colourMode,
          run: () => {
            ladder.setColour(mode);
          },
        }))}
      >
        <Button kind="quiet" size="s" icon="contrast" aria-label={`Colour mode: ${COLOUR_NAMES[colourMode]}`}>
          <span className="wide-only">{COLOUR_NAMES[colourMode]}</span>
          <Icon name="down" size="xs" />
        </Button>
      </Menu>
      <IconButton
        icon="clock"
        size="s"
        label="Time: since start, delta, time of day"
        shortcut="w"
        onClick={ladder.cycleTime}
      />
      <IconButton
        icon="media"
        size="s"
        label="SDP details"
        shortcut="d"
        isOn={hasSdpDetails}
        onClick={ladder.toggleSdp}
      />
    </PaneHead>
  );
});

function LadderTitle({ dialogs }: { readonly dialogs: readonly DialogSummary[] }): ReactNode {
  const [first] = dialogs;
  if (first === undefined) return 'Ladder';
  if (dialogs.length > 1) return `${formatNumberOf(dialogs.length, 'dialog')} in one ladder`;
  const { from, to } = partiesOf(first);
  const look = dialogLook(first);
  return (
    <span className="row ltitle">
      <span className="el">
        <bdi>{visibleString(from)}</bdi> → <bdi>{visibleString(to)}</bdi>
      </span>
      <Tag sip={look.tagTone} icon={look.icon}>
        {look.label}
      </Tag>
    </span>
  );
}

function factsOf(dialogs: readonly DialogSummary[], ladder: Ladder | undefined): string {
  const [first] = dialogs;
  const count = formatNumberOf(ladder?.messages.length ?? 0, 'message');
  if (dialogs.length > 1 || first === undefined) return count;
  const facts = [];
  if (first.durationMs !== undefined) facts.push(formatDuration(first.durationMs));
  if (first.setupMs !== undefined) facts.push(`setup ${formatDuration(first.setupMs)}`);
  return facts.length === 0 ? count : facts.join(' · ');
}

function MarkBar(props: {
  readonly ladder: LadderStore;
  readonly marked: MessageSummary;
  readonly state: LadderState;
  readonly onCompare: () => void;
}): ReactNode {
  const { ladder, marked, state } = props;
  const numbers = useMemo(
    () => new Map(state.ladder?.messages.map((message, i) => [message.id, i + 1])),
    [state.ladder],
  );
  const own = numbers.get(marked.id);
  const other = state.selectedId === marked.id ? undefined : numbers.get(state.selectedId ?? -1);
  return (
    <div className="lfoot" role="status">
      <span className="mk" aria-hidden="true">
        A
      </span>
      <span className="el">
        <b className="semi">
          {own === undefined ? '' : `#${String(own)} `}
          {marked.status ?? visibleString(marked.method)}
        </b>{' '}
        marked{own === undefined ? ' in another dialog' : ''}.{' '}
        {other === undefined ? (
          'Go to another message to compare.'
        ) : (
          <>
            Compare with <b className="semi">#{other}</b>
          </>
        )}
      </span>
      <span className="grow" />
      {other !== undefined && (
        <Button size="s" shortcut="Space" onClick={props.onCompare}>
          Compare
        </Button>
      )}
      <IconButton
        icon="cross"
        size="s"
        label="Clear mark"
        shortcut="Escape"
        onClick={() => {
          ladder.mark(undefined);
        }}
      />
    </div>
  );
}
