import { Tabs } from 'radix-ui';
import { memo, useCallback, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { MessageSummary } from '../../../app/contract/traffic.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState, Note } from '../../ui/note.tsx';
import { Pane } from '../../ui/pane.tsx';
import { SplitPane } from '../../ui/split-pane.tsx';
import { Tag } from '../../ui/tag.tsx';
import {
  formatCount,
  formatTimeOfDayMs,
  methodClass,
  statusClass,
  statusIcon,
  visibleString,
} from '../wire/index.ts';
import { FindingsView } from './findings-view.tsx';
import { HexView } from './hex-view.tsx';
import type { InspectorState, InspectorStore, InspectorTab, OpenMessage } from './inspector-store.ts';
import { ParsedView } from './parsed-view.tsx';
import { RawView } from './raw-view.tsx';
import './inspector.css';

export interface InspectorPaneProps {
  readonly inspector: InspectorStore;
  /** At the right of the ladder, or below it where the window is narrow. */
  readonly place: 'right' | 'below';
  readonly nameOf: (address: string) => string;
  readonly onStepInTransaction: (direction: 1 | -1) => void;
  /** Puts text into the clipboard and says so. */
  readonly onCopy: (text: string, what: string) => void;
  readonly onCopyMessage: () => void;
}

/*
 *  INVITE  edge-proxy → bob-uas                 ^ v
 *  Parsed  Raw  Hex  Findings 2
 *  14:02:48.006  UDP  818 B              Copy  y
 *  > Request line  INVITE sip:bob@…
 *  v Via           2 hops
 *      branch      z9hG4bK-p7f31c0a2
 *  --- Raw bytes  bytes 92–108 selected -----------
 *   53 Via: SIP/2.0/UDP …;branch=[z9hG4bK-p7f31c0a2]
 */
export const InspectorPane = memo(function InspectorPane(props: InspectorPaneProps): ReactNode {
  const { inspector, place } = props;
  const state = useStore(inspector.store);
  const { open } = state;
  const findings = open?.inspection.findings.length ?? 0;
  const tab = state.tab === 'findings' && findings === 0 ? 'parsed' : state.tab;
  return (
    <Pane label="Inspector" scope="inspector">
      <Tabs.Root
        className="col grow"
        value={tab}
        onValueChange={(value) => {
          inspector.setTab(value as InspectorTab);
        }}
      >
        {place === 'right' && (
          <div className="ph">
            <Title {...props} open={open} />
            <span className="grow" />
            <Steps onStep={props.onStepInTransaction} />
          </div>
        )}
        <div className={classNames('ph', place === 'right' && 'tabrow')}>
          {place === 'below' && <Title {...props} open={open} />}
          <Tabs.List className="tabs" aria-label="Views of the message">
            <Trigger id="parsed" label="Parsed" />
            <Trigger id="raw" label="Raw" />
            <Trigger id="hex" label="Hex" />
            {findings > 0 && <Trigger id="findings" label="Findings" count={findings} />}
          </Tabs.List>
          <span className="grow" />
          {place === 'below' && open !== undefined && <Facts message={open.inspection.message} />}
          {place === 'below' && <CopyButton onCopy={props.onCopyMessage} />}
          {place === 'below' && <Steps onStep={props.onStepInTransaction} />}
        </div>
        {place === 'right' && open !== undefined && (
          <div className="imeta">
            <Facts message={open.inspection.message} />
            <span className="grow" />
            <CopyButton onCopy={props.onCopyMessage} />
          </div>
        )}
        {open === undefined ? <Nothing state={state} /> : <Panels {...props} state={state} open={open} />}
      </Tabs.Root>
    </Pane>
  );
});

function Trigger(props: {
  readonly id: InspectorTab;
  readonly label: string;
  readonly count?: number;
}): ReactNode {
  return (
    <Tabs.Trigger className="tab" value={props.id}>
      {props.label}
      {props.count !== undefined && <span className="n">{props.count}</span>}
    </Tabs.Trigger>
  );
}

function Nothing({ state }: { readonly state: InspectorState }): ReactNode {
  if (state.problem !== undefined) {
    return (
      <div className="inote">
        <Note kind="error" title="This message is no longer here" isLive>
          {state.problem}
        </Note>
      </div>
    );
  }
  if (state.id !== undefined) return <div className="grow" aria-busy="true" />;
  return <EmptyState title="No message selected" text="Choose an arrow in the ladder to read it." />;
}

function Title(props: InspectorPaneProps & { readonly open: OpenMessage | undefined }): ReactNode {
  const message = props.open?.inspection.message;
  if (message === undefined) return <h2>Message</h2>;
  return (
    <h2 className="row ititle">
      <MessageTag message={message} />
      <span className="el">
        <bdi>{visibleString(props.nameOf(message.source))}</bdi> →{' '}
        <bdi>{visibleString(props.nameOf(message.destination))}</bdi>
      </span>
    </h2>
  );
}

/** Method or status in its colour. */
export function MessageTag({ message }: { readonly message: MessageSummary }): ReactNode {
  if (message.kind === 'invalid') return <Tag tone="error">Not SIP</Tag>;
  if (message.kind === 'request') {
    return <Tag sip={methodClass(message.method)}>{visibleString(message.method)}</Tag>;
  }
  const status = message.status ?? 0;
  return (
    <Tag sip={statusClass(status)} icon={statusIcon(status)}>
      {status}
    </Tag>
  );
}

function Facts({ message }: { readonly message: MessageSummary }): ReactNode {
  return (
    <span className="facts">
      <span className="mono">{formatTimeOfDayMs(message.atMs)}</span>
      <span>{message.protocol.toUpperCase()}</span>
      <span>{formatCount(message.sizeBytes)} B</span>
    </span>
  );
}

const CopyButton = memo(function CopyButton(props: { readonly onCopy: () => void }): ReactNode {
  return (
    <Button size="s" icon="copy" shortcut="y" onClick={props.onCopy}>
      Copy
    </Button>
  );
});

const Steps = memo(function Steps(props: { readonly onStep: (direction: 1 | -1) => void }): ReactNode {
  return (
    <>
      <IconButton
        icon="up"
        size="s"
        label="Previous in transaction"
        shortcut="["
        onClick={() => {
          props.onStep(-1);
        }}
      />
      <IconButton
        icon="down"
        size="s"
        label="Next in transaction"
        shortcut="]"
        onClick={() => {
          props.onStep(1);
        }}
      />
    </>
  );
});

function Panels(
  props: InspectorPaneProps & { readonly state: InspectorState; readonly open: OpenMessage },
): ReactNode {
  const { inspector, state, open, place } = props;
  const onPick = useCallback(
    (offset: number) => {
      inspector.selectOctet(offset);
    },
    [inspector],
  );
  const raw = (
    <RawView bytes={open.bytes} range={state.range} hasControls={state.hasControls} onPick={onPick} />
  );
  const withRaw = (upper: ReactNode): ReactNode => (
    <SplitPane
      id={`inspector-${place}`}
      direction={place === 'right' ? 'vertical' : 'horizontal'}
      parts={[
        { id: 'fields', size: '56%', minSize: '80px', content: <div className="col ifill">{upper}</div> },
        {
          id: 'octets',
          minSize: '80px',
          content: (
            <div className="col ifill">
              <RawHead inspector={inspector} state={state} onCopy={props.onCopy} open={open} />
              {raw}
            </div>
          ),
        },
      ]}
    />
  );
  return (
    <>
      <Tabs.Content className="tabpanel" value="parsed" tabIndex={-1}>
        {withRaw(<ParsedView inspector={inspector} open={open} onCopy={props.onCopy} />)}
      </Tabs.Content>
      <Tabs.Content className="tabpanel" value="raw" tabIndex={-1}>
        <RawHead inspector={inspector} state={state} onCopy={props.onCopy} open={open} />
        {raw}
      </Tabs.Content>
      <Tabs.Content className="tabpanel" value="hex" tabIndex={-1}>
        <RawHead inspector={inspector} state={state} onCopy={props.onCopy} open={open} isHex />
        <HexView bytes={open.bytes} range={state.range} onPick={onPick} />
      </Tabs.Content>
      <Tabs.Content className="tabpanel" value="findings" tabIndex={-1}>
        {withRaw(
          <FindingsView
            findings={open.inspection.findings}
            range={state.range}
            onPick={inspector.selectRange}
          />,
        )}
      </Tabs.Content>
    </>
  );
}

function RawHead(props: {
  readonly inspector: InspectorStore;
  readonly state: InspectorState;
  readonly open: OpenMessage;
  readonly onCopy: (text: string, what: string) => void;
  readonly isHex?: boolean;
}): ReactNode {
  const { inspector, state, open } = props;
  const { range } = state;
  return (
    <div className="rawhead">
      <span className="cap nw">{props.isHex === true ? 'Hex' : 'Raw bytes'}</span>
      <span className="dim meta el" role="status">
        {range === undefined
          ? ''
          : `bytes ${String(range.start)}–${String(Math.max(range.start, range.end - 1))} selected`}
      </span>
      <span className="grow" />
      {props.isHex !== true && (
        <IconButton
          icon="return"
          size="s"
          label="Show line ends"
          isOn={state.hasControls}
          onClick={inspector.toggleControls}
        />
      )}
      <IconButton
        icon="copy"
        size="s"
        label={range === undefined ? 'Copy message' : 'Copy selected bytes'}
        onClick={() => {
          const bytes = range === undefined ? open.bytes : open.bytes.subarray(range.start, range.end);
          props.onCopy(
            new TextDecoder().decode(bytes),
            range === undefined ? 'message' : `${String(bytes.length)} bytes`,
          );
        }}
      />
    </div>
  );
}
