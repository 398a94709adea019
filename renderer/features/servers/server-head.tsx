import type { ReactNode } from 'react';
import { MODE_PURPOSES } from '../../../app/contract/server-config.ts';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { shortcutFor } from '../../ui/commands.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Tag } from '../../ui/tag.tsx';
import { MODE_ICONS } from './mode-icon.ts';
import { healthOf, isActive, modeTitle } from './server-health.ts';

export interface ServerHeadProps {
  readonly server: ServerInfo;
  /** Edits wait for the next start. */
  readonly hasDraft: boolean;
  readonly onStart: () => void;
  readonly onStop: () => void;
  readonly onRestart: () => void;
  readonly onDuplicate: () => void;
  readonly onDelete: () => void;
  readonly onCopyCommand: () => void;
}

/** Who it is, how it is, and the few things to do with it; one primary button. */
export function ServerHead(props: ServerHeadProps): ReactNode {
  const { server, hasDraft } = props;
  const { config, state } = server;
  return (
    <header className="shead">
      <span className="nic big">
        <Icon name={MODE_ICONS[config.mode]} />
      </span>
      <div className="grow">
        <div className="row">
          <h2 className="el">{config.name}</h2>
          <StateTag server={server} />
        </div>
        <p className="dim el">
          {modeTitle(server)}: {lowerFirst(MODE_PURPOSES[config.mode].purpose)}
        </p>
      </div>
      <span className="shide">
        <Button kind="quiet" size="s" onClick={props.onCopyCommand}>
          Copy as CLI
        </Button>
      </span>
      <Menu
        align="end"
        entries={[
          { label: 'Duplicate', icon: 'copy', run: props.onDuplicate },
          { label: 'Copy as CLI', icon: 'file', run: props.onCopyCommand },
          undefined,
          {
            label: isActive(server) ? 'Stop and delete…' : 'Delete',
            icon: 'trash',
            isDanger: true,
            run: props.onDelete,
          },
        ]}
      >
        <IconButton icon="dots" label={`More for ${config.name}`} kind="secondary" />
      </Menu>
      {state === 'running' && (
        <>
          <Button
            icon="restart"
            kind={hasDraft ? 'primary' : 'secondary'}
            onClick={props.onRestart}
            title={hasDraft ? 'Saves the changes and restarts' : undefined}
          >
            Restart
          </Button>
          <Button icon="stop" shortcut={shortcutFor('server.stop')} onClick={props.onStop}>
            Stop
          </Button>
        </>
      )}
      {state === 'starting' && (
        <Button icon="stop" shortcut={shortcutFor('server.stop')} onClick={props.onStop}>
          Stop
        </Button>
      )}
      {state === 'stopping' && (
        <Button isBusy disabled>
          Stopping
        </Button>
      )}
      {!isActive(server) && (
        <Button kind="primary" icon="play" shortcut={shortcutFor('server.start')} onClick={props.onStart}>
          Start
        </Button>
      )}
    </header>
  );
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function StateTag({ server }: { readonly server: ServerInfo }): ReactNode {
  const { state } = server;
  const health = healthOf(server);
  switch (state) {
    case 'stopped':
      return <Tag tone="outline">Stopped</Tag>;
    case 'failed':
      return <Tag tone="error">Did not start</Tag>;
    case 'crashed':
      return <Tag tone="error">{health.text}</Tag>;
    case 'starting':
    case 'stopping':
      return (
        <span className="row sstep" role="status">
          <span className="spin" aria-hidden="true" />
          <span className="el">{health.text}</span>
        </span>
      );
    case 'running':
      return health.kind === 'attention' ? (
        <Tag tone="warning" icon="warning">
          {server.problem === undefined ? 'Degraded' : health.text}
        </Tag>
      ) : (
        <Tag tone="ok">
          <i className="dot run" />
          Running
        </Tag>
      );
  }
}
