import type { ReactNode } from 'react';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import type { TrafficSummary } from '../../../app/contract/traffic.ts';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { exposedListeners, formatListener, healthOf } from '../servers/index.ts';
import { formatCount } from '../wire/index.ts';

const LAG_LIMIT_MS = 100;

export interface StatusBarProps {
  readonly servers: readonly ServerInfo[];
  readonly summary: TrafficSummary | undefined;
  readonly onServer: (id: string) => void;
}

/** Running servers at the left; lag, losses and reach at the right. */
export function StatusBar({ servers, summary, onServer }: StatusBarProps): ReactNode {
  const shown = servers.filter((s) => s.state !== 'stopped');
  return (
    <footer className="status" aria-label="Status">
      <div className="chips">
        {shown.map((server) => (
          <ServerChip
            key={server.id}
            server={server}
            onPress={() => {
              onServer(server.id);
            }}
          />
        ))}
        {shown.length === 0 && (
          <span className="sb">
            <i className="dot off" />
            No servers running
          </span>
        )}
      </div>
      <LoopLag servers={shown} />
      {summary !== undefined && <Dropped summary={summary} />}
      <Reach servers={servers} />
    </footer>
  );
}

function ServerChip(props: { readonly server: ServerInfo; readonly onPress: () => void }): ReactNode {
  const { server, onPress } = props;
  const health = healthOf(server);
  const isBad = health.kind === 'bad';
  const [listener] = server.listeners;
  return (
    <button type="button" className={classNames('sb', isBad && 'bad')} onClick={onPress}>
      <i className={classNames('dot', health.kind)} />
      <b>{server.config.name}</b>
      {server.state === 'running' && listener !== undefined && (
        <>
          <span className="mono">
            {listener.protocol}:{listener.port}
          </span>
          <span>{formatCount(server.stats.messagesPerSec)}/s</span>
        </>
      )}
      {server.state !== 'running' && <span>{health.text.toLowerCase()}</span>}
    </button>
  );
}

function LoopLag({ servers }: { readonly servers: readonly ServerInfo[] }): ReactNode {
  const lagMs = Math.max(0, ...servers.map((s) => s.stats.loopLagMs));
  return (
    <Tooltip label="Longest delay of a server's event loop in the last second" side="top">
      <span className={classNames('sb optional', lagMs > LAG_LIMIT_MS && 'attention')}>
        Loop lag <b>{formatCount(lagMs)} ms</b>
      </span>
    </Tooltip>
  );
}

function Dropped({ summary }: { readonly summary: TrafficSummary }): ReactNode {
  return (
    <Tooltip label="Messages dropped to keep the recording within its bound, the oldest first" side="top">
      <span className={classNames('sb', summary.dropped > 0 && 'bad')} role="status">
        Dropped <b>{formatCount(summary.dropped)}</b>
      </span>
    </Tooltip>
  );
}

/** Who can reach the running servers: a lock, or a warning that names the address. */
function Reach({ servers }: { readonly servers: readonly ServerInfo[] }): ReactNode {
  const [exposed, ...more] = servers
    .filter((s) => s.state === 'running')
    .flatMap((s) => exposedListeners(s.listeners));
  if (exposed === undefined)
    return (
      <span className="sb">
        <Icon name="lock" size="xs" />
        Loopback only
      </span>
    );
  return (
    <Tooltip
      label="A running server listens beyond this computer: others on the network can reach it"
      side="top"
    >
      <span className="sb attention">
        <Icon name="warning" size="xs" />
        Open to the network: <b className="mono">{formatListener(exposed)}</b>
        {more.length > 0 && `+${more.length}`}
      </span>
    </Tooltip>
  );
}
