import { ContextMenu as RadixContext, DropdownMenu as Radix } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import { shortcutText } from './shortcut.ts';
import './float.css';

export interface MenuAction {
  readonly label: string;
  readonly icon?: IconName;
  readonly shortcut?: string | undefined;
  readonly isDisabled?: boolean;
  /** Ends or destroys something. */
  readonly isDanger?: boolean;
  /** Shows a tick: the chosen one of a few. */
  readonly isOn?: boolean;
  readonly run: () => void;
}

/** `undefined` draws a line between groups, a text a heading. */
export type MenuEntry = MenuAction | string | undefined;

export interface MenuProps {
  readonly entries: readonly MenuEntry[];
  /** The button that opens it. */
  readonly children: ReactElement;
  readonly align?: 'start' | 'end';
}

export function Menu({ entries, children, align = 'start' }: MenuProps): ReactNode {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="float menu" align={align} sideOffset={4} collisionPadding={8} loop>
          {entries.map((entry, i) => renderEntry(Radix, entry, i))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The same by right click, the menu key or Shift+F10. */
export function ContextMenu({ entries, children }: Omit<MenuProps, 'align'>): ReactNode {
  return (
    <RadixContext.Root modal={false}>
      <RadixContext.Trigger asChild>{children}</RadixContext.Trigger>
      <RadixContext.Portal>
        <RadixContext.Content className="float menu" collisionPadding={8} loop>
          {entries.map((entry, i) => renderEntry(RadixContext, entry, i))}
        </RadixContext.Content>
      </RadixContext.Portal>
    </RadixContext.Root>
  );
}

function renderEntry(Kit: typeof Radix | typeof RadixContext, entry: MenuEntry, key: number): ReactNode {
  if (entry === undefined) return <Kit.Separator key={key} className="msep" />;
  if (typeof entry === 'string')
    return (
      <Kit.Label key={key} className="cap">
        {entry}
      </Kit.Label>
    );
  return (
    <Kit.Item
      key={key}
      className={classNames('mi', entry.isDanger === true && 'dan')}
      disabled={entry.isDisabled ?? false}
      onSelect={entry.run}
    >
      {entry.icon !== undefined && <Icon name={entry.icon} size="s" />}
      <span className="grow el">{entry.label}</span>
      {entry.isOn === true && <Icon name="check" size="s" />}
      {entry.isOn === true && <span className="sr">chosen</span>}
      {entry.shortcut !== undefined && <span className="dim">{shortcutText(entry.shortcut)}</span>}
    </Kit.Item>
  );
}
