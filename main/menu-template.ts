import type { MenuItemConstructorOptions } from 'electron';
import {
  COMMAND_MENUS,
  COMMANDS,
  type Command,
  type CommandId,
  type CommandMenu,
} from '../app/contract/commands.ts';

/** What the system adds to each menu, below our own commands. */
const ROLES: Readonly<Record<CommandMenu, readonly MenuItemConstructorOptions[]>> = {
  File: [{ type: 'separator' }, { role: 'close' }],
  View: [
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
  ],
  Server: [],
  Traffic: [],
  Help: [],
};

/** The shortcut of a command in Electron's words. */
export const toAccelerator = (shortcut: string): string => shortcut.replace(/^Mod\b/, 'CmdOrCtrl');

/** The native menu: our commands where they belong, the roles of the system around them. */
export function menuTemplate(options: {
  readonly platform: string;
  readonly isPackaged: boolean;
  readonly choose: (command: CommandId) => void;
}): MenuItemConstructorOptions[] {
  const item = ({
    id,
    label,
    shortcut,
  }: Command & { readonly id: CommandId }): MenuItemConstructorOptions => ({
    id,
    label,
    click: () => {
      options.choose(id);
    },
    // Shown, not registered: the page handles its keys itself, so that they work alike in a browser and never twice.
    ...(shortcut === undefined ? {} : { accelerator: toAccelerator(shortcut), registerAccelerator: false }),
  });
  const menu = (name: CommandMenu): MenuItemConstructorOptions => ({
    label: name,
    submenu: [
      ...COMMANDS.filter((command) => command.menu === name).map(item),
      ...ROLES[name],
      ...(name === 'View' && !options.isPackaged ? [{ role: 'toggleDevTools' as const }] : []),
      ...(name === 'File' && options.platform !== 'darwin' ? [{ role: 'quit' as const }] : []),
    ],
  });
  const [file, ...others] = COMMAND_MENUS.map(menu);
  const help = others.pop();
  return [
    ...(options.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    ...(file === undefined ? [] : [file]),
    { role: 'editMenu' },
    ...others,
    { role: 'windowMenu' },
    ...(help === undefined ? [] : [{ ...help, role: 'help' as const }]),
  ];
}
