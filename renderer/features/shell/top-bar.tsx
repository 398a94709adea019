import type { ReactNode } from 'react';
import { shortcutFor } from '../../ui/commands.ts';
import { Icon } from '../../ui/icon.tsx';
import { Keys } from '../../ui/keys.tsx';
import { Brand } from './brand.tsx';

export interface TopBarProps {
  readonly onPalette: () => void;
  /** At the end: the environment, the recording. */
  readonly children: ReactNode;
}

export function TopBar({ onPalette, children }: TopBarProps): ReactNode {
  return (
    <header className="top">
      <Brand />
      <button type="button" className="cmd" onClick={onPalette}>
        <Icon name="search" size="s" />
        <span className="grow el">Search or run a command</span>
        <Keys shortcut={shortcutFor('view.palette') ?? 'Mod+K'} />
      </button>
      <div className="topend">{children}</div>
    </header>
  );
}
