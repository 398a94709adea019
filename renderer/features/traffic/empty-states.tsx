import { useEffect, useRef, useState, type ReactNode, type Ref } from 'react';
import { bindsOf } from '../../../app/contract/server-config.ts';
import { useStore } from 'zustand';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { Button, Spinner } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Keys } from '../../ui/keys.tsx';
import { Note } from '../../ui/note.tsx';
import { useCommandRegistry } from '../../ui/use-commands.tsx';
import { formatCount, formatDuration, formatNumberOf, visibleString } from '../wire/index.ts';
import type { DialogListStore } from './dialog-list-store.ts';
import { EmptyArt } from './empty-art.tsx';
import { addressOf, isLoopback, testCommand } from './listening.ts';

export interface NothingRunsProps {
  /** A stopped server that answers calls, when there is one. */
  readonly ready: ServerInfo | undefined;
  /** Starts it, or makes one and starts that. */
  readonly onStart: () => void;
  readonly isStarting: boolean;
}

/** Nothing runs: the shortest way to the first message. */
export function NothingRuns({ ready, onStart, isStarting }: NothingRunsProps): ReactNode {
  const registry = useCommandRegistry();
  const lab = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    lab.current?.focus();
  }, []);
  return (
    <div className="tempty">
      <EmptyArt />
      <h2>No SIP yet</h2>
      <p className="mid">
        No server is running, so nothing can arrive. Start a lab or a server to see the first message in a few
        seconds.
      </p>
      <div className="tcards">
        <Card
          icon="phone"
          title="Start a lab"
          text="A proxy and two phones on loopback: they register, and one calls the other."
          shortcut="Enter"
          ref={lab}
          onClick={() => {
            registry.run('lab.start');
          }}
        />
        <Card
          icon="play"
          title={ready === undefined ? 'Start a full UAS' : `Start ${visibleString(ready.config.name)}`}
          text={
            ready === undefined
              ? 'A server on loopback that answers calls, messages and everything inside them.'
              : `Answers calls on ${bindsOf(ready.config)[0]?.bind ?? 'no address'}.`
          }
          isBusy={isStarting}
          onClick={onStart}
        />
        <Card
          icon="folder"
          title="Open a capture"
          text="A pcap or pcapng file of tcpdump, Wireshark or another program; drop it here, too."
          shortcut="Mod+Shift+O"
          onClick={() => {
            registry.run('traffic.open');
          }}
        />
        <Card
          icon="servers"
          title="Set up a server"
          text="Choose the mode, the addresses it listens on, and how it answers."
          shortcut="Mod+N"
          onClick={() => {
            registry.run('view.servers');
            registry.run('server.new');
          }}
        />
      </div>
    </div>
  );
}

interface CardProps {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
  readonly shortcut?: string;
  readonly isBusy?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
  readonly onClick: () => void;
}

function Card({ icon, title, text, shortcut, isBusy = false, ref, onClick }: CardProps): ReactNode {
  return (
    <button type="button" className="tcard" ref={ref} disabled={isBusy} onClick={onClick}>
      <span className="row semi">
        {isBusy ? <Spinner /> : <Icon name={icon} size="s" />}
        <span className="grow el">{title}</span>
        {shortcut !== undefined && <Keys shortcut={shortcut} />}
      </span>
      <span className="mid">{text}</span>
    </button>
  );
}

/** Milliseconds since a moment, told once a second. */
function useElapsed(sinceMs: number | undefined): number | undefined {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNowMs(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return sinceMs === undefined ? undefined : Math.max(0, nowMs - sinceMs);
}

/** From so long on, silence is worth a number. */
const SILENT_MS = 10_000;

export interface ListeningProps {
  readonly servers: readonly ServerInfo[];
  readonly sinceMs: number | undefined;
  readonly isRecording: boolean;
  readonly onCopy: (text: string, what: string) => void;
}

/** Servers run, nothing arrived: where to point a device. */
export function Listening({ servers, sinceMs, isRecording, onCopy }: ListeningProps): ReactNode {
  const registry = useCommandRegistry();
  const elapsedMs = useElapsed(sinceMs);
  const listeners = servers.flatMap((server) =>
    server.listeners.map((listener) => ({ listener, name: server.config.name })),
  );
  const [first] = listeners;
  const isPrivate = listeners.every(({ listener }) => isLoopback(listener));
  return (
    <div className="tempty listening">
      <div className="row dim since" role="status">
        <Icon name={isRecording ? 'clock' : 'pause'} size="s" />
        {!isRecording
          ? 'Recording is off'
          : elapsedMs !== undefined && elapsedMs >= SILENT_MS
            ? `Nothing has arrived for ${formatDuration(elapsedMs)}`
            : 'Waiting for the first message'}
      </div>
      <h2>Listening. Point your device here</h2>
      <ul className="addresses">
        {listeners.map(({ listener, name }) => (
          <li key={`${name} ${listener.protocol} ${addressOf(listener)}`}>
            <span className="dot run" />
            <span className="mid proto">{listener.protocol}</span>
            <span className="mono">{addressOf(listener)}</span>
            <bdi className="dim el grow">{visibleString(name)}</bdi>
            <Button
              kind="quiet"
              size="s"
              icon="copy"
              aria-label={`Copy ${addressOf(listener)}`}
              onClick={() => {
                onCopy(addressOf(listener), 'address');
              }}
            >
              Copy
            </Button>
          </li>
        ))}
      </ul>
      {first !== undefined && (
        <div className="trycall">
          <span className="dim nw">Or make a test call</span>
          <code className="mono el">{testCommand(first.listener)}</code>
          <Button
            size="s"
            icon="copy"
            aria-label="Copy the test call"
            onClick={() => {
              onCopy(testCommand(first.listener), 'command');
            }}
          >
            Copy
          </Button>
        </div>
      )}
      {!isRecording && (
        <Note
          kind="warning"
          title="Recording is off."
          actions={
            <Button
              size="s"
              onClick={() => {
                registry.run('traffic.record');
              }}
            >
              Record
            </Button>
          }
        >
          Servers answer, but their messages are only counted, not kept.
        </Note>
      )}
      {isPrivate ? (
        <Note kind="info" title="Only this computer can reach these addresses.">
          For a desk phone, let a server listen on an address of your network.
        </Note>
      ) : (
        <Note kind="info" title="Devices on your network can reach these addresses.">
          If nothing arrives, check that no firewall stands between.
        </Note>
      )}
    </div>
  );
}

export interface NoMatchProps {
  readonly list: DialogListStore;
}

/** The filter hides everything: what would match instead. */
export function NoMatch({ list }: NoMatchProps): ReactNode {
  const state = useStore(list.store);
  return (
    <div className="tempty nomatch">
      <h2>0 of {formatNumberOf(state.total, 'dialog')} match</h2>
      <p className="mid">Recording goes on; new dialogs that match will appear here.</p>
      {state.nearest.length > 0 && (
        <>
          <h3 className="cap">Closest filters that match something</h3>
          <ul className="addresses">
            {state.nearest.map(({ filter, matched }) => (
              <li key={filter}>
                <span className="mono el grow">{visibleString(filter)}</span>
                <b className="semi nw">{formatNumberOf(matched, 'dialog')}</b>
                <Button
                  size="s"
                  aria-label={`Use ${filter}, ${formatCount(matched)} dialogs`}
                  onClick={() => {
                    list.setFilter(filter);
                  }}
                >
                  Use
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
      <div className="acts">
        <Button
          shortcut="Escape"
          onClick={() => {
            list.setFilter('');
          }}
        >
          Clear filter
        </Button>
      </div>
    </div>
  );
}
