import type { ReactNode } from 'react';
import type { CommandId } from '../../../app/contract/commands.ts';
import { shortcutFor } from '../../ui/commands.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import type { Screen } from '../../ui/navigation.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';

/** The screens that exist, in the order of their keys. */
export const SCREENS: readonly {
  readonly id: Screen;
  readonly label: string;
  readonly icon: IconName;
  readonly command: CommandId;
}[] = [
  { id: 'servers', label: 'Servers', icon: 'servers', command: 'view.servers' },
  { id: 'traffic', label: 'Traffic', icon: 'traffic', command: 'view.traffic' },
  { id: 'scenarios', label: 'Scenarios', icon: 'scenarios', command: 'view.scenarios' },
  { id: 'load', label: 'Load', icon: 'load', command: 'view.load' },
  { id: 'state', label: 'State', icon: 'state', command: 'view.state' },
];

export interface RailProps {
  readonly screen: Screen;
  readonly onGo: (screen: Screen) => void;
  readonly onSettings: () => void;
}

export function Rail({ screen, onGo, onSettings }: RailProps): ReactNode {
  return (
    <nav className="rail" aria-label="Screens">
      {SCREENS.map(({ id, label, icon, command }) => (
        <Tooltip key={id} label={label} shortcut={shortcutFor(command)} side="right">
          <button
            type="button"
            aria-current={id === screen ? 'page' : undefined}
            onClick={() => {
              onGo(id);
            }}
          >
            <Icon name={icon} size="l" />
            <span className="rail-word">{label}</span>
          </button>
        </Tooltip>
      ))}
      <span className="grow" />
      <Tooltip label="Settings" shortcut="Mod+," side="right">
        <button type="button" onClick={onSettings}>
          <Icon name="settings" size="l" />
          <span className="rail-word">Settings</span>
        </button>
      </Tooltip>
    </nav>
  );
}
