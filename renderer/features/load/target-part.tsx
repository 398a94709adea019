import { type ReactNode, useId } from 'react';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { isThisMachine } from '../../../app/contract/load-target.ts';
import { Button } from '../../ui/button.tsx';
import { CheckBox } from '../../ui/check-box.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { strangeHost } from './load-draft.ts';

export interface TargetPartProps {
  readonly target: string;
  readonly problem: string | undefined;
  /** Servers of this workbench that run. */
  readonly servers: readonly ServerInfo[];
  /** Hosts that a person said they may load. */
  readonly owned: readonly string[];
  readonly onChange: (target: string) => void;
  readonly onOwned: (host: string, isOwned: boolean) => void;
}

/** Whom to call: on this machine without a question, elsewhere only after a person said that they may. */
export function TargetPart(props: TargetPartProps): ReactNode {
  const { target, problem, servers, owned, onChange, onOwned } = props;
  const id = useId();
  const strange = strangeHost(target);
  const offers = servers
    .map((server) => ({ server, uri: uriOf(server) }))
    .filter(({ uri }) => uri !== undefined && uri !== target)
    .slice(0, 3);
  return (
    <div className="ldpart ldtarget">
      <label className="sect" htmlFor={id}>
        Target
      </label>
      <TextInput
        id={id}
        value={target}
        isMono
        aria-invalid={problem === undefined ? undefined : true}
        aria-describedby={`${id}-help`}
        onChange={onChange}
      />
      <div id={`${id}-help`} className="ldhelp">
        {problem !== undefined ? (
          <p className="hp bad">{problem}</p>
        ) : target.trim() === '' ? (
          <p className="hp">Empty: the first node of the scenario is called.</p>
        ) : strange === undefined ? (
          <p className="row ok">
            <Icon name="lock" size="s" />
            <span className="mid">Loopback, no confirmation needed</span>
          </p>
        ) : (
          <p className="row warn">
            <Icon name="warning" size="s" />
            <span className="mid">{strange} is not this machine.</span>
          </p>
        )}
      </div>
      {problem === undefined && strange !== undefined && (
        <CheckBox
          isOn={owned.includes(strange)}
          onChange={(isOwned) => {
            onOwned(strange, isOwned);
          }}
        >
          It is mine, or I may load it
        </CheckBox>
      )}
      {offers.map(({ server, uri }) => (
        <Button
          key={server.id}
          size="s"
          kind="quiet"
          icon="servers"
          onClick={() => {
            if (uri !== undefined) onChange(uri);
          }}
        >
          Use {server.config.name}
        </Button>
      ))}
    </div>
  );
}

/** The URI of somebody at a server: over UDP where it listens so. */
function uriOf({ listeners }: ServerInfo): string | undefined {
  const listener = listeners.find(({ protocol }) => protocol === 'udp') ?? listeners[0];
  if (listener === undefined) return undefined;
  const { protocol, port } = listener;
  const host = /^(0\.0\.0\.0|::)$/.test(listener.host) ? '127.0.0.1' : listener.host;
  if (!isThisMachine(host)) return undefined;
  const shown = host.includes(':') ? `[${host}]` : host;
  return `sip:bob@${shown}:${String(port)}${protocol === 'udp' ? '' : `;transport=${protocol}`}`;
}
