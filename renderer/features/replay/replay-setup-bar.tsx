import { type ReactNode, useId } from 'react';
import type { ReplayPace } from '../../../app/contract/replay.ts';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Segments, TextInput } from '../../ui/field.tsx';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import { visibleString } from '../wire/index.ts';
import { playedOf, targetOf, type ReplayModel } from './use-replay.ts';

const PACES: readonly { readonly value: ReplayPace; readonly label: string }[] = [
  { value: 'original', label: 'Original pace' },
  { value: 'fast', label: 'Fast' },
  { value: 'step', label: 'Step by step' },
];

export interface ReplaySetupBarProps {
  readonly model: ReplayModel;
  readonly servers: readonly ServerInfo[];
  readonly isPlaying: boolean;
}

/** Who is played against whom, how fast, and who answers challenges. */
export function ReplaySetupBar({ model, servers, isPlaying }: ReplaySetupBarProps): ReactNode {
  const { setup, change, plan } = model;
  const id = useId();
  const played = plan === undefined ? [] : playedOf(plan);
  const lanes: readonly MenuEntry[] =
    plan === undefined
      ? []
      : plan.lanes.map(({ name, address }) => ({
          label: visibleString(name === address ? address : `${name}, ${address}`),
          isOn: played.includes(address),
          run: () => {
            const next = played.includes(address)
              ? played.filter((one) => one !== address)
              : [...played, address];
            if (next.length > 0) change({ lanes: next });
          },
        }));
  const recorded = plan === undefined ? '' : targetOf(plan);
  const offers: readonly MenuEntry[] = [
    ...(recorded === ''
      ? []
      : [{ label: `As recorded, ${recorded}`, run: () => change({ target: recorded }) }]),
    ...servers.flatMap(({ config, listeners }) =>
      listeners.slice(0, 1).map((listener) => {
        const address = addressOf(listener);
        return { label: `${config.name}, ${address}`, run: () => change({ target: address }) };
      }),
    ),
  ];
  return (
    <div className="rpbar" role="toolbar" aria-label="How it is played">
      <Menu entries={lanes}>
        <Button size="s" icon="phone" disabled={isPlaying || plan === undefined}>
          <span className="el">As {plan === undefined ? '' : visibleString(plan.played.join(', '))}</span>
        </Button>
      </Menu>
      <label className="dim" htmlFor={`${id}-target`}>
        against
      </label>
      <span className="rptarget">
        <TextInput
          id={`${id}-target`}
          value={setup.target}
          placeholder={recorded}
          isMono
          disabled={isPlaying}
          onChange={(target) => {
            change({ target });
          }}
        />
      </span>
      <Menu entries={offers}>
        <IconButton icon="servers" size="s" label="Choose a target" disabled={isPlaying} />
      </Menu>
      <span className="fsep" />
      <Segments<ReplayPace>
        aria-label="Pace"
        value={setup.pace}
        options={PACES}
        isDisabled={isPlaying}
        onChange={(pace) => {
          change({ pace });
        }}
      />
      <span className="fsep" />
      <span className="rpuser">
        <TextInput
          aria-label="User for digest authentication"
          placeholder="user"
          icon="key"
          value={setup.user}
          disabled={isPlaying}
          onChange={(user) => {
            change({ user });
          }}
        />
      </span>
      {setup.user !== '' && (
        <span className="rpuser">
          <TextInput
            aria-label="Password"
            placeholder="password"
            type="password"
            value={setup.password}
            disabled={isPlaying}
            onChange={(password) => {
              change({ password });
            }}
          />
        </span>
      )}
    </div>
  );
}

/** Where a server of the workbench is reached from this machine. */
function addressOf({ host, port }: ServerInfo['listeners'][number]): string {
  const reached = /^(0\.0\.0\.0|::)$/.test(host) ? '127.0.0.1' : host;
  return `${reached.includes(':') ? `[${reached}]` : reached}:${String(port)}`;
}
