import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { formatNumberOf } from '../wire/index.ts';
import { MODE_ICONS } from './mode-icon.ts';
import { groupOf, healthOf, isActive, listenersText, modeTitle, SERVER_GROUPS } from './server-health.ts';

export interface ServerListProps {
  readonly servers: readonly ServerInfo[];
  readonly selectedId: string | undefined;
  readonly hasDraft: (id: string) => boolean;
  readonly onSelect: (id: string) => void;
  /** So many rows down; negative is up. */
  readonly onStep: (rows: number) => void;
  readonly onStart: (id: string) => void;
  readonly onStop: (id: string) => void;
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 8,
  PageUp: -8,
  Home: -Infinity,
  End: Infinity,
};

/** Servers by how they are: what needs you first. Arrow keys move, Tab leaves. */
export function ServerList(props: ServerListProps): ReactNode {
  const { servers, selectedId } = props;
  const box = useRef<HTMLDivElement>(null);

  // Shown again with the focus nowhere: keys work at once.
  useEffect(() => {
    if (document.activeElement === document.body)
      box.current?.querySelector<HTMLElement>('[data-pane-focus]')?.focus();
  }, []);

  // The selection moved by a key: the focus and the view go with it.
  useEffect(() => {
    const row = box.current?.querySelector<HTMLElement>('[aria-current]');
    row?.scrollIntoView({ block: 'nearest' });
    if (box.current?.contains(document.activeElement) === true) row?.focus();
  }, [selectedId]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const rows = STEPS[event.key];
    if (rows === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    props.onStep(rows);
  };

  return (
    <div className="scroll nlist" ref={box} onKeyDown={onKeyDown}>
      {SERVER_GROUPS.map((group) => {
        const members = servers.filter((s) => groupOf(s) === group);
        if (members.length === 0) return null;
        return (
          <section key={group} aria-label={group}>
            <h3 className="cap">{group}</h3>
            <ul>
              {members.map((server) => (
                <ServerRow key={server.id} server={server} {...props} />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function ServerRow(props: ServerListProps & { readonly server: ServerInfo }): ReactNode {
  const { server, selectedId } = props;
  const { config, stats, state } = server;
  const health = healthOf(server);
  const isSelected = server.id === selectedId;
  return (
    <li className={classNames('nrow', isSelected && 'chosen')}>
      <button
        type="button"
        className="nmain"
        aria-current={isSelected ? 'true' : undefined}
        data-pane-focus={isSelected ? '' : undefined}
        tabIndex={isSelected ? 0 : -1}
        onClick={() => {
          props.onSelect(server.id);
        }}
      >
        <span className="nic">
          <Icon name={MODE_ICONS[config.mode]} />
        </span>
        <span className="grow">
          <span className="row nline">
            <span className="semi el">{config.name}</span>
            <span className="dim meta nw">{modeTitle(server)}</span>
            {props.hasDraft(server.id) && <span className="ndraft" title="Unsaved changes" />}
            {props.hasDraft(server.id) && <span className="sr">has unsaved changes</span>}
          </span>
          <span className="mono dim el nlisten">{listenersText(server)}</span>
          <span className="row nw nstate">
            <i className={classNames('dot', health.kind)} />
            <span
              className={classNames(
                'el',
                health.kind === 'bad' && 'err semi',
                health.kind === 'attention' && state === 'running' && 'warn semi',
              )}
            >
              {health.text}
            </span>
            {state === 'running' && config.mode !== 'minimal' && (
              <span className="dim">{formatNumberOf(stats.activeCalls, 'call')}</span>
            )}
          </span>
        </span>
      </button>
      {isActive(server) ? (
        <IconButton
          icon="stop"
          size="s"
          label={`Stop ${config.name}`}
          tabIndex={isSelected ? 0 : -1}
          disabled={state === 'stopping'}
          onClick={() => {
            props.onStop(server.id);
          }}
        />
      ) : (
        <IconButton
          icon="play"
          size="s"
          label={`Start ${config.name}`}
          tabIndex={isSelected ? 0 : -1}
          onClick={() => {
            props.onStart(server.id);
          }}
        />
      )}
    </li>
  );
}
